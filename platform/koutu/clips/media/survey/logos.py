"""A channel's logo: edges that stay at their place, and point the same way, whatever the picture shows.

The directions of the edges are summed up over frames of which each shows nearly everywhere something else than
the one before; where they always agree the sum is as long as the frames are many. A camera that stands still
gives one such frame only: then nothing can be told apart, and nothing is said.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Box, Overlay

WIDTH = 240
_EVERY = 3
_KEPT = 32
_EDGE = 12.0
_BLOCK = 6
_TEXTURE = 5.0
_SAME = 0.6
_CHANGED = 0.75
_LEAST_BLOCKS = 30

_LEAST_SAMPLES = 8
_AGREEING = 0.6
# n directions by chance agree to r with a probability of exp(-n r²).
_BY_CHANCE = 7.5
_LEAST_EDGES = 25
_MOST_ELSEWHERE = 1.0
_LARGEST = (0.3, 0.25)
_CORNER = 0.36
_ROUND = 0.12
_PRESENT = 0.4


class Logos:
    """Finds logos; keeps two numbers a pixel of a picture 240 wide, and at most 32 such pictures."""

    def __init__(self) -> None:
        self._count = 0
        self._samples = 0
        self._sum: NDArray[np.float32] | None = None
        self._before: NDArray[np.float32] | None = None
        self._kept: list[tuple[int, NDArray[np.int8]]] = []

    def push(self, luma: NDArray[np.uint8], small: NDArray[np.uint8]) -> None:
        """Take the next frame: luma uint8 (height, width), and RGB uint8 of 96 × 54."""
        if self._count % _EVERY == 0:
            blocks = _blocks(small)
            if self._before is None or _is_elsewhere(self._before, blocks):
                self._before = blocks
                self._take(luma)
        self._count += 1

    def finish(self, area: Box | None) -> list[Overlay]:
        """Return the logos within the picture area, where there are bars around it."""
        if self._sum is None or self._samples < _LEAST_SAMPLES:
            return []
        mean = self._sum / self._samples
        needed = max(_AGREEING, float(np.sqrt(_BY_CHANCE / self._samples)))
        lasting = np.hypot(mean[0], mean[1]) > needed
        _clear_border(lasting, area)
        return [self._overlay(region, mean) for region in _regions(lasting) if _is_logo(region, lasting, mean)]

    def _take(self, luma: NDArray[np.uint8]) -> None:
        directions = _directions(luma)
        self._sum = directions if self._sum is None else self._sum + directions
        self._samples += 1
        self._kept.append((self._count, np.rint(directions * 100).astype(np.int8)))
        if len(self._kept) > _KEPT:
            del self._kept[1::2]

    def _overlay(self, region: NDArray[np.bool_], mean: NDArray[np.float32]) -> Overlay:
        """Say in which samples the edges of a region are there, and where they are."""
        wanted = mean[:, region]
        like = [float((kept[:, region] * wanted).sum(axis=0).mean()) / 100 for _, kept in self._kept]
        there = [
            at for (at, _), value in zip(self._kept, like, strict=True) if value > _PRESENT * float(np.median(like))
        ]
        first = 0 if there[0] == self._kept[0][0] else there[0]
        last = self._count - 1 if there[-1] == self._kept[-1][0] else there[-1]
        return Overlay("logo", first, last, _box(region))


def _blocks(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the luma of RGB (54, 96, 3) as (144, 36): blocks of 6 × 6."""
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    rows, columns = luma.shape[0] // _BLOCK, luma.shape[1] // _BLOCK
    return luma.reshape(rows, _BLOCK, columns, _BLOCK).transpose(0, 2, 1, 3).reshape(rows * columns, -1)


def _is_elsewhere(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Whether nearly every block that shows something shows something else. Flat ones do not tell."""
    first, second = (blocks - blocks.mean(axis=1, keepdims=True) for blocks in (before, after))
    spread = first.std(axis=1), second.std(axis=1)
    telling = np.maximum(*spread) > _TEXTURE
    if telling.sum() < _LEAST_BLOCKS or (spread[1] > _TEXTURE).sum() < _LEAST_BLOCKS:
        return False
    like = (first * second).mean(axis=1) / np.maximum(spread[0] * spread[1], 1.0)
    return bool((like[telling] < _SAME).mean() > _CHANGED)


def _directions(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the unit vector across every edge, float32 (2, rows, columns); zero where there is none."""
    rows = round(WIDTH * luma.shape[0] / luma.shape[1])
    reduced = cv2.resize(luma, (WIDTH, rows), interpolation=cv2.INTER_AREA)
    across, down = cv2.Sobel(reduced, cv2.CV_32F, 1, 0), cv2.Sobel(reduced, cv2.CV_32F, 0, 1)
    length = np.hypot(across, down)
    scale = np.where(length > 4 * _EDGE, 1 / np.maximum(length, 1), 0)
    return np.asarray(np.stack([across * scale, down * scale]), np.float32)


def _clear_border(lasting: NDArray[np.bool_], area: Box | None) -> None:
    """Take away the borders of the picture, which stay as well."""
    rows, columns = lasting.shape
    area = area or Box(0, 0, 1, 1)
    inside = np.zeros_like(lasting)
    top, bottom = int(np.ceil(area.top * rows)) + 3, int(area.bottom * rows) - 3
    left, right = int(np.ceil(area.left * columns)) + 3, int(area.right * columns) - 3
    inside[top:bottom, left:right] = True
    lasting &= inside


def _regions(lasting: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the lasting edges, gathered where they lie close together."""
    near = cv2.dilate(lasting.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_RECT, (13, 9)))
    count, labels = cv2.connectedComponents(near)
    return [lasting & (labels == label) for label in range(1, count)]


def _is_logo(region: NDArray[np.bool_], lasting: NDArray[np.bool_], mean: NDArray[np.float32]) -> bool:
    edges, elsewhere = int(region.sum()), int((lasting & ~region).sum())
    if edges < _LEAST_EDGES or elsewhere > _MOST_ELSEWHERE * edges:
        return False
    box = _box(region)
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    fits = box.right - box.left <= _LARGEST[0] and box.bottom - box.top <= _LARGEST[1]
    return fits and min(x, 1 - x) < _CORNER and min(y, 1 - y) < _CORNER and _points_all_ways(mean[:, region])


def _points_all_ways(directions: NDArray[np.float32]) -> bool:
    """Whether edges lie in more than one direction. A horizon stays where it is while the camera pans."""
    least, most = np.linalg.eigvalsh(directions @ directions.T)
    return bool(least > _ROUND * most)


def _box(region: NDArray[np.bool_]) -> Box:
    x, y, width, height = cv2.boundingRect(region.astype(np.uint8))
    rows, columns = region.shape
    return Box(x / columns, y / rows, (x + width) / columns, (y + height) / rows)
