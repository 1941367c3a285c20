"""Removes what nothing names: pack files without rows, and packs none of whose blobs has a holder."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from koutu.storage import packs
from koutu.storage.fsck import unnamed_packs
from koutu.storage.holders import holders
from koutu.storage.models import Blob, Pack

GRACE = timedelta(hours=24)


@dataclass
class Swept:
    files: int = 0
    packs: int = 0
    size: int = 0
    names: list[str] = field(default_factory=list)


def sweep(*, dry_run: bool, grace: timedelta = GRACE) -> Swept:
    """Remove (or with `dry_run` only count) what is older than `grace` and named by nothing."""
    swept = Swept()
    _sweep_files(swept, dry_run, grace)
    _sweep_packs(swept, dry_run, grace)
    return swept


def _sweep_files(swept: Swept, dry_run: bool, grace: timedelta) -> None:
    oldest = (timezone.now() - grace).timestamp()
    for pack in unnamed_packs():
        path = packs.path_of(pack)
        if path.stat().st_mtime > oldest:
            continue
        swept.files += 1
        swept.size += path.stat().st_size
        swept.names.append(path.name)
        if not dry_run:
            path.unlink()


def _sweep_packs(swept: Swept, dry_run: bool, grace: timedelta) -> None:
    held = Blob.objects.none()
    for blob_ids in holders().values():
        held = held | Blob.objects.filter(pk__in=blob_ids())
    idle = Pack.objects.filter(created_at__lt=Now() - grace).exclude(pk__in=held.values("pack"))
    for pack in idle:
        swept.packs += 1
        swept.size += pack.size
        swept.names.append(str(pack.uuid))
        if not dry_run:
            _drop(pack)


@transaction.atomic
def _drop(pack: Pack) -> None:
    identifier = pack.uuid
    pack.blobs.all().delete()
    pack.delete()
    transaction.on_commit(lambda: packs.path_of(identifier).unlink(missing_ok=True))
