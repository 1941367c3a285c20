"""Files that mean harm, or were harmed: crafted ones, and real ones with bytes changed."""

import io
import random
import struct
import tempfile
import wave
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tests.media.odd_films import film

_MPEG2 = ["-c:v", "mpeg2video", "-bf", "2"]
_VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]
_SEEDS = {
    "h264.mp4": [],
    "vp9.webm": _VP9,
    "mpeg4.avi": ["-c:v", "mpeg4"],
    "mpeg2.mpg": _MPEG2,
    "h264.ts": ["-c:v", "libx264", "-preset", "ultrafast"],
    "ffv1.mkv": ["-c:v", "ffv1"],
    "prores.mov": ["-c:v", "prores_ks"],
    "mpeg2.mxf": _MPEG2,
    "theora.ogv": ["-c:v", "libtheora"],
}


def _png(width: int, height: int, rows: bytes = b"\0") -> bytes:
    """A PNG that says any size, whatever its rows hold (PNG specification §11.2)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _picture(form: str, shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((48, 64, 3), shade, np.uint8)).save(out, form)
    return out.getvalue()


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes], packed: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def _link(name: str, target: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry, target


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return out.getvalue()


def _box(kind: bytes, size: int, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", size, kind) + body


def crafted() -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of files made to harm a server."""
    png, start = _picture("PNG"), _box(b"ftyp", 16, b"isom\0\0\0\0")
    yield "100000 square.png", _png(100_000, 100_000)
    yield "bomb.png", _png(30_000, 30_000, bytes(30_001 * 3000))
    yield "flat bomb.png", _png(1_000_000_000, 1)
    yield "nothing behind the header.png", png[:33]
    yield "sound.wav", _sound()
    yield "sound.mp4", _sound()
    yield "no frames.mp4", start + _box(b"moov", 16, _box(b"free", 8))
    yield "index of four gigabytes.mp4", start + _box(b"moov", 0xFFFFFFFF)
    yield (
        "boxes within boxes.mp4",
        start + _box(b"moov", 8 * 2000) + b"".join(_box(b"trak", 8 * (2000 - depth)) for depth in range(1, 2000)),
    )
    yield "endless.mkv", b"\x1a\x45\xdf\xa3" + b"\x01" + b"\xff" * 7 + bytes(4096)
    yield "playlist.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    yield "concat.mkv", b"ffconcat version 1.0\nfile /etc/passwd\n"
    yield "script.mp4", b"#!/bin/sh\nrm -rf /\n"
    yield "page.webm", b"<html><script>alert(1)</script></html>"
    yield "drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    yield "zeros.mkv", bytes(200_000)
    yield "one byte.mp4", b"\0"
    yield "out of the folder.zip", _zip(("../../0001.png", png), ("0002.png", png))
    yield "absolute.zip", _zip(("/etc/0001.png", png))
    yield "drive.zip", _zip(("..\\..\\0001.png", png))
    yield "link.zip", _zip(_link("0001.png", b"/etc/passwd"), ("0002.png", png))
    yield "twice.zip", _zip(("a/0001.png", png), ("b/0001.png", png))
    yield "no pictures.zip", _zip(("readme.txt", b"hello"))
    yield "empty.zip", _zip()
    yield "bomb.zip", _zip(*((f"{index:04}.png", bytes(20_000_000)) for index in range(4)), packed=True)
    yield "zip in a zip.zip", _zip(("0001.zip", _zip(("0001.png", png))))
    yield "huge inside.zip", _zip(("0001.png", _png(100_000, 100_000)))
    yield "two sizes.zip", _zip(("0001.png", png), ("0002.png", _png(9, 9, bytes(90))))
    yield "cut.zip", _zip(("0001.png", png), ("0002.png", png))[:-40]
    yield "名前 صورة кадр 🎬.png", b"\x89PNG\r\n\x1a\nno more"
    yield "a" * 240 + ".mp4", b"not a film"
    yield "new\nline\tand\x01.mp4", b"not a film"
    yield "'; DROP TABLE clips;--.webm", b"not a film"


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """Small whole files of every kind that is taken."""
    films = [film(folder / name, *how, count=10, size="96x64") for name, how in _SEEDS.items()]
    pictures = [(f"picture.{form.lower()}", _picture(form)) for form in ("PNG", "JPEG", "TIFF")]
    folder_zip = _zip(*((f"{index:04}.png", _picture("PNG", 20 * index)) for index in range(5)))
    return [(path.name, path.read_bytes()) for path in films] + [*pictures, ("folder.zip", folder_zip)]


def mutated(seed: int, count: int, more: Sequence[tuple[str, bytes]] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield ``count`` times (name, bytes): a whole file with bytes flipped, cut, doubled, moved or blanked.

    The files are small ones of every kind, and those of ``more``.
    """
    chance = random.Random(seed)  # noqa: S311 no secret
    with tempfile.TemporaryDirectory() as folder:
        whole = [*seeds(Path(folder)), *more]
    for number in range(count):
        name, data = chance.choice(whole)
        for _ in range(chance.choice([1, 1, 2, 5])):
            data = chance.choice(_HARMS)(chance, data)
        yield f"{seed}-{number} {name}", data


def _flip(chance: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    # The first bytes tell a decoder what to expect: half of all harm goes there.
    reach = len(out) if chance.random() < 0.5 else min(len(out), 600)
    for _ in range(chance.choice([1, 3, 20, 200])):
        out[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    return bytes(out)


def _number(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(max(1, len(data) - 4))
    value = chance.choice([0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.getrandbits(32)])
    return data[:at] + struct.pack(chance.choice("<>") + "I", value) + data[at + 4 :]


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(1, len(data) + 1)]


def _blank(chance: random.Random, data: bytes) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([4, 64, 4096])
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def _double(chance: random.Random, data: bytes) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([16, 1024, 8192])
    return data[: at + size] + data[at:]


_HARMS = [_flip, _flip, _number, _cut, _blank, _double]
