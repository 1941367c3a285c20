"""Changes of clips."""

from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import Organisation, User
from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Duplicate, Frame, Show
from koutu.clips.naming import free_slug
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob


def add(actor: User, show: Show, path: Path, source_name: str, name: str = "") -> Clip:
    """Make a new clip of the file at `path`, which stays, and queue its ingest. Refuses as `store` does."""
    require(actor, show.project, Role.ANNOTATOR)
    return create(actor, show, store(show, path, source_name), source_name, name)


def store(show: Show, path: Path, source_name: str) -> PackWriter:
    """Put the file into the store, outside any transaction: it may be large and the store far away.

    Refuses an empty file (`empty_file`) and bytes that the organisation has already (`duplicate`).
    """
    if path.stat().st_size == 0:
        raise Invalid("empty_file", f"{source_name} is empty (0 bytes). Export it again.")
    address = blobs.file_address(path)
    _refuse_duplicate(show, address)
    return PackWriter.of_file(show.project.organisation, Blob.Kind.SOURCE, address, path)


@transaction.atomic
def create(actor: User, show: Show, stored: PackWriter, source_name: str, name: str = "") -> Clip:
    """Make a new clip of a stored file, unless another of the same bytes came first (`duplicate`)."""
    Organisation.objects.select_for_update().get(pk=show.project.organisation_id)
    (source,) = stored.record().values()
    _refuse_duplicate(show, source.address)
    return _create(actor, show, source, source_name, name)


@transaction.atomic
def add_linked(actor: User, show: Show, twin: Clip, source_name: str, name: str = "") -> Clip:
    """Make a clip of the same bytes as `twin`, on purpose; the two are linked as duplicates that are kept."""
    require(actor, show.project, Role.ANNOTATOR)
    clip = _create(actor, show, twin.source, source_name, name)
    kept = {"kind": Duplicate.Kind.BYTES, "state": Duplicate.State.KEPT, "decided_by": actor, "decided_at": Now()}
    Duplicate.objects.create(clip=clip, twin=twin, **kept)
    audit(actor, show.project, "clip_keep_duplicate", clip, twin=twin.uuid)
    return clip


def _create(actor: User, show: Show, source: Blob, source_name: str, name: str) -> Clip:
    clip = Clip.objects.create(
        show=show,
        name=(name or Path(source_name).stem)[:200],
        slug=free_slug(name or Path(source_name).stem, Clip.objects.filter(show=show)),
        source=source,
        source_name=Path(source_name).name[:255],
        created_by=actor,
    )
    audit(actor, show.project, "clip_add", clip, name=clip.name)
    enqueue("ingest", show.project, clip, by=actor, label=clip.name)
    return clip


def _refuse_duplicate(show: Show, address: str) -> None:
    clip = same_bytes(show, address)
    if clip:
        raise Refused(
            "duplicate",
            f"The same file is in {clip.show.name} as {clip.name} already.",
            clip=str(clip.uuid),
            show=str(clip.show.uuid),
            name=clip.name,
            show_name=clip.show.name,
        )


def same_bytes(show: Show, address: str) -> Clip | None:
    """The organisation's live clip of a file with this address, if it has one."""
    known = Clip.objects.live().filter(
        source__address=address, show__project__organisation=show.project.organisation_id
    )
    return known.exclude(state=Clip.State.FAILED).select_related("show", "source").order_by("pk").first()


@transaction.atomic
def rename(actor: User, clip: Clip, name: str) -> Clip:
    """Change the shown name; the slug stays, since releases name it."""
    require(actor, clip.project, Role.ANNOTATOR)
    clip.name = name
    clip.save(update_fields=["name"])
    audit(actor, clip.project, "clip_rename", clip, name=name)
    return clip


@transaction.atomic
def delete(actor: User, clip: Clip) -> None:
    """Put a clip away; frames and revisions stay until restored."""
    require(actor, clip.project, Role.LEAD)
    Clip.objects.filter(pk=clip.pk, deleted_at=None).update(deleted_at=Now())
    audit(actor, clip.project, "clip_delete", clip)


@transaction.atomic
def restore(actor: User, clip: Clip) -> Clip:
    """Take a clip back. If its file has become another clip meanwhile the two stand as duplicates to decide on."""
    require(actor, clip.project, Role.LEAD)
    twin = same_bytes(clip.show, clip.source.address)
    if twin and twin != clip and not Duplicate.objects.between(clip, twin).exists():
        Duplicate.objects.create(clip=clip, twin=twin, kind=Duplicate.Kind.BYTES)
    Clip.objects.filter(pk=clip.pk).update(deleted_at=None)
    audit(actor, clip.project, "clip_restore", clip)
    clip.refresh_from_db()
    return clip


@transaction.atomic
def ingest_gave_up(job: Job) -> None:
    """Leave nothing half-made: a clip that could not be read has a reason and no frames."""
    clips = Clip.objects.filter(uuid=job.target_id).exclude(state=Clip.State.READY)
    Frame.objects.filter(clip__in=clips).delete()
    code = job.error_code or "cancelled"
    clips.update(state=Clip.State.FAILED, fault_code=code, fault=job.error, frame_count=0)
