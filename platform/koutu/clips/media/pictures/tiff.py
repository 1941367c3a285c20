"""TIFF pictures (TIFF 6.0, Adobe 1992): what their header says, and their samples as they are.

Grey, RGB and RGBA of 8 or 16 bits, uncompressed, PackBits, LZW or deflate, one picture a file. The pixels are read by
FFmpeg's decoder: OpenCV's multiplies 8-bit RGB by alpha.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures.still import decode_still

MAGICS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_BIG = (b"II+\x00", b"MM\x00+")
# Tags of TIFF 6.0 §8 and their values where the file has none.
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION = 256, 257, 258, 259, 262, 274
_SAMPLES, _PLANAR, _TILE_WIDTH, _EXTRA, _FORMAT = 277, 284, 322, 338, 339
_DEFAULTS = {_BITS: (1,), _COMPRESSION: (1,), _ORIENTATION: (1,), _SAMPLES: (1,), _PLANAR: (1,), _EXTRA: (0,)}
_COMPRESSIONS = (1, 5, 8, 32773, 32946)
_PREMULTIPLIED = 1
# Field types: bytes of one value and its letter for struct; others are passed over.
_TYPES = {1: (1, "B"), 3: (2, "H"), 4: (4, "I")}
_MOST_VALUES = 16
# What the decoder needs: size, depth, compression with its predictor and order of bits, and where the strips lie.
_NEEDED = (256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317)


@dataclass(frozen=True)
class TiffHeader:
    """What a TIFF says of itself: the size it is shown at, bits a sample, EXIF orientation (1 to 8), and whether its
    colours are multiplied by alpha."""

    width: int
    height: int
    bits: int
    orientation: int
    premultiplied: bool


def read_tiff_header(file: BinaryIO) -> TiffHeader:
    """Read the header and check that it is of a kind we read. Raises `MediaError` NOT_MEDIA or UNSUPPORTED."""
    try:
        tags, is_last = _tags(file)
        (width,), (height,) = tags[_WIDTH], tags[_HEIGHT]
    except (struct.error, KeyError, ValueError) as error:
        raise MediaError(MediaFault.NOT_MEDIA, "the TIFF's header is broken") from error
    tags = _DEFAULTS | tags
    _check_kind(tags, is_last)
    turned = tags[_ORIENTATION][0] >= 5
    return TiffHeader(
        width=height if turned else width,
        height=width if turned else height,
        bits=tags[_BITS][0],
        orientation=tags[_ORIENTATION][0],
        premultiplied=tags[_SAMPLES][0] == 4 and tags[_EXTRA][0] == _PREMULTIPLIED,
    )


def read_tiff(data: bytes, header: TiffHeader) -> NDArray:
    """Return the samples, upright: uint8 or uint16 (height, width) or (height, width, 3 or 4), alpha not multiplied in.

    Raises `MediaError` CORRUPT.
    """
    image = np.asarray(decode_still(_bare(data), "tiff").to_ndarray())
    image = image.astype(np.uint16 if header.bits == 16 else np.uint8, copy=False)
    if header.premultiplied and image.ndim == 3 and image.shape[2] == 4:
        image = _unmultiplied(image)
    return _upright(image, header.orientation)


def _bare(data: bytes) -> bytes:
    """The file with nothing but needed tags: told to stop at errors, the decoder stops at any tag it does not know."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    entries = [data[place : place + 12] for place in range(at + 2, at + 2 + 12 * count, 12)]
    kept = [entry for entry in entries if struct.unpack_from(order + "H", entry)[0] in _NEEDED]
    head = data[:4] + struct.pack(order + "I", len(data) + len(data) % 2)
    folder = struct.pack(order + "H", len(kept)) + b"".join(kept) + bytes(4)
    return head + data[8:] + bytes(len(data) % 2) + folder


def _tags(file: BinaryIO) -> tuple[dict[int, tuple[int, ...]], bool]:
    """The whole-number tags of the first picture, and whether it is the only one."""
    magic = file.read(4)
    if magic in _BIG:
        raise MediaError(MediaFault.UNSUPPORTED, "BigTIFF is not read here; save it as plain TIFF")
    order = "<" if magic[:2] == b"II" else ">"
    file.seek(struct.unpack(order + "I", file.read(4))[0])
    (count,) = struct.unpack(order + "H", file.read(2))
    entries = file.read(12 * count)
    is_last = struct.unpack(order + "I", file.read(4))[0] == 0
    found = {}
    for at in range(0, 12 * count, 12):
        tag, kind, number = struct.unpack(order + "HHI", entries[at : at + 8])
        if kind in _TYPES and 0 < number <= _MOST_VALUES:
            found[tag] = _values(file, order, kind, number, entries[at + 8 : at + 12])
    return found, is_last


def _values(file: BinaryIO, order: str, kind: int, number: int, here: bytes) -> tuple[int, ...]:
    size, letter = _TYPES[kind]
    if size * number > 4:
        file.seek(struct.unpack(order + "I", here)[0])
        here = file.read(size * number)
    return struct.unpack(f"{order}{number}{letter}", here[: size * number])


def _check_kind(tags: dict[int, tuple[int, ...]], is_last: bool) -> None:
    samples, photometric = tags[_SAMPLES][0], tags.get(_PHOTOMETRIC, (1,))[0]
    colours = 3 if photometric == 2 else 1
    wrong = {
        "is not grey or RGB": photometric not in (0, 1, 2) or (samples, colours) not in ((1, 1), (3, 3), (4, 3)),
        "has neither 8 nor 16 bits a sample": set(tags[_BITS]) not in ({8}, {16}),
        "holds no whole numbers": set(tags.get(_FORMAT, (1,))) != {1},
        "is compressed otherwise than by LZW, deflate or PackBits": tags[_COMPRESSION][0] not in _COMPRESSIONS,
        "keeps its colours in planes": tags[_PLANAR][0] != 1,
        "is cut into tiles": _TILE_WIDTH in tags,
        "holds several pages": not is_last,
        "has an orientation that does not exist": tags[_ORIENTATION][0] not in range(1, 9),
    }
    for reason, applies in wrong.items():
        if applies:
            raise MediaError(MediaFault.UNSUPPORTED, f"the TIFF {reason}")


def _unmultiplied(image: NDArray) -> NDArray:
    most = np.iinfo(image.dtype).max
    alpha = image[..., 3:].astype(np.float64)
    colour = np.divide(image[..., :3] * float(most), alpha, out=image[..., :3].astype(np.float64), where=alpha > 0)
    return np.dstack([np.minimum(np.rint(colour), most).astype(image.dtype), image[..., 3]])


def _upright(image: NDArray, orientation: int) -> NDArray:
    """Undo orientation 1 to 8 (TIFF 6.0 §8: where row 0 and column 0 are shown)."""
    if orientation in (5, 6, 7, 8):
        image = np.swapaxes(image, 0, 1)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return np.ascontiguousarray(image)
