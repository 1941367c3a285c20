"""What a person tells a network about a picture, and the check of all that comes in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


class BadInput(ValueError):
    """A back end was given what it cannot work with. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Prompt:
    """Points, a box, a mask, or several of them, on one picture.

    Places are in the picture's pixels, from its top left corner: the middle of the first pixel is (0.5, 0.5).
    `points` are (x, y), `labels` one a point: 1 inside the thing, 0 outside. `box` is (left, top, right, bottom).
    `mask` (height, width) bool, 0/255 uint8 or float in 0..1: what was thought before.
    """

    points: Sequence[tuple[float, float]] = ()
    labels: Sequence[int] = ()
    box: tuple[float, float, float, float] | None = None
    mask: np.ndarray | None = None

    def check(self, height: int, width: int) -> None:
        """Raise BadInput unless this can be asked of a picture of that size."""
        if not self.points and self.box is None and self.mask is None:
            raise BadInput("the prompt is empty: give points, a box or a mask")
        if len(self.points) != len(self.labels):
            raise BadInput(f"{len(self.points)} points and {len(self.labels)} labels: give every point one")
        if not set(self.labels) <= {0, 1}:
            raise BadInput(f"labels are {sorted(set(self.labels))}: 1 is inside, 0 is outside, nothing else")
        for x, y in self.points:
            # A comparison with NaN is false, so NaN is refused too.
            if not (0 <= x <= width and 0 <= y <= height):
                raise BadInput(f"the point ({x}, {y}) is not in a picture of {width}x{height}")
        if self.box is not None:
            _check_box(self.box, height, width)
        if self.mask is not None:
            unit(self.mask, height, width)


def _check_box(box: tuple[float, float, float, float], height: int, width: int) -> None:
    left, top, right, bottom = box
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise BadInput(
            f"the box {box} is not in a picture of {width}x{height}: give left < right and top < bottom, in pixels"
        )


def unit(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """`mask` as (height, width) float32 in 0..1, from bool, uint8 of 0..255, or float in 0..1. Raises BadInput."""
    if mask.shape != (height, width):
        raise BadInput(f"the mask is {mask.shape} and the picture ({height}, {width}): give both the same size")
    if mask.dtype == np.bool_:
        return mask.astype(np.float32)
    if mask.dtype == np.uint8:
        if mask.max() == 1:
            raise BadInput("the mask is of 0 and 1 in whole numbers: give bool, or 0 and 255")
        return mask.astype(np.float32) / np.float32(255)
    if not np.issubdtype(mask.dtype, np.floating):
        raise BadInput(f"the mask is {mask.dtype}: give bool, uint8 of 0 and 255, or float in 0..1")
    if not (mask.min() >= 0 and mask.max() <= 1):
        raise BadInput("the mask leaves 0..1 or holds NaN: give probabilities, not logits")
    return mask.astype(np.float32)


def check_picture(image: np.ndarray) -> tuple[int, int]:
    """(height, width) of a picture; raises BadInput unless it is (height, width, 3) uint8 with a pixel in it."""
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise BadInput(f"the picture is {image.shape}: give (height, width, 3), RGB without alpha")
    if image.dtype != np.uint8:
        raise BadInput(f"the picture is {image.dtype}: give uint8 of 0..255")
    return image.shape[0], image.shape[1]
