"""Pack files in the local blob folder: sealed by rename, so that a reader never meets half a pack."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from koutu.accounts.errors import Refused

CHUNK = 2**20


def path_of(pack: uuid.UUID) -> Path:
    name = pack.hex
    return settings.BLOB_ROOT / name[:2] / f"{name}.pack"


def draft_path(pack: uuid.UUID) -> Path:
    """Where a pack grows before it is sealed, on the same file system."""
    folder = settings.BLOB_ROOT / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{pack.hex}.part"


def seal(pack: uuid.UUID, draft: Path) -> None:
    """Make a finished file a pack: on disk for certain before any row names it."""
    target = path_of(pack)
    target.parent.mkdir(parents=True, exist_ok=True)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(pack: uuid.UUID, offset: int, length: int) -> bytes:
    """Return the bytes; raises FileNotFoundError or EOFError where the pack is not whole."""
    with path_of(pack).open("rb") as file:
        file.seek(offset)
        data = file.read(length)
    if len(data) != length:
        raise EOFError(f"pack {pack} ends before {offset + length}")
    return data


def stream(pack: uuid.UUID, offset: int, length: int) -> Iterator[bytes]:
    """Yield the bytes in chunks of bounded size."""
    with path_of(pack).open("rb") as file:
        file.seek(offset)
        while length > 0:
            data = file.read(min(CHUNK, length))
            if not data:
                raise EOFError(f"pack {pack} ends early")
            length -= len(data)
            yield data


def all_packs() -> Iterator[uuid.UUID]:
    """Yield the id of every sealed pack file."""
    for path in sorted(settings.BLOB_ROOT.glob("??/*.pack")):
        yield uuid.UUID(path.stem)


def require_space(needed: int) -> None:
    """Refuse before writing when the disk would be left with less than KOUTU_KEEP_FREE."""
    settings.BLOB_ROOT.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.BLOB_ROOT).free
    if free - needed < settings.KEEP_FREE_BYTES:
        raise Refused(
            "disk_full",
            f"The disk has {free / 1e9:.1f} GB free; this needs {needed / 1e9:.1f} GB "
            f"and {settings.KEEP_FREE_BYTES / 1e9:.1f} GB are kept free.",
            free=free,
            needed=needed,
        )
