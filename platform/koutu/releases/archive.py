"""Where the files of an export go: a zip that streams, or a folder that appears whole."""

import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from koutu.accounts.errors import Refused


class Entry(NamedTuple):
    """One file: its path with "/" and its bytes in chunks, readable more than once."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


def entry(path: str, data: bytes) -> Entry:
    return Entry(path, lambda: (data,))


_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")
_PLAIN, _BIG = 20, 45
_UTF8 = 0x800
_DATE = 1 << 5 | 1  # 1980-01-01, the first day that a zip knows
_UNIX_FILE = 0o100644 << 16
_MAX32, _MAX16 = 0xFFFFFFFF, 0xFFFF
_SPOOL = 2**20


def zip_stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield a zip of `entries` in their order: stored, no times, sizes before the data (APPNOTE 6.3.10, zip64).

    The same entries give the same bytes. `zipfile` writes sizes after the data when it cannot seek, which strict
    readers refuse for stored files. Memory: one chunk; the directory spills to disk. A single file stays < 4 GiB.
    """
    offset = count = 0
    with tempfile.SpooledTemporaryFile(_SPOOL) as directory:
        for item in entries:
            local, central = _heads(item, offset)
            directory.write(central)
            count += 1
            for chunk in (local, *item.chunks()):
                offset += len(chunk)
                yield chunk
        size = directory.tell()
        directory.seek(0)
        yield from iter(lambda: directory.read(_SPOOL), b"")
        yield _end(count, size, offset)


def _heads(item: Entry, offset: int) -> tuple[bytes, bytes]:
    """The file's local header, and its line in the directory."""
    name, crc, size = item.path.encode(), 0, 0
    for chunk in item.chunks():
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    big = offset >= _MAX32
    extra = struct.pack("<2HQ", 1, 8, offset) if big else b""
    local = _LOCAL.pack(b"PK\3\4", _PLAIN, _UTF8, 0, 0, _DATE, crc, size, size, len(name), 0)
    need = _BIG if big else _PLAIN
    central = _CENTRAL.pack(
        b"PK\1\2", 3 << 8 | need, need, _UTF8, 0, 0, _DATE, crc, size, size,
        len(name), len(extra), 0, 0, 0, _UNIX_FILE, min(offset, _MAX32),
    )  # fmt: skip
    return local + name, central + name + extra


def _end(count: int, size: int, offset: int) -> bytes:
    short = _END.pack(
        b"PK\5\6", 0, 0, min(count, _MAX16), min(count, _MAX16), min(size, _MAX32), min(offset, _MAX32), 0
    )
    if count < _MAX16 and offset < _MAX32 and size < _MAX32:
        return short
    end = _END64.pack(b"PK\6\6", _END64.size - 12, 3 << 8 | _BIG, _BIG, 0, 0, count, count, size, offset)
    return end + _LOCATOR.pack(b"PK\6\7", 0, offset + size, 1) + short


def require_free(target: Path, is_same: Callable[[Path], bool]) -> None:
    """Refuse a target that holds anything but the same release."""
    if target.exists() and not target.is_dir():
        raise Refused("not_a_folder", f"{target} is a file.")
    if target.is_dir() and any(target.iterdir()) and not is_same(target):
        raise Refused("folder_not_empty", f"{target} holds something else. Name an empty or a new folder.")


def write_folder(entries: Iterable[Entry], target: Path, tell: Callable[[int], None]) -> int:
    """Write the files beside `target` and put them in its place by renaming; return how many there are.

    A kill leaves `target` as it was, and a folder `.NAME.part` that the next run begins anew.
    """
    part = target.with_name(f".{target.name}.part")
    if part.exists():
        shutil.rmtree(part)
    count = 0
    for item in entries:
        path = part / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            _write(file, item)
        count += 1
        tell(count)
    _put_in_place(part, target)
    return count


def _write(file: IO[bytes], item: Entry) -> None:
    for chunk in item.chunks():
        file.write(chunk)


def _put_in_place(part: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    if old.exists():
        shutil.rmtree(old)
    if target.exists():
        target.rename(old)
    os.rename(part, target)
    shutil.rmtree(old, ignore_errors=True)
