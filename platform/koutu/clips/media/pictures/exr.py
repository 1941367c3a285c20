"""OpenEXR pictures (openexr.com, "OpenEXR File Layout"): scene-linear light made an 8-bit sRGB picture.

Scan lines or one level of tiles, half or float, R G B with or without A, or Y alone; other channels are passed over.
Light is taken out of its alpha, brought from the file's primaries to BT.709's, clipped to 0 … 1 and written by the
transfer of sRGB (IEC 61966-2-1). No view transform (ACES, Filmic) is applied. Decoded by FFmpeg.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures.still import decode_still
from koutu.clips.media.sizes import check_size
from koutu.clips.media.tone import BT709, to_bt709

MAGIC = b"v/1\x01"
_TILED, _DEEP, _PARTS = 0x200, 0x800, 0x1000
_UINT = 0
_MOST_HEADER = 1 << 20
# Lines of a block by compression: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A. FFmpeg reads these as OpenEXR does,
# but not DWA (8, 9). Then the bytes before a block of lines and before a tile.
_LINES = (1, 1, 1, 16, 32, 16, 32, 32)
_BLOCK_HEAD, _TILE_HEAD = 8, 20
# PXR24 is deflated too, after it has dropped bytes.
_DEFLATED = (2, 3)
# Of a uint, a half and a float.
_BYTES = (4, 2, 4)
_STEPS = 1 << 16

Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class ExrHeader:
    """What an EXR says of itself.

    ``data`` is the window that has pixels and ``display`` the one that is shown, each (left, top, right, bottom) with
    its last pixel; ``display_at`` is where the latter stands in the file, ``table_at`` where the table of blocks does.
    ``tile`` is a tile's (width, height), (0, 0) for lines; ``depth`` are the bytes of a pixel in all channels.
    ``primaries`` are CIE xy of red, green, blue and white.
    """

    data: Window
    display: Window
    display_at: int
    table_at: int
    compression: int
    tile: tuple[int, int]
    depth: int
    primaries: tuple[float, ...]

    @property
    def width(self) -> int:
        """Of what is shown, in pixels."""
        return self.display[2] - self.display[0] + 1

    @property
    def height(self) -> int:
        """Of what is shown, in pixels."""
        return self.display[3] - self.display[1] + 1


def read_exr_header(file: BinaryIO) -> ExrHeader:
    """Read the header and check that it is of a kind we read. Raises `MediaError` NOT_MEDIA or UNSUPPORTED."""
    head = file.read(_MOST_HEADER)
    try:
        flags = struct.unpack_from("<I", head, 4)[0]
        if flags & (_DEEP | _PARTS):
            raise MediaError(MediaFault.UNSUPPORTED, "the EXR is deep or has several parts; save one flat part")
        found, end = _attributes(head)
        compression, channels = found["compression"][1][0], _channels(found["channels"][1])
        _check_kind(channels, compression)
        header = ExrHeader(
            data=struct.unpack("<4i", found["dataWindow"][1]),
            display=struct.unpack("<4i", found["displayWindow"][1]),
            display_at=found["displayWindow"][0],
            table_at=end,
            compression=compression,
            tile=_tile(found["tiles"][1]) if flags & _TILED else (0, 0),
            depth=sum(_BYTES[kind] for kind, _, _ in channels.values()),
            primaries=struct.unpack("<8f", found["chromaticities"][1]) if "chromaticities" in found else BT709,
        )
        # Primaries that span nothing are told here and not in the middle of a clip.
        if not np.isfinite(to_bt709(header.primaries)).all():
            raise ValueError("the primaries span no colours")
    except (struct.error, KeyError, IndexError, ValueError, ZeroDivisionError) as error:  # LinAlgError is a ValueError
        raise MediaError(MediaFault.NOT_MEDIA, "the EXR's header is broken") from error
    if min(header.width, header.height, _width(header.data), _height(header.data)) < 1:
        raise MediaError(MediaFault.NOT_MEDIA, "the EXR's windows hold nothing")
    check_size(_width(header.data), _height(header.data))
    return header


def read_exr(data: bytes, header: ExrHeader) -> NDArray[np.uint8]:
    """Return sRGB uint8 (height, width, 3), or 4 with alpha, which stays linear. Raises `MediaError` CORRUPT."""
    _check_blocks(data, header)
    # FFmpeg misplaces pixels outside of what is shown: it gets to show all, and the cut is ours.
    at = header.display_at
    whole = data[:at] + struct.pack("<4i", *header.data) + data[at + 16 :]
    light = _light(decode_still(whole, "exr"))
    if light.shape[:2] != (_height(header.data), _width(header.data)):
        raise MediaError(MediaFault.CORRUPT, "the EXR's pixels do not fill its window")
    light = np.nan_to_num(_shown(light, header), nan=0.0, posinf=65504.0, neginf=0.0)
    colour, alpha = light[..., :3], light[..., 3:]
    colour = np.divide(colour, alpha, out=colour.copy(), where=alpha > 0) if alpha.size else colour
    if header.primaries != BT709:
        colour = colour @ to_bt709(header.primaries).T.astype(np.float32)
    encoded = _srgb()[_steps(colour)]
    return np.concatenate([encoded, np.rint(np.clip(alpha, 0, 1) * 255).astype(np.uint8)], axis=2)


def _check_blocks(data: bytes, header: ExrHeader) -> None:
    """Raise `MediaError` CORRUPT for a block that is not there or does not unpack: the decoder leaves a hole for it."""
    wide, high = _width(header.data), _height(header.data)
    if header.tile == (0, 0):
        count, before = -(-high // _LINES[header.compression]), _BLOCK_HEAD
    else:
        count, before = -(-wide // header.tile[0]) * -(-high // header.tile[1]), _TILE_HEAD
    try:
        for start in struct.unpack_from(f"<{count}Q", data, header.table_at):
            (size,) = struct.unpack_from("<I", data, start + before - 4)
            block = data[start + before : start + before + size]
            if start <= header.table_at or len(block) < size:
                raise MediaError(MediaFault.CORRUPT, "the EXR is cut short")
            if header.compression in _DEFLATED:
                _check_deflated(block, _unpacked_size(data, start, header))
    except (struct.error, zlib.error) as error:
        raise MediaError(MediaFault.CORRUPT, "the EXR is broken or cut short") from error


def _unpacked_size(data: bytes, start: int, header: ExrHeader) -> int:
    """How many bytes the block at ``start`` unpacks to."""
    if header.tile == (0, 0):
        (row,) = struct.unpack_from("<i", data, start)
        wide, high = _width(header.data), min(_LINES[header.compression], header.data[3] - row + 1)
    else:
        column, row = struct.unpack_from("<ii", data, start)
        wide = min(header.tile[0], _width(header.data) - column * header.tile[0])
        high = min(header.tile[1], _height(header.data) - row * header.tile[1])
    return wide * high * header.depth


def _check_deflated(block: bytes, size: int) -> None:
    """Raise `MediaError` or zlib.error unless the block unpacks to ``size`` bytes; one of that size is not packed."""
    if len(block) != size and len(zlib.decompressobj().decompress(block, max(size, 0) + 1)) != size:
        raise MediaError(MediaFault.CORRUPT, "the EXR is broken")


def _tile(value: bytes) -> tuple[int, int]:
    width, height, mode = struct.unpack("<IIB", value)
    if mode & 0x0F or not width or not height:
        raise MediaError(MediaFault.UNSUPPORTED, "the EXR holds the picture in several sizes; save one")
    return width, height


def _attributes(head: bytes) -> tuple[dict[str, tuple[int, bytes]], int]:
    """Where the value of each attribute stands, and the value; and where the header ends."""
    at, found = 8, {}
    while head[at] != 0:
        name_end = head.index(0, at)
        type_end = head.index(0, name_end + 1)
        (size,) = struct.unpack_from("<i", head, type_end + 1)
        start = type_end + 5
        if size < 0 or start + size >= len(head):
            raise ValueError("an attribute reaches beyond the header")
        found[head[at:name_end].decode("latin-1")] = (start, head[start : start + size])
        at = start + size
    return found, at + 1


def _channels(value: bytes) -> dict[str, tuple[int, int, int]]:
    """The channels by name: type (0 uint, 1 half, 2 float) and sampling across and down."""
    at, found = 0, {}
    while value[at] != 0:
        end = value.index(0, at)
        kind, _, across, down = struct.unpack_from("<iIii", value, end + 1)
        found[value[at:end].decode("latin-1")] = (kind, across, down)
        at = end + 17
    return found


def _check_kind(channels: dict[str, tuple[int, int, int]], compression: int) -> None:
    used = [channels[name] for name in ("R", "G", "B", "A", "Y") if name in channels]
    if not ({"R", "G", "B"} <= channels.keys() or "Y" in channels):
        raise MediaError(MediaFault.UNSUPPORTED, f"the EXR has no R, G, B or Y, but {', '.join(channels)[:200]}")
    if len({kind for kind, _, _ in used}) > 1 or _UINT in {kind for kind, _, _ in used}:
        raise MediaError(MediaFault.UNSUPPORTED, "the EXR's colours are not all half or all float")
    if any(sampling != [1, 1] for _, *sampling in channels.values()):
        raise MediaError(MediaFault.UNSUPPORTED, "the EXR has channels sampled more coarsely than its pixels")
    if compression >= len(_LINES):
        raise MediaError(MediaFault.UNSUPPORTED, "the EXR is compressed by DWA; save it with ZIP or PIZ")


def _light(frame: VideoFrame) -> NDArray[np.float32]:
    """The decoder's planes as float32 (height, width, 3 or 4)."""
    kind = np.dtype("<f2" if "f16" in frame.format.name else "<f4")
    planes = [
        np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)[
            : frame.height, : frame.width
        ]
        for plane in frame.planes
    ]
    # FFmpeg's planes stand as G, B, R, A, or are one of grey.
    order = [2, 0, 1, 3][: len(planes)] if len(planes) > 1 else [0, 0, 0]
    return np.stack([planes[place] for place in order], axis=2).astype(np.float32)


def _shown(light: NDArray[np.float32], header: ExrHeader) -> NDArray[np.float32]:
    """Cut and padded from the data window to the one that is shown."""
    shown = np.zeros((header.height, header.width, light.shape[2]), np.float32)
    left, top = header.data[0] - header.display[0], header.data[1] - header.display[1]
    rows = slice(max(top, 0), max(min(top + light.shape[0], header.height), 0))
    columns = slice(max(left, 0), max(min(left + light.shape[1], header.width), 0))
    if rows.start < rows.stop and columns.start < columns.stop:
        shown[rows, columns] = light[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return shown


def _steps(light: NDArray[np.float32]) -> NDArray[np.intp]:
    """Light 0 … 1 as steps of equal root, fine enough for the dark end."""
    return np.rint(np.sqrt(np.clip(light, 0, 1)) * (_STEPS - 1)).astype(np.intp)


def _srgb() -> NDArray[np.uint8]:
    light = (np.arange(_STEPS) / (_STEPS - 1)) ** 2
    signal = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(signal * 255).astype(np.uint8)


def _width(window: Window) -> int:
    return window[2] - window[0] + 1


def _height(window: Window) -> int:
    return window[3] - window[1] + 1
