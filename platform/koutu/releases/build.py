"""The release job: from the accepted heads to a manifest in the store."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum

from annotation import wholes
from annotation.models import Head
from koutu.accounts.errors import Refused
from koutu.clips.models import VoidArea
from koutu.jobs.models import Job
from koutu.jobs.run import JobRun
from koutu.releases import formats
from koutu.releases.drafting import Draft, draft
from koutu.releases.models import Release
from koutu.releases.selection import Selection, blockers, frames_unfit, select
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob


def work(run: JobRun) -> None:
    """Build the manifest of the release named by the job, once; running again after that does nothing."""
    release = Release.objects.select_related("project__organisation").get(uuid=str(run.job.target_id))
    if release.state == Release.State.READY:
        return
    _begin(run, release)
    selection = select(release.project)
    types = frame_types(release.formats)
    refuse(blockers(selection, types))
    mark = fingerprint(selection)
    splits = selection.solve(release.query["split"]["val"])
    total = sum(pick.shot.length for pick in selection.picks)
    run.progress("manifest", 0, total, "frames")
    for pick in selection.picks:
        wholes.compose(pick.shot, run.commit)
    with scratch() as path:
        made = draft(release, selection, splits, path, lambda done: run.progress("manifest", done, total, "frames"))
        if unfit := made.clips_unfit_for(types):
            refuse([frames_unfit(unfit, types)])
        pack = PackWriter.of_file(release.project.organisation, Blob.Kind.MANIFEST, made.sha256, path)
        with run.commit():
            if fingerprint(select(release.project)) != mark:
                raise Refused("changed_meanwhile", "Accepted work was opened again during the build. Try again.")
            (blob,) = pack.record().values()
            _finish(release, made, splits, blob)
    run.progress("manifest", total, total, "frames")


def gave_up(job: Job) -> None:
    Release.objects.filter(uuid=str(job.target_id), state=Release.State.BUILDING).update(state=Release.State.FAILED)


def frame_types(names: list[str]) -> set[str]:
    """File types of frames that every one of these formats can hold."""
    return set.intersection(*(set(formats.get(name).frame_types) for name in names))


def refuse(found: list) -> None:
    if found:
        first = found[0]
        raise Refused(first.code, first.message, blockers=[finding.as_dict() for finding in found])


@contextmanager
def scratch() -> Iterator[Path]:
    """A path for a manifest, gone in the end."""
    with tempfile.TemporaryDirectory(dir=settings.DATA / "tmp", prefix="release-") as folder:
        yield Path(folder) / "manifest.jsonl"


def fingerprint(selection: Selection) -> tuple:
    """Changes whenever a shot or a void area comes, goes or moves, or a head in one of them moves."""
    shots = [(pick.shot.pk, pick.shot.first, pick.shot.last, pick.sequence) for pick in selection.picks]
    heads = []
    for start in range(0, len(shots), 500):
        # Parts are in people's planes.
        some = [pk for pk, *_ in shots[start : start + 500]]
        chosen = Head.objects.filter(subject__shot__in=some, subject__deleted_at=None)
        heads.append(chosen.aggregate(n=Count("pk"), total=Sum("revision_id"), last=Max("revision_id")))
    areas = VoidArea.objects.live().filter(clip__in={pick.clip.pk for pick in selection.picks})
    return shots, heads, sorted(areas.values_list("pk", flat=True))


def _begin(run: JobRun, release: Release) -> None:
    """A failed release that is tried again is building; another may have taken its version."""
    try:
        with run.commit(), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(state=Release.State.BUILDING)
    except IntegrityError as error:
        raise Refused("version_taken", f"{release} was made by another attempt.") from error


def _finish(release: Release, made: Draft, splits: dict, blob: Blob) -> None:
    Release.objects.filter(pk=release.pk).update(
        state=Release.State.READY,
        splits=splits,
        counts=dict(made.counts),
        manifest=blob,
        manifest_lines=made.lines,
    )
