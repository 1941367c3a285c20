"""Making releases, putting them away, taking them back."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.jobs.actions import cancel, enqueue
from koutu.jobs.models import Job
from koutu.releases import build, formats
from koutu.releases.archive import Entry
from koutu.releases.drafting import draft
from koutu.releases.manifest import Manifest
from koutu.releases.models import Release
from koutu.releases.selection import Finding, blockers, heads_of, notices, select
from koutu.releases.store import Store

FIRST = "1.0.0"


def preview(project: Project, names: list[str], val: float) -> dict[str, Any]:
    """What a release made now would hold, and what stands in its way. Changes nothing."""
    selection = select(project)
    solved = selection.solve(val)
    found: list[Finding] = blockers(selection, build.frame_types(names))
    heads = (heads_of(pick.shot for pick in selection.picks[at : at + 500]) for at in _steps(selection.picks))
    return {
        "shows": len({pick.clip.show_id for pick in selection.picks}),
        "clips": len({pick.clip.pk for pick in selection.picks}),
        "shots": len(selection.picks),
        "frames": sum(pick.shot.length for pick in selection.picks),
        "masks": sum(some.filter(revision__presence="present").count() for some in heads),
        "policy": solved["policy"],
        "splits": solved["figures"],
        "blockers": [finding.as_dict() for finding in found],
        "notices": [finding.as_dict() for finding in notices(selection, val)],
    }


def _steps(picks: list) -> Iterable[int]:
    return range(0, len(picks), 500)


def create(
    actor: User, project: Project, name: str, *, version: str = "", formats_: list[str], val: float, notes: str = ""
) -> tuple[Release, Job]:
    """Make a release row and the job that builds it.

    Without `version` the next minor one of the name is taken. Raises Refused("blocked") with the blockers, and
    Refused("version_taken"); Invalid for a bad name, version, share or format.
    """
    require(actor, project, Role.LEAD)
    found = blockers(select(project), build.frame_types(_known(formats_)))
    if found:
        raise Refused("blocked", found[0].message, blockers=[finding.as_dict() for finding in found])
    release = Release(
        project=project,
        name=name,
        version=version or next_version(project, name),
        query=query(val),
        formats=sorted(set(formats_)),
        notes=notes,
        created_by=actor,
    )
    _check(release)
    try:
        with transaction.atomic():
            release.save()
            audit(actor, project, "release_create", release, name=name, version=release.version)
            return release, enqueue("release", project, release, by=actor, label=str(release))
    except IntegrityError as error:
        raise Refused("version_taken", f"{release} exists. A version never changes: choose the next.") from error


def query(val: float) -> dict[str, Any]:
    """What was asked for, as the row and the manifest keep it."""
    if not 0 <= val < 1:
        raise Invalid("bad_share", "The share of val is a number from 0 to below 1.", val=val)
    return {"stage": "accepted", "split": {"val": val}}


def _known(names: list[str]) -> list[str]:
    if not names:
        raise Invalid("no_format", "Choose at least one format.")
    return [formats.get(name).name for name in names]


def _check(release: Release) -> None:
    try:
        sent = {"name", "version", "notes"}
        release.clean_fields(exclude={field.name for field in Release._meta.fields} - sent)
    except ValidationError as error:
        raise Invalid("invalid", "Some fields are wrong.", fields=error.message_dict) from error


def next_version(project: Project, name: str) -> str:
    """The next minor version after the highest that the name ever had; 1.0.0 at first."""
    highest = max(map(_numbers, _versions(project, name)), default=None)
    return f"{highest[0]}.{highest[1] + 1}.0" if highest else FIRST


def _versions(project: Project, name: str) -> Iterable[str]:
    taken = Release.objects.filter(project=project, name=name).exclude(state=Release.State.FAILED)
    return taken.values_list("version", flat=True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def latest(project: Project, name: str, version: str = "") -> Release | None:
    """The ready, live release of this name: of the given version, or of the highest."""
    ready = Release.objects.filter(project=project, name=name).live().ready().select_related("manifest__pack")
    found = ready.filter(version=version) if version else ready
    return max(found, key=lambda release: _numbers(release.version), default=None)


def is_current(release: Release, val: float) -> bool:
    """Whether building the release again now, with this share of val, would give the same manifest."""
    if release.query != query(val):
        return False
    selection = select(release.project)
    if not selection.picks:
        return False
    with build.scratch() as path:
        made = draft(release, selection, selection.solve(val), path, lambda done: None)
        return made.sha256 == release.blob.address


def files(release: Release, format_: str) -> Iterable[Entry]:
    """The files of a ready release in one of its formats."""
    manifest = Manifest.of(release)
    if format_ not in release.formats:
        raise Refused("format_not_chosen", f"{release} was not made for {format_}.", formats=release.formats)
    return formats.get(format_).entries(manifest, Store(release.project.organisation))


@transaction.atomic
def delete(actor: User, release: Release) -> None:
    """Put a release away: its manifest and its version number stay. A running build is stopped."""
    require(actor, release.project, Role.LEAD)
    Release.objects.filter(pk=release.pk, deleted_at=None).update(deleted_at=Now())
    for job in Job.objects.open().filter(target_id=release.uuid):
        cancel(actor, job)
    audit(actor, release.project, "release_delete", release)


@transaction.atomic
def restore(actor: User, release: Release) -> Release:
    """Take a release back."""
    require(actor, release.project, Role.LEAD)
    Release.objects.filter(pk=release.pk).update(deleted_at=None)
    audit(actor, release.project, "release_restore", release)
    release.refresh_from_db()
    return release
