"""A window of a frame on a network's canvas, there and back: all resizing and mapping of places is here.

Places are (x, y) in pixels from a corner: the middle of the first pixel is (0.5, 0.5), in frame and canvas alike.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class View:
    """The window `left`, `top`, `right`, `bottom` of a frame, in whole pixels, shown at `height` by `width`."""

    left: int
    top: int
    right: int
    bottom: int
    height: int
    width: int

    def to_canvas(self, points: np.ndarray) -> np.ndarray:
        """Places (..., 2) of the frame on the canvas, float64."""
        return (np.asarray(points, np.float64) - self._corner) * self._scale

    def to_frame(self, points: np.ndarray) -> np.ndarray:
        """The inverse of `to_canvas`."""
        return np.asarray(points, np.float64) / self._scale + self._corner

    def holds(self, points: np.ndarray) -> np.ndarray:
        """(...) bool: which places (..., 2) of the frame are in the window."""
        moved = np.asarray(points, np.float64) - self._corner
        return ((moved >= 0) & (moved <= self._extent)).all(-1)

    def window(self, plane: np.ndarray) -> np.ndarray:
        """The window's part of a frame's plane or picture (height, width, ...): a view on the same memory."""
        return plane[self.top : self.bottom, self.left : self.right]

    def picture(self, image: np.ndarray) -> "torch.Tensor":
        """The window of a picture (H, W, 3) uint8 RGB as (1, 3, height, width) float32 in 0..1."""
        import torch

        small = _resized(self.window(image), self.height, self.width)
        return torch.from_numpy(np.ascontiguousarray(small)).permute(2, 0, 1)[None].float() / 255

    def plane(self, values: np.ndarray) -> "torch.Tensor":
        """The window of a plane (H, W) float32 as (1, 1, height, width) float32."""
        import torch

        small = _resized(self.window(values), self.height, self.width)
        return torch.from_numpy(np.ascontiguousarray(small, np.float32))[None, None]

    def back(self, values: "torch.Tensor") -> np.ndarray:
        """A canvas plane (1, 1, height, width) at the window's own size: (bottom - top, right - left) float32.

        Give logits rather than probabilities: enlarged between far ends they keep an edge where it was.
        """
        found: np.ndarray = values[0, 0].detach().float().cpu().numpy()
        return _resized(found, self.bottom - self.top, self.right - self.left)

    @property
    def _corner(self) -> np.ndarray:
        return np.array([self.left, self.top], np.float64)

    @property
    def _extent(self) -> np.ndarray:
        return np.array([self.right - self.left, self.bottom - self.top], np.float64)

    @property
    def _scale(self) -> np.ndarray:
        return np.array([self.width, self.height]) / self._extent


def whole(height: int, width: int, longest: int) -> View:
    """The whole frame, its longer side brought down to `longest`; a smaller frame stays as it is."""
    return fitted(0, 0, width, height, longest)


def fitted(left: int, top: int, right: int, bottom: int, longest: int) -> View:
    """A window with its longer side brought down to `longest`, never enlarged: there is no more to see."""
    wide, high = right - left, bottom - top
    scale = min(1.0, longest / max(wide, high))
    return View(left, top, right, bottom, max(1, round(high * scale)), max(1, round(wide * scale)))


def around(centre: tuple[float, float], wide: float, high: float, height: int, width: int, longest: int) -> View:
    """A window of about `wide` by `high` with `centre` (x, y) in its middle, moved to lie in a frame (height, width).

    Where the frame is smaller than that the window is as large as the frame.
    """
    left, right = _stretch(centre[0], wide, width)
    top, bottom = _stretch(centre[1], high, height)
    return fitted(left, top, right, bottom, longest)


def _stretch(middle: float, length: float, limit: int) -> tuple[int, int]:
    """Start and end, in 0..limit, of about `length` round `middle`."""
    size = min(limit, max(1, round(length)))
    start = min(max(round(middle - size / 2), 0), limit - size)
    return start, start + size


def _resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """By area where it shrinks, for plain bilinear steps over most pixels; bilinear where it grows."""
    import cv2

    if values.shape[:2] == (height, width):
        return values
    shrinks = height * width < values.shape[0] * values.shape[1]
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
