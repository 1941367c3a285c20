"""A contact sheet of clips: pictures, alpha and parts side by side."""

import numpy as np

from .scene import Clip

_MAGENTA = np.array([255, 0, 255], np.float32)
PART_COLOURS = np.array(
    [
        (20, 20, 20), (150, 150, 150), (230, 120, 40), (240, 220, 60), (230, 40, 60), (80, 190, 230), (90, 210, 90),
        (230, 210, 230),  # somebody, of unknown part
    ],
    np.uint8,
)  # fmt: skip


def sheet(clips: list[Clip]) -> np.ndarray:
    """(rows, columns, 3) uint8 RGB: a row a clip of one size and length, three pictures a frame."""
    return np.concatenate([_row(clip) for clip in clips])


def _row(clip: Clip) -> np.ndarray:
    alpha = clip.alpha[..., None]
    over = (clip.colours * alpha + _MAGENTA * (1 - alpha)).round().astype(np.uint8)
    frames = zip(clip.images, over, PART_COLOURS[np.minimum(clip.parts, len(PART_COLOURS) - 1)], strict=True)
    return np.concatenate([picture for frame in frames for picture in frame], axis=1)
