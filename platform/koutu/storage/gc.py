"""Removes what nothing names: files without rows, and packs none of whose blobs has a holder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from koutu.storage import hold, packs
from koutu.storage.fsck import unnamed_packs
from koutu.storage.holders import held_blobs
from koutu.storage.homes import home
from koutu.storage.models import Pack

GRACE = timedelta(hours=24)


@dataclass
class Swept:
    files: int = 0
    packs: int = 0
    size: int = 0
    names: list[str] = field(default_factory=list)


def sweep(*, dry_run: bool, grace: timedelta = GRACE) -> Swept:
    """Remove (or with `dry_run` only count) what is older than `grace` and named by nothing.

    Refuses (`backup_running`) while a backup reads the packs.
    """
    swept = Swept()
    _sweep_drafts(swept, dry_run, grace)
    _sweep_files(swept, dry_run, grace)
    _sweep_packs(swept, dry_run, grace)
    return swept


def _sweep_drafts(swept: Swept, dry_run: bool, grace: timedelta) -> None:
    """Files that a killed process was writing."""
    oldest = (timezone.now() - grace).timestamp()
    for path in sorted(packs.drafts().glob("*.part")):
        try:
            about = path.stat()
        except FileNotFoundError:  # its writer has finished meanwhile
            continue
        if about.st_mtime < oldest:
            _count(swept, path.name, about.st_size)
            if not dry_run:
                path.unlink(missing_ok=True)


def _sweep_files(swept: Swept, dry_run: bool, grace: timedelta) -> None:
    oldest = (timezone.now() - grace).timestamp()
    for found in unnamed_packs():
        if found.written_at < oldest:
            _count(swept, str(found.pack), found.size)
            if not dry_run:
                home().remove(found.pack)


def _count(swept: Swept, name: str, size: int) -> None:
    swept.files += 1
    swept.size += size
    swept.names.append(name)


def _sweep_packs(swept: Swept, dry_run: bool, grace: timedelta) -> None:
    for pack in _idle(grace) if dry_run else _dropped(grace):
        swept.packs += 1
        swept.size += pack.size
        swept.names.append(str(pack.uuid))


def _idle(grace: timedelta) -> QuerySet[Pack]:
    old = Pack.objects.filter(wanted_at__lt=timezone.now() - grace)
    return old.exclude(pk__in=held_blobs().values("pack"))


def _dropped(grace: timedelta) -> Iterator[Pack]:
    for pack in list(_idle(grace)):
        with transaction.atomic():
            hold.require_free()
            # Asked again under the lock that claims take: it may be wanted by now.
            still = Pack.objects.select_for_update().filter(pk=pack.pk, wanted_at=pack.wanted_at).exists()
            if not still or not _idle(grace).filter(pk=pack.pk).exists():
                continue
            pack.blobs.all().delete()
            Pack.objects.filter(pk=pack.pk).delete()
        # After the commit: a kill in between leaves a file that nothing names, for the next time.
        home().remove(pack.uuid)
        yield pack
