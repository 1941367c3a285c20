"""Finds what is missing, damaged or unnamed in the blob store. Reads only."""

import hashlib
from collections.abc import Iterator

from koutu.storage import blobs, packs
from koutu.storage.holders import Problem, checks
from koutu.storage.models import Blob, Pack
from models import planes


def problems() -> Iterator[Problem]:
    """Yield a sentence for each problem: packs, every blob's bytes, then what each app checks of its own."""
    yield from _missing_packs()
    yield from _damaged_blobs()
    for check in checks().values():
        yield from check()


def unnamed_packs() -> list:
    """Sealed packs that no row names, left by a kill between sealing and commit; gc removes them."""
    named = set(Pack.objects.values_list("uuid", flat=True))
    return [pack for pack in packs.all_packs() if pack not in named]


def _missing_packs() -> Iterator[Problem]:
    for pack in Pack.objects.order_by("pk").iterator():
        path = packs.path_of(pack.uuid)
        if not path.is_file():
            yield f"pack {pack.uuid}: the file is missing"
        elif path.stat().st_size != pack.size:
            yield f"pack {pack.uuid}: {path.stat().st_size} bytes, should be {pack.size}"


def _damaged_blobs() -> Iterator[Problem]:
    for blob in Blob.objects.select_related("pack").order_by("pack", "offset").iterator():
        try:
            found = _address(blob)
        except (OSError, EOFError, ValueError) as error:
            yield f"{blob.kind} {blob.address}: cannot be read: {error}"
            continue
        if found != blob.address:
            yield f"{blob.kind} {blob.address}: its bytes give {found}"


def _address(blob: Blob) -> str:
    if blob.kind in Blob.PLANES:
        return planes.address(planes.decode(blobs.read(blob)))
    digest = hashlib.sha256()
    for chunk in blobs.stream(blob):
        digest.update(chunk)
    return digest.hexdigest()
