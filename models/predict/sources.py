"""Where frames come from: a video, a folder of numbered pictures, or pictures that have nothing to do with each other.

Each gives its frames as often as it is asked, one at a time, and turns one into RGB only when its pixels are wanted.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np

from .errors import Fault, PredictError

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".tif", ".tiff"))
RATE = Fraction(24)  # frames a second of a folder, which does not know its own
_SAMPLE = 1 << 20  # bytes from both ends of a file that tell it from others


@dataclass(frozen=True)
class Frame:
    """One picture: its place from 0, the name its results get, its time in seconds, and a way to its pixels."""

    index: int
    name: str
    time: Fraction
    read: Callable[[], np.ndarray]

    def image(self) -> np.ndarray:
        """(height, width, 3) uint8 RGB, upright. Raises PredictError where the file is broken."""
        return self.read()


class Source(Protocol):
    """Frames in order. `in_time`: whether they are of one shot after the other, and of one size."""

    @property
    def in_time(self) -> bool: ...

    @property
    def count(self) -> int | None:
        """How many frames there are, as far as known before the last is read."""
        ...

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        ...

    def frames(self) -> Iterator[Frame]:
        """From the first on. Raises PredictError in mid-way where a file is broken."""
        ...

    def digest(self) -> str:
        """32 hex digits that change when the source does; nothing where each picture is known by itself."""
        ...

    def pictures(self) -> dict[str, str]:
        """Of unrelated pictures, what each name's picture is known by; else nothing."""
        ...


def open_source(path: Path, stills: bool) -> Source:
    """The video or folder at `path`; with `stills` each picture of the folder stands alone. Raises PredictError."""
    if not path.exists():
        raise PredictError(Fault.MISSING, f"{path} is not there: give a video file or a folder of pictures")
    if path.is_dir():
        return Stills(_pictures(path)) if stills else Series(_numbered(path))
    if stills:
        raise PredictError(Fault.USAGE, f"{path} is no folder: --stills takes a folder of pictures")
    from .video import Video

    return Video(path)


@dataclass(frozen=True)
class Stills:
    """Unrelated pictures, of any sizes."""

    files: list[Path]
    in_time: bool = False
    rate: Fraction = RATE

    @property
    def count(self) -> int:
        return len(self.files)

    def frames(self) -> Iterator[Frame]:
        """See `Source`."""
        for index, file in enumerate(self.files):
            yield Frame(index, file.stem, index / self.rate, lambda file=file: read_picture(file))  # type: ignore[misc]

    def digest(self) -> str:
        """See `Source`."""
        return ""

    def pictures(self) -> dict[str, str]:
        """See `Source`: lengths and ends of the files."""
        return {file.stem: file_digest(file) for file in self.files}


@dataclass(frozen=True)
class Series(Stills):
    """The pictures of one shot, of one size."""

    in_time: bool = True

    def digest(self) -> str:
        """See `Source`: names and ends of all files."""
        return _digest(self.files)

    def pictures(self) -> dict[str, str]:
        """See `Source`."""
        return {}

    def frames(self) -> Iterator[Frame]:
        """See `Source`."""
        first = _size(self.files[0])
        for frame, file in zip(super().frames(), self.files, strict=True):
            size = _size(file)
            if size != first:
                raise PredictError(
                    Fault.SIZES,
                    f"{file} is {size[0]}x{size[1]} and the frames before {first[0]}x{first[1]}: "
                    "give frames of one size, or --stills for unrelated pictures",
                )
            yield frame


def _pictures(folder: Path) -> list[Path]:
    """The picture files of a folder by name, no two of one stem."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] != ".")
    if not files:
        raise PredictError(Fault.NO_PICTURES, f"{folder} holds no JPEG, PNG or TIFF: give a folder of pictures")
    by_stem: dict[str, Path] = {}
    for file in files:
        twin = by_stem.setdefault(file.stem, file)
        if twin is not file:
            raise PredictError(
                Fault.NUMBERS, f"{twin.name} and {file.name} would both give {file.stem}.png: rename one of them"
            )
    return files


def _numbered(folder: Path) -> list[Path]:
    """The picture files of a folder in the order of their numbers, the last run of digits in each name."""
    found: dict[int, Path] = {}
    for file in _pictures(folder):
        digits = re.findall(r"[0-9]+", file.stem)
        if not digits:
            raise PredictError(
                Fault.NUMBERS, f"{file.name} has no number: number the frames, or give --stills for unrelated pictures"
            )
        twin = found.setdefault(int(digits[-1]), file)
        if twin is not file:
            raise PredictError(Fault.NUMBERS, f"{twin.name} and {file.name} have the same number: rename one of them")
    for number in range(min(found), max(found)):
        if number not in found:
            raise PredictError(
                Fault.GAP,
                f"frame {number} is missing in {folder}: put it back, or give --stills for unrelated pictures",
            )
    return [found[number] for number in sorted(found)]


def read_picture(file: Path) -> np.ndarray:
    """An RGB picture (height, width, 3) uint8, turned as its EXIF says. Raises PredictError."""
    from models.matting.files import read_image
    from models.matting.inputs import MattingError

    try:
        return read_image(file, grey=True)
    except MattingError as error:
        raise PredictError(Fault.PICTURE, str(error)) from error


def _size(file: Path) -> tuple[int, int]:
    """(width, height) from the head of the file, as the picture is turned."""
    from PIL import Image

    try:
        with Image.open(file) as picture:
            turned = picture.getexif().get(0x0112, 1) >= 5
            return picture.size[::-1] if turned else picture.size
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise PredictError(Fault.PICTURE, f"{file} cannot be read: {error}. Give another copy") from error


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file_digest(file).encode())
    return total.hexdigest()[:32]


def file_digest(file: Path) -> str:
    """32 hex digits of a file's length and both its ends: a film is known without being read whole."""
    with file.open("rb") as opened:
        length = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        ends = opened.read(_SAMPLE)
        opened.seek(max(0, length - _SAMPLE))
        return hashlib.sha256(length.to_bytes(8, "big") + ends + opened.read(_SAMPLE)).hexdigest()[:32]
