"""Letterbox bars: rows and columns at the border that are black in every frame, up to a sharp straight line.

For every line it is counted in how many frames it was black nearly throughout, and in how many for the most part:
a subtitle in a bar makes it the latter. A dark scene's border is neither sharp nor the same from shot to shot.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Box

# Luma; black is 0, or 16 where the limited range was taken for the full one.
_BLACK = 28
_LIT = 40.0
_LEAST_FRAMES = 10
_LEAST = 0.012
_MOST = 0.3
_STEP = 10.0


class _Lines:
    """Counts for lines of one direction, the first at the top or left."""

    def __init__(self, count: int) -> None:
        self.clean = np.zeros(count, np.int64)
        self.mostly = np.zeros(count, np.int64)
        self.step = np.zeros(count, np.int64)

    def add(self, dark: NDArray[np.float32], mean: NDArray[np.float32]) -> None:
        """Add one frame: the share of black pixels and the mean luma of every line."""
        self.clean += dark > 0.985
        self.mostly += dark > 0.45
        self.step[:-2] += np.abs(mean[2:] - mean[:-2]) > _STEP

    def bar(self, frames: int) -> int:
        """Return how many lines from the first on make up a bar; 0 for none."""
        black = (self.mostly >= 0.99 * frames) & (self.clean >= 0.1 * frames)
        return int(np.argmin(black)) if not black.all() else 0

    def extended(self, bar: int, other: int, frames: int) -> int:
        """Return the height of the other bar where this one may be as high."""
        return other if bar < other and bool((self.mostly[:other] >= 0.99 * frames).all()) else bar

    def is_sharp(self, bar: int, frames: int) -> bool:
        """Whether the picture begins right after the bar, in most of the frames."""
        return bool(self.step[max(0, bar - 2) : bar + 1].max() >= 0.6 * frames)

    def reverse(self) -> "_Lines":
        other = _Lines(len(self.clean))
        other.clean, other.mostly = self.clean[::-1], self.mostly[::-1]
        other.step[:-2] = self.step[:-2][::-1]
        return other


class Bars:
    """Finds the picture area within constant bars; keeps a few counts a line."""

    def __init__(self) -> None:
        self._rows: _Lines | None = None
        self._columns: _Lines | None = None
        self._frames = 0

    def push(self, luma: NDArray[np.uint8]) -> None:
        """Take the next frame's luma, uint8 (height, width)."""
        if self._rows is None or self._columns is None:
            self._rows, self._columns = _Lines(luma.shape[0]), _Lines(luma.shape[1])
        # A fade or a night scene says nothing about bars.
        if float(np.percentile(luma[::4, ::4], 75)) < _LIT:
            return
        self._frames += 1
        dark = cv2.compare(luma, _BLACK, cv2.CMP_LE)
        self._rows.add(_shares(dark, 1), _means(luma, 1))
        self._columns.add(_shares(dark, 0), _means(luma, 0))

    def finish(self) -> Box | None:
        """Return the picture area, or None where there are no bars."""
        if self._rows is None or self._columns is None or self._frames < _LEAST_FRAMES:
            return None
        top, bottom = _pair(self._rows, self._frames)
        left, right = _pair(self._columns, self._frames)
        if not (top or left):
            return None
        height, width = len(self._rows.clean), len(self._columns.clean)
        return Box(left / width, top / height, 1 - right / width, 1 - bottom / height)


def _shares(dark: NDArray[np.uint8], axis: int) -> NDArray[np.float32]:
    return _means(dark, axis) / 255.0


def _means(image: NDArray[np.uint8], axis: int) -> NDArray[np.float32]:
    return cv2.reduce(image, axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()


def _pair(lines: _Lines, frames: int) -> tuple[int, int]:
    """Return the bars at both ends. One alone is more often a dark floor, or a wall, than a bar."""
    back = lines.reverse()
    count = len(lines.clean)
    first, last = lines.bar(frames), back.bar(frames)
    # Where a subtitle never leaves a bar, the other bar says how high both are.
    first, last = lines.extended(first, last, frames), back.extended(last, first, frames)
    fits = all(_LEAST * count <= bar <= _MOST * count for bar in (first, last))
    return (first, last) if fits and lines.is_sharp(first, frames) and back.is_sharp(last, frames) else (0, 0)
