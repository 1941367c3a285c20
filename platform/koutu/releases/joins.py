"""What releases add to the registries of lower apps."""

from collections.abc import Iterator

from koutu.clips import rights
from koutu.clips.models import Show
from koutu.jobs import counts, kinds
from koutu.releases.manifest import Manifest, batches
from koutu.releases.models import Release
from koutu.storage import blobs, holders
from koutu.storage.models import Blob

BATCH = 500
_KINDS = {"sha256": Blob.Kind.FRAME, "mask": Blob.Kind.MASK, "matte": Blob.Kind.MATTE}


def join() -> None:
    kinds.register(
        kinds.JobKind("release", queue="io", work="koutu.releases.build.work", gave_up="koutu.releases.build.gave_up")
    )
    counts.register("releases", lambda user: Release.objects.visible_to(user).live().count())
    manifests = Release.objects.filter(manifest__isnull=False)
    holders.register_holder("release manifests", lambda: manifests.values("manifest"))
    holders.register_check("releases", "koutu.releases.joins.problems")
    rights.register_touched("releases", made_of)


def made_of(show: Show) -> list[dict[str, str]]:
    """The ready releases that hold something of a show, put away or not."""
    ready = Release.objects.ready().filter(project=show.project).select_related("manifest__pack").order_by("pk")
    return [{"id": str(one.uuid), "name": str(one)} for one in ready if str(show.uuid) in shows_of(one)]


def shows_of(release: Release) -> set[str]:
    """By the manifest's first line: what was released does not change with what shows hold today."""
    return {show["show"] for show in Manifest.of(release).header()["shows"]}


def problems() -> Iterator[str]:
    """A sentence for each ready release that names bytes the store does not have."""
    for release in Release.objects.ready().select_related("project__organisation", "manifest__pack").order_by("pk"):
        try:
            missing = sum(_missing(release))
        except (OSError, EOFError, ValueError) as error:
            yield f"release {release}: its manifest cannot be read: {error}"
            continue
        if missing:
            yield f"release {release}: {missing} of the frames and planes it names are gone"


def _missing(release: Release) -> Iterator[int]:
    for lines in batches(Manifest.of(release).lines(), BATCH):
        named = {(str(kind), line[field]) for line in lines for field, kind in _KINDS.items() if line.get(field)}
        yield len(named) - len(blobs.find(release.project.organisation, named))
