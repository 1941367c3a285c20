"""Picture folders and single pictures: their order, their sizes, their pixels."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from koutu.clips.media.faults import MediaError, MediaFault

MEDIA_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height


@dataclass(frozen=True)
class PictureHeader:
    """What a picture's header says: the size it is shown at, in pixels, and its media type."""

    width: int
    height: int
    media_type: str


def is_picture(path: Path) -> bool:
    """Whether the name is that of a JPEG or PNG."""
    return path.suffix.lower() in MEDIA_TYPES


def read_header(path: Path) -> PictureHeader:
    """Read size and type without the pixels. Raises `MediaError` NOT_MEDIA."""
    try:
        with Image.open(path, formats=list(_FORMATS)) as image:
            width, height = image.size
            if image.getexif().get(0x0112) in _TURNED:
                width, height = height, width
            return PictureHeader(width, height, _FORMATS[str(image.format)])
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise MediaError(MediaFault.NOT_MEDIA, f"{path.name} is not a JPEG or PNG picture") from error


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Decode the bytes of a frame file to RGB uint8 (height, width, 3), upright, opaque.

    16-bit greys keep their upper 8 bits; an alpha channel is dropped, a palette resolved. Raises `MediaError`
    CORRUPT where the picture is broken or cut short.
    """
    try:
        with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):
                grey = (np.asarray(upright).astype(np.uint32) >> 8).astype(np.uint8)
                return np.repeat(grey[..., None], 3, axis=2)
            return np.array(upright.convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise MediaError(MediaFault.CORRUPT, f"the picture cannot be read: {error}") from error


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
        raise MediaError(MediaFault.FOLDER_EMPTY, "the folder holds no JPEG or PNG pictures")
    first, last = min(found), max(found)
    missing = last - first + 1 - len(found)
    if missing:
        gap = next(number for number in range(first, last) if number not in found)
        raise MediaError(
            MediaFault.FOLDER_GAP, f"{missing} numbers are missing between {first} and {last}, the first is {gap}"
        )


def common_size(paths: list[Path]) -> PictureHeader:
    """Return the header all pictures share. Raises `MediaError` FOLDER_MIXED_SIZES or NOT_MEDIA."""
    first = read_header(paths[0])
    for path in paths[1:]:
        header = read_header(path)
        if (header.width, header.height) != (first.width, first.height):
            raise MediaError(
                MediaFault.FOLDER_MIXED_SIZES,
                f"{path.name} is {header.width}×{header.height}, {paths[0].name} is {first.width}×{first.height}",
            )
    return first
