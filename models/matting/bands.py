"""The unknown band in pieces: rectangles of the picture that can be solved one by one, without loss."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_CELL = 32  # pixels; unknown pixels in touching cells stay together whatever the reach
_OVERHEAD = 64 * 64  # pixels that a call costs on top of its area


@dataclass(frozen=True)
class Crop:
    """A rectangle with known context, and the unknown pixels to be solved in it.

    `box` cuts it out of the picture; `mine` (h, w) bool are its unknown pixels. Unknown pixels of another crop
    that the rectangle happens to hold are further than the reach from all of them.
    """

    box: tuple[slice, slice]
    mine: np.ndarray


def crops(unknown: np.ndarray, reach: int) -> Iterator[Crop]:
    """Rectangles that hold each True pixel of `unknown` (H, W) bool once, with `reach` pixels of context round it.

    Pixels within `reach` of each other (8-connected ones among them) share a crop. Crops whose union costs less
    than the two, because they overlap or are small and near, become one.
    """
    cell = max(reach, _CELL)
    owner = _owners(unknown, cell)
    boxes, joined = _merge(_boxes(owner, unknown, cell, reach))
    for number, (top, bottom, left, right) in enumerate(boxes):
        box = slice(top, bottom), slice(left, right)
        rows, columns = np.arange(top, bottom) // cell, np.arange(left, right) // cell
        inside = np.append(-1, joined)[owner[np.ix_(rows, columns)]] == number
        yield Crop(box, unknown[box] & inside)


def _owners(unknown: np.ndarray, cell: int) -> np.ndarray:
    """Group of every cell, int32 from 1; 0 where a cell holds nothing unknown. Touching cells are one group: what
    lies in cells that do not touch is more than a cell apart."""
    import cv2

    height, width = unknown.shape
    by_rows = np.logical_or.reduceat(unknown, np.arange(0, height, cell), axis=0)
    held = np.logical_or.reduceat(by_rows, np.arange(0, width, cell), axis=1)
    return cv2.connectedComponents(held.astype(np.uint8), connectivity=8)[1]


def _boxes(owner: np.ndarray, unknown: np.ndarray, cell: int, reach: int) -> np.ndarray:
    """(n, 4) int64 top, bottom, left, right of each group's pixels, widened by the reach inside the picture."""
    height, width = unknown.shape
    y, x = np.nonzero(unknown)
    group = owner[y // cell, x // cell] - 1
    boxes = np.tile(np.array([height, 0, width, 0]), (owner.max(initial=0), 1))
    for column, (place, extreme) in enumerate([(y, np.minimum), (y, np.maximum), (x, np.minimum), (x, np.maximum)]):
        extreme.at(boxes[:, column], group, place)
    boxes += np.array([-reach, 1 + reach, -reach, 1 + reach])
    return np.clip(boxes, 0, [height, height, width, width])


def _merge(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The boxes left after merging, and for each old box the number of the new one."""
    joined = np.arange(len(boxes))
    alive = np.ones(len(boxes), bool)
    for one in range(len(boxes)):
        while alive[one] and (other := _worth_joining(boxes, alive, one)) is not None:
            boxes[one] = _union(boxes[one], boxes[other])
            joined[joined == other] = one
            alive[other] = False
    return boxes[alive], (np.cumsum(alive) - 1)[joined]


def _worth_joining(boxes: np.ndarray, alive: np.ndarray, one: int) -> int | None:
    """The box whose union with this one saves most pixels, None where none saves any."""
    apart = _area(boxes) + _area(boxes[one]) + _OVERHEAD
    saved = np.where(alive, apart - _area(_union(boxes, boxes[one])), -1)
    saved[one] = -1
    best = int(saved.argmax())
    return best if saved[best] > 0 else None


def _union(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    least, most = np.minimum(boxes, box), np.maximum(boxes, box)
    return np.stack([least[..., 0], most[..., 1], least[..., 2], most[..., 3]], axis=-1)


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[..., 1] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 2])
