"""Mends missing and damaged blobs from a backup."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from django.db import transaction

from koutu.storage import fsck, hold, packs
from koutu.storage.backups.folder import Backup, chosen, is_sound
from koutu.storage.backups.index import Index
from koutu.storage.backups.restoring import bring
from koutu.storage.blobs import PackWriter
from koutu.storage.holders import Problem
from koutu.storage.homes import home
from koutu.storage.models import Blob, Pack


def repair(folder: Path, name: str = "") -> Iterator[Problem]:
    """Mend what fsck finds damaged, as far as the backup has it; yield a sentence for each pack or blob mended.

    A pack that the backup has whole takes the place of ours. What lies elsewhere in the backup, since packs were joined
    meanwhile, is found by its address. Nothing sound is changed; what is emptied stays for gc while a backup runs.
    """
    backup = chosen(folder, name)
    with backup.index() as index:
        damaged = [blob for blob, _ in fsck.damaged_blobs()]
        touched = {blob.pack for blob in damaged}
        yield from _mend_packs(backup, index, touched)
        for blob in damaged:
            if fsck.fault_of(blob) and _mend_blob(backup, index, blob):
                yield f"{blob.kind} {blob.address}: taken from the backup"
    for pack in touched if hold.is_free() else ():
        _drop_emptied(pack)


def _mend_packs(backup: Backup, index: Index, damaged: set[Pack]) -> Iterator[Problem]:
    for pack in damaged:
        kept = index.pack(pack.uuid)
        if kept and kept.size == pack.size and is_sound(backup.packs, kept):
            bring(backup.packs, kept)
            yield f"pack {pack.uuid}: taken from the backup"


@transaction.atomic
def _drop_emptied(pack: Pack) -> None:
    hold.require_free()
    if not pack.blobs.exists():
        Pack.objects.filter(pk=pack.pk).delete()
        transaction.on_commit(lambda: home().remove(pack.uuid))


def _mend_blob(backup: Backup, index: Index, blob: Blob) -> bool:
    place = index.place(blob.kind, blob.address)
    if place is None:
        return False
    draft = packs.draft_path(uuid4())
    try:
        with draft.open("wb") as file:
            for chunk in backup.packs.stream(place.pack, place.offset, place.length):
                file.write(chunk)
        pack = PackWriter.of_file(blob.organisation, blob.kind, blob.address, draft)
    except (OSError, EOFError):
        return False
    finally:
        draft.unlink(missing_ok=True)
    found = Blob(kind=blob.kind, address=blob.address, pack=Pack(uuid=pack.uuid), offset=0, length=place.length)
    if fsck.fault_of(found):
        home().remove(pack.uuid)
        return False
    with transaction.atomic():
        pack.take_over([blob])
    return True
