"""What stands behind the people in a composite: one colour, a picture, or another film."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from .errors import Fault, PredictError
from .sources import SUFFIXES, file_digest, read_picture


class Backdrop(Protocol):
    """`name` tells it from others."""

    @property
    def name(self) -> str: ...

    def pictures(self) -> Iterator[np.ndarray]:
        """Without end: (height, width, 3) uint8 RGB of any size, one a frame."""
        ...


def open_backdrop(text: str) -> Backdrop:
    """The colour or file that `text` names. Raises PredictError where it is neither, or the file cannot be read."""
    path = Path(text)
    if path.is_file():
        backdrop = Still(path) if path.suffix.lower() in SUFFIXES else Film(path)
        # A broken file is told now and not after the hours that the mattes take.
        next(backdrop.pictures())
        return backdrop
    from PIL import ImageColor

    # A shell takes # for the start of a comment where nobody quotes it.
    bare = re.fullmatch("[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", text)
    try:
        red, green, blue = ImageColor.getrgb(f"#{text}" if bare else text)[:3]
    except ValueError as error:
        raise PredictError(
            Fault.USAGE, f"{text} is neither a colour, such as green or 00ff00, nor a picture or video file"
        ) from error
    return Plain((red, green, blue))


@dataclass(frozen=True)
class Plain:
    """One colour, 0..255 each."""

    colour: tuple[int, int, int]

    @property
    def name(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.colour)

    def pictures(self) -> Iterator[np.ndarray]:
        """See `Backdrop`."""
        one = np.array([[self.colour]], np.uint8)
        while True:
            yield one


@dataclass(frozen=True)
class Still:
    """A picture."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.path.name} {file_digest(self.path)}"

    def pictures(self) -> Iterator[np.ndarray]:
        """See `Backdrop`."""
        image = read_picture(self.path)
        while True:
            yield image


@dataclass(frozen=True)
class Film:
    """A video, begun anew when it ends."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.path.name} {file_digest(self.path)}"

    def pictures(self) -> Iterator[np.ndarray]:
        """See `Backdrop`."""
        from .video import Video

        while True:
            for frame in Video(self.path).frames():
                yield frame.image()


def covering(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """The picture scaled to cover (height, width), and its middle cut out."""
    import cv2

    scale = max(height / image.shape[0], width / image.shape[1])
    high, wide = max(height, round(image.shape[0] * scale)), max(width, round(image.shape[1] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(image, (wide, high), interpolation=way)
    top, left = (high - height) // 2, (wide - width) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])
