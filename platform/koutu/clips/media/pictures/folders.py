"""Folders of pictures: which files are pictures, by name, and in which order they stand. Reads no pixel."""

import re
from pathlib import Path

from koutu.clips.media.faults import MediaError, MediaFault

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".exr"))


def is_picture(path: Path) -> bool:
    """Whether the name is that of a JPEG, PNG, TIFF or EXR."""
    return path.suffix.lower() in SUFFIXES


def numbered(folder: Path) -> list[Path]:
    """List the pictures of a folder in the order of their numbers (7, 8, …, 10, not 10, 7).

    The number is the last run of digits in the name. Hidden files and files of other types are passed over.
    Raises `MediaError`: FOLDER_EMPTY, FOLDER_NUMBERS (no number, or one twice), FOLDER_GAP, UNSAFE_PATH (a link).
    """
    found: dict[int, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not is_picture(path):
            continue
        if path.is_symlink() or not path.is_file():
            raise MediaError(MediaFault.UNSAFE_PATH, f"{path.name} is a link or not a plain file")
        digits = re.findall(r"[0-9]+", path.stem)
        if not digits:
            raise MediaError(MediaFault.FOLDER_NUMBERS, f"{path.name} has no number in its name")
        twin = found.setdefault(int(digits[-1]), path)
        if twin is not path:
            raise MediaError(MediaFault.FOLDER_NUMBERS, f"{twin.name} and {path.name} have the same number")
    _check_gaps(found)
    return [found[number] for number in sorted(found)]


def _check_gaps(found: dict[int, Path]) -> None:
    if not found:
        raise MediaError(MediaFault.FOLDER_EMPTY, "the folder holds no JPEG, PNG, TIFF or EXR pictures")
    first, last = min(found), max(found)
    missing = last - first + 1 - len(found)
    if missing:
        gap = next(number for number in range(first, last) if number not in found)
        raise MediaError(
            MediaFault.FOLDER_GAP, f"{missing} numbers are missing between {first} and {last}, the first is {gap}"
        )
