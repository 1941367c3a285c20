"""A contact sheet of clips: pictures, alpha and parts side by side."""

from pathlib import Path

import cv2
import numpy as np

from .scene import Clip

_MAGENTA = np.array([255, 0, 255], np.float32)
_PART_COLOURS = np.array(
    [
        (20, 20, 20), (150, 150, 150), (230, 120, 40), (240, 220, 60), (230, 40, 60), (80, 190, 230), (90, 210, 90),
        (230, 210, 230),  # somebody, of unknown part
    ],
    np.uint8,
)  # fmt: skip


def sheet(clips: list[Clip]) -> np.ndarray:
    """(rows, columns, 3) uint8 RGB: a row a clip of one size and length, three pictures a frame."""
    return np.concatenate(
        [row(clip.images, over_magenta(clip.colours, clip.alpha), in_colours(clip.parts)) for clip in clips]
    )


def row(*films: np.ndarray) -> np.ndarray:
    """(H, columns, 3) of films (T, H, W, 3): the first frame of each, the second of each, and on."""
    return np.concatenate([picture for frame in zip(*films, strict=True) for picture in frame], axis=1)


def over_magenta(colours: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(T, H, W, 3) uint8 of colours (T, H, W, 3) and alpha (T, H, W) in 0..1."""
    share = alpha[..., None]
    return (colours * share + _MAGENTA * (1 - share)).round().astype(np.uint8)


def in_colours(numbers: np.ndarray) -> np.ndarray:
    """(..., 3) uint8 of part numbers (...) uint8."""
    return _PART_COLOURS[np.minimum(numbers, len(_PART_COLOURS) - 1)]


def save(path: Path, picture: np.ndarray) -> None:
    """Write (H, W, 3) uint8 RGB in the format that the name asks for. Raises OSError, ValueError for other names."""
    try:
        _, packed = cv2.imencode(path.suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    except cv2.error as error:
        raise ValueError(f"{path} is no name of a picture: give one such as sheet.png") from error
    path.write_bytes(packed.tobytes())
