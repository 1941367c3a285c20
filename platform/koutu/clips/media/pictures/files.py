"""Pictures: their sizes, their pixels, the frame files they become.

JPEG and PNG keep their own bytes as the frame. TIFF becomes a PNG of the same samples; EXR, which no browser shows and
which holds light instead of a picture, an 8-bit sRGB PNG: models and people work on 8 bits, and 16 would cost three
times the room.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from koutu.clips.media.encode import encode_png
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures import exr, tiff
from koutu.clips.media.sizes import check_size

JPEG, PNG, TIFF, EXR = "image/jpeg", "image/png", "image/tiff", "image/x-exr"
CODECS = {JPEG: "mjpeg", PNG: "png", TIFF: "tiff", EXR: "exr"}
_FORMATS = {"JPEG": JPEG, "PNG": PNG}
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height


@dataclass(frozen=True)
class PictureHeader:
    """What a picture's header says: the size it is shown at, in pixels, and its media type."""

    width: int
    height: int
    media_type: str


def read_header(path: Path) -> PictureHeader:
    """Read size and type without the pixels. Raises `MediaError` NOT_MEDIA, UNSUPPORTED or TOO_LARGE."""
    try:
        with path.open("rb") as file, _named(path.name):
            header = _header(file)
    except OSError as error:
        raise MediaError(MediaFault.MISSING, f"{path.name} cannot be read") from error
    check_size(header.width, header.height)
    return header


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Put the file's name before a fault's text: of a thousand pictures it is one."""
    try:
        yield
    except MediaError as error:
        raise MediaError(error.code, f"{name}: {error.detail}") from error


def _header(file: BinaryIO) -> PictureHeader:
    """By content: the name says little."""
    magic = file.read(4)
    file.seek(0)
    if magic in tiff.MAGICS:
        plate = tiff.read_tiff_header(file)
        return PictureHeader(plate.width, plate.height, TIFF)
    if magic == exr.MAGIC:
        light = exr.read_exr_header(file)
        return PictureHeader(light.width, light.height, EXR)
    try:
        with Image.open(file, formats=list(_FORMATS)) as image:
            width, height = image.size
            if image.getexif().get(0x0112) in _TURNED:
                width, height = height, width
            return PictureHeader(width, height, _FORMATS[str(image.format)])
    except Image.DecompressionBombError as error:
        raise MediaError(MediaFault.TOO_LARGE, f"more pixels than any frame has: {error}") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise MediaError(MediaFault.NOT_MEDIA, "not a JPEG, PNG, TIFF or EXR picture") from error


def frame_file(data: bytes) -> tuple[bytes, str]:
    """Return the frame file a picture file becomes, and its media type: itself, or a PNG of a TIFF or EXR.

    Raises `MediaError` CORRUPT where the picture is broken or cut short, and as `read_header` does.
    """
    if data[:4] in tiff.MAGICS:
        plate = tiff.read_tiff_header(io.BytesIO(data))
        check_size(plate.width, plate.height)
        return encode_png(tiff.read_tiff(data, plate)), PNG
    if data[:4] == exr.MAGIC:
        light = exr.read_exr_header(io.BytesIO(data))
        check_size(light.width, light.height)
        return encode_png(exr.read_exr(data, light)), PNG
    return data, PNG if data[:4] == b"\x89PNG" else JPEG


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Decode the bytes of a frame file to RGB uint8 (height, width, 3), upright, opaque.

    16-bit samples keep their upper 8 bits; an alpha channel is dropped, a palette resolved. Raises `MediaError`
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


def common_header(paths: list[Path]) -> PictureHeader:
    """Return the header all pictures share. Raises `MediaError` FOLDER_MIXED_TYPES, FOLDER_MIXED_SIZES, NOT_MEDIA."""
    first = read_header(paths[0])
    for path in paths[1:]:
        header = read_header(path)
        if header.media_type != first.media_type:
            raise MediaError(
                MediaFault.FOLDER_MIXED_TYPES,
                f"{path.name} is {_name(header)}, {paths[0].name} is {_name(first)}; a folder holds one type",
            )
        if (header.width, header.height) != (first.width, first.height):
            raise MediaError(
                MediaFault.FOLDER_MIXED_SIZES,
                f"{path.name} is {header.width}×{header.height}, {paths[0].name} is {first.width}×{first.height}",
            )
    return first


def _name(header: PictureHeader) -> str:
    return {JPEG: "JPEG", PNG: "PNG", TIFF: "TIFF", EXR: "EXR"}[header.media_type]
