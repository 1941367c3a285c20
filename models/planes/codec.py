"""Planes as bytes: masks as run lengths, mattes and trimaps as grey PNG.

The container of a mask: `KRLE` (4 bytes), version (u8, 1), height (u32 little endian), width (u32 little endian),
then the COCO compressed run lengths in ASCII to the end. No JSON, so the browser reads it with a DataView.
"""

import io
import struct

import numpy as np
from PIL import Image, PngImagePlugin

from . import rle
from .raster import Kind, PlaneError, check, check_size

_MAGIC = b"KRLE"
_HEAD = struct.Struct("<4sBII")
_PNG = b"\x89PNG\r\n\x1a\n"
_IHDR = struct.Struct(">8sI4sIIBBBBB")


def encode(kind: Kind, raster: np.ndarray) -> bytes:
    """The bytes of a plane (height, width) uint8 of this kind. Raises PlaneError when it is not one (`check`).

    PNG is written at zlib level 1: about 40 % larger than level 9 and several times as fast.
    """
    check(kind, raster)
    if kind == "mask":
        return _HEAD.pack(_MAGIC, 1, *raster.shape) + rle.to_ascii(rle.run_lengths(raster))
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(raster)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def header(data: bytes) -> tuple[Kind, int, int]:
    """(kind, height, width) from the first bytes alone; a grey PNG answers "matte" (see `kind_of`).

    Raises PlaneError when the bytes are no plane or the size is outside the limits, so that a small file that
    claims to be huge costs nothing.
    """
    if data[:4] == _MAGIC:
        kind, height, width = _rle_header(data)
    elif data[:8] == _PNG:
        kind, height, width = _png_header(data)
    else:
        raise PlaneError("the bytes are no plane: neither KRLE nor PNG")
    check_size(height, width)
    return kind, height, width


def _rle_header(data: bytes) -> tuple[Kind, int, int]:
    if len(data) < _HEAD.size:
        raise PlaneError("the mask is cut off in its head")
    _, version, height, width = _HEAD.unpack_from(data)
    if version != 1:
        raise PlaneError(f"the mask is of version {version}; this program reads version 1")
    return "mask", height, width


def _png_header(data: bytes) -> tuple[Kind, int, int]:
    if len(data) < _IHDR.size:
        raise PlaneError("the PNG is cut off in its head")
    _, _, chunk, width, height, depth, colour, *_ = _IHDR.unpack_from(data)
    if chunk != b"IHDR" or depth != 8 or colour != 0:
        raise PlaneError("the PNG is not 8-bit grey with one channel")
    return "matte", height, width


def kind_of(data: bytes) -> Kind:
    """ "mask" for run lengths, "matte" for a grey PNG: a trimap is a PNG too, and its row in the database says so."""
    return header(data)[0]


def decode(data: bytes) -> np.ndarray:
    """The raster (height, width) uint8 of these bytes, writable and C-contiguous.

    Raises PlaneError when they are no plane, are cut off or damaged, or claim a size outside the limits.
    """
    kind, height, width = header(data)
    if kind == "mask":
        return rle.fill(rle.from_ascii(data[_HEAD.size :]), height, width)
    try:
        # The plugin itself, not Image.open: its global guard against large pictures stands below our limit,
        # and nothing but PNG may be tried on these bytes.
        picture = PngImagePlugin.PngImageFile(io.BytesIO(data))
        return np.array(picture, np.uint8)
    except (OSError, SyntaxError, ValueError) as fault:
        raise PlaneError(f"the PNG is damaged: {fault}") from fault
