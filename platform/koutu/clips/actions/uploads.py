"""Uploads in pieces: begin, append, and the clip at the end."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips import parts, room
from koutu.clips.actions import clips
from koutu.clips.models import Clip, Show, Upload
from koutu.storage import packs

# What may be otherwise in an hour: the file stays, and finishing it can be asked for again.
TEMPORARY = ("disk_full", "store_down", "quota")

log = structlog.get_logger(__name__)


def begin(actor: User, show: Show, source_name: str, length: int, name: str = "", mark: str = "") -> Upload:
    """Make room for a file of `length` bytes. Refuses an empty or too large one, and one without room."""
    require(actor, show.project, Role.ANNOTATOR)
    if length == 0:
        raise Invalid("empty_file", f"{source_name} is empty (0 bytes). Export it again.")
    if length > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES
        raise Invalid("too_large", f"{source_name} has {length / 1e9:.1f} GB; at most {most / 1e9:.1f} GB are taken.")
    packs.require_space(length)
    room.require(show.project.organisation, length)
    upload = Upload.objects.create(
        show=show,
        created_by=actor,
        name=name[:200],
        source_name=source_name[:255] or "clip",
        length=length,
        mark=mark[:128],
    )
    parts.begin(upload.uuid)
    upload.refresh_from_db()
    return upload


def append(upload: Upload, offset: int, source: parts.Readable, size: int) -> int:
    """Add a piece that begins at `offset`; return how much is here now. The last one makes the clip.

    Raises Refused `offset` (with the true one) when the piece does not begin where the file ends, and Locked while
    another request sends the same file.
    """
    with parts.held(upload.uuid) as file:
        here = file.tell()
        if offset != here:
            raise Refused("offset", f"The file has {here} bytes; the piece begins at {offset}.", offset=here)
        if here + size > upload.length:
            raise Invalid("too_long", f"The piece ends past the {upload.length} bytes that were announced.")
        parts.append(file, source, size)
        here = file.tell()
        Upload.objects.filter(pk=upload.pk).update(touched_at=Now())
        if here == upload.length:
            _finish(upload)
    return here


def finish(actor: User, upload: Upload) -> Upload:
    """Make the clip of a file that is here whole, where the request that brought its last piece was lost."""
    require(actor, upload.show.project, Role.ANNOTATOR)
    upload.refresh_from_db()
    if upload.clip is None and not upload.fault_code:
        with parts.held(upload.uuid) as file:
            if file.tell() < upload.length:
                raise Refused("not_whole", f"{file.tell()} of {upload.length} bytes are here; send the rest.")
            _finish(upload)
    return upload


def _finish(upload: Upload) -> None:
    """A refusal is kept with the upload, for whoever asks what became of it."""
    try:
        stored = clips.store(upload.show, parts.path_of(upload.uuid), upload.source_name)
        with transaction.atomic():
            upload.clip = clips.create(upload.created_by, upload.show, stored, upload.source_name, upload.name)
            upload.save(update_fields=["clip"])
    except Refused as refusal:
        if refusal.code in TEMPORARY:
            raise
        upload.fault_code, upload.fault, upload.fault_detail = refusal.code, refusal.message, refusal.detail
        upload.save(update_fields=["fault_code", "fault", "fault_detail"])
    parts.remove(upload.uuid)


@transaction.atomic
def keep_anyway(actor: User, upload: Upload) -> Upload:
    """Make a linked clip of a file that was refused because the organisation has the same bytes already."""
    require(actor, upload.show.project, Role.ANNOTATOR)
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.fault_code != "duplicate":
        raise Refused("no_duplicate", "Only a file that was refused as a duplicate can be kept in spite of it.")
    twin = Clip.objects.visible_to(actor).live().filter(uuid=upload.fault_detail["clip"]).first()
    if twin is None:
        raise Refused("twin_gone", "The other clip is gone or not yours to see. Upload the file again.")
    upload.clip = clips.add_linked(actor, upload.show, twin, upload.source_name, upload.name)
    upload.fault_code = upload.fault = ""
    upload.save(update_fields=["clip", "fault_code", "fault"])
    return upload


@transaction.atomic
def cancel(actor: User, upload: Upload) -> None:
    """Give up a file on its way; what came of it is removed."""
    require(actor, upload.show.project, Role.ANNOTATOR)
    if Upload.objects.open().filter(pk=upload.pk).update(cancelled_at=Now()):
        audit(actor, upload.show.project, "upload_cancel", upload, name=upload.source_name)
        transaction.on_commit(lambda: parts.remove(upload.uuid))


def expire() -> int:
    """Remove what came of uploads that nobody has gone on with for a week; return how many."""
    patience = timedelta(days=settings.UPLOAD_KEEP_DAYS)
    old = list(Upload.objects.open().filter(touched_at__lt=Now() - patience))
    for upload in old:
        if Upload.objects.open().filter(pk=upload.pk).update(cancelled_at=Now()):
            parts.remove(upload.uuid)
            log.info("upload_expired", upload=str(upload.uuid), name=upload.source_name)
    return len(old)
