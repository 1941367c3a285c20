"""Packs that are being written: drafts on the local disk, and whether there is room for them."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings

from koutu.storage.errors import DiskFull

CHUNK = 2**20


def draft_path(pack: uuid.UUID) -> Path:
    """Where a pack grows before it is sealed; on the file system of the packs, where they live in a folder."""
    folder = drafts()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{pack.hex}.part"


def drafts() -> Path:
    return settings.BLOB_ROOT / "drafts"


def free() -> int:
    """Bytes on the local disk above what is kept free."""
    settings.BLOB_ROOT.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.BLOB_ROOT).free - settings.KEEP_FREE_BYTES


def require_space(needed: int) -> None:
    """Refuse before writing when the disk would be left with less than KOUTU_KEEP_FREE."""
    if free() < needed:
        kept = settings.KEEP_FREE_BYTES
        raise DiskFull(
            f"The disk has {(free() + kept) / 1e9:.1f} GB free; this needs {needed / 1e9:.1f} GB "
            f"and {kept / 1e9:.1f} GB are kept free.",
            free=free() + kept,
            needed=needed,
        )
