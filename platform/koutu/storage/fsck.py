"""Finds what is missing, damaged or unnamed in the blob store. Reads only."""

import hashlib
from collections.abc import Iterator

from django.db.models import F

from koutu.storage import blobs
from koutu.storage.holders import Problem, checks
from koutu.storage.homes import home
from koutu.storage.homes.found import Found
from koutu.storage.models import Blob, Pack
from models import planes


def problems(*, quick: bool = False) -> Iterator[Problem]:
    """Yield a sentence for each problem: packs, every blob's bytes, then what each app checks of its own.

    With `quick` no bytes are read: packs are there and of their size, and blobs lie inside them.
    """
    yield from _wrong_packs()
    yield from _misplaced_blobs()
    if not quick:
        for _, problem in damaged_blobs():
            yield problem
        for check in checks().values():
            yield from check()


def unnamed_packs() -> list[Found]:
    """Sealed packs that no row names, left by a kill between sealing and commit; gc removes them."""
    # Listed before the rows are read: one that is sealed meanwhile is not taken for waste.
    there = list(home().all())
    named = set(Pack.objects.values_list("uuid", flat=True))
    return [found for found in there if found.pack not in named]


def damaged_blobs() -> Iterator[tuple[Blob, Problem]]:
    """Read every blob, and yield those whose bytes are not what their address says."""
    for blob in Blob.objects.select_related("pack").order_by("pack", "offset").iterator():
        if problem := fault_of(blob):
            yield blob, problem


def fault_of(blob: Blob) -> Problem | None:
    """Read the blob; a sentence where its bytes are not what its address says."""
    try:
        found = _address(blob)
    except (OSError, EOFError, ValueError) as error:
        return f"{blob.kind} {blob.address}: cannot be read: {error}"
    return None if found == blob.address else f"{blob.kind} {blob.address}: its bytes give {found}"


def _wrong_packs() -> Iterator[Problem]:
    for pack in Pack.objects.order_by("pk").iterator():
        try:
            size = home().size(pack.uuid)
        except FileNotFoundError:
            yield f"pack {pack.uuid}: the file is missing"
            continue
        if size != pack.size:
            yield f"pack {pack.uuid}: {size} bytes, should be {pack.size}"


def _misplaced_blobs() -> Iterator[Problem]:
    outside = Blob.objects.filter(offset__gt=F("pack__size") - F("length")).select_related("pack")
    for blob in outside.iterator():
        yield f"{blob.kind} {blob.address}: lies past the end of pack {blob.pack.uuid}"


def _address(blob: Blob) -> str:
    if blob.kind in Blob.PLANES:
        return planes.address(planes.decode(blobs.read(blob)))
    digest = hashlib.sha256()
    for chunk in blobs.stream(blob):
        digest.update(chunk)
    return digest.hexdigest()
