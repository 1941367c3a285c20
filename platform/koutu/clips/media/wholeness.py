"""Is the file all there? Containers say how long they are; a copy cut short says it too.

FFmpeg reads a shortened file to its last byte and ends without an error, so half a clip would pass for a whole
one. The outermost boxes are enough to know, and reading them costs a few seeks.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

from koutu.clips.media.faults import MediaError, MediaFault

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


def check_whole(path: Path) -> None:
    """Raise `MediaError` TRUNCATED where the container declares more bytes than the file holds.

    Knows ISO base media (MP4, MOV; ISO/IEC 14496-12 §4.2), Matroska and WebM (RFC 8794 §4 to §6) and RIFF (AVI).
    Transport streams and others carry no length and pass.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            _check_boxes(file, size)
        elif head[:4] == _EBML:
            _check_ebml(file, size)
        elif head[:4] == b"RIFF":
            _require(8 + struct.unpack("<I", head[4:8])[0], size)


def _require(declared: int, size: int) -> None:
    if declared > size:
        raise MediaError(MediaFault.TRUNCATED, f"the file is cut short: it says {declared} bytes and holds {size}")


def _check_boxes(file: BinaryIO, size: int) -> None:
    at, kinds = 0, set()
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1:
            wide = file.read(8)
            length = struct.unpack(">Q", wide)[0] if len(wide) == 8 else size
        if length == 0:  # to the end of the file
            length = size - at
        if length < 8:
            break
        kinds.add(kind)
        at += length
        # Padding after the last sample loses no picture, wherever it ends.
        if kind not in (b"free", b"skip", b"wide"):
            _require(at, size)
    if b"moov" not in kinds:
        raise MediaError(
            MediaFault.TRUNCATED,
            "the file has no index (moov): the recording or the copy was broken off before its end",
        )


def _check_ebml(file: BinaryIO, size: int) -> None:
    file.seek(4)
    header = _ebml_number(file)
    if header is None:
        return
    file.seek(header, os.SEEK_CUR)
    if file.read(4) != _SEGMENT:
        return
    length = _ebml_number(file)
    if length is not None:  # a live recording leaves it unknown
        _require(file.tell() + length, size)


def _ebml_number(file: BinaryIO) -> int | None:
    """The variable-length number here, or None for "unknown"."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    more = 8 - first[0].bit_length()
    value = first[0] & ((1 << (7 - more)) - 1)
    unknown = (1 << (7 * (more + 1))) - 1
    for byte in file.read(more):
        value = value << 8 | byte
    return None if value == unknown else value
