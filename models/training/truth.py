"""What stage 1 should say of each person: where her centre is, and the way to it. In cells of 1/4, numpy."""

from typing import NamedTuple

import numpy as np

CELL = 4  # pixels a side
_SPREAD = 2.0  # cells; of the bell round a centre, 8 pixels as in Panoptic-DeepLab (Cheng et al., CVPR 2020)


class Centres(NamedTuple):
    """Of T frames: `heat` (T, h, w) float32 in 0..1, 1 at centres; `offset` (T, 2, h, w) float32, as x, y in cells
    the way from a cell to the centre of its person; `cells` (T, h, w) bool, where somebody is. h = H / 4."""

    heat: np.ndarray
    offset: np.ndarray
    cells: np.ndarray


def centres(instances: np.ndarray) -> Centres:
    """From (T, H, W) uint8, 0 nobody, 1.. the person in front. A centre is the mean place of what is seen of her."""
    seen = [_of_frame(frame[CELL // 2 :: CELL, CELL // 2 :: CELL]) for frame in instances]
    return Centres(*(np.stack(planes) for planes in zip(*seen, strict=True)))


def _of_frame(cells: np.ndarray) -> Centres:
    rows, columns = np.mgrid[: cells.shape[0], : cells.shape[1]].astype(np.float32)
    heat, offset = np.zeros(cells.shape, np.float32), np.zeros((2, *cells.shape), np.float32)
    for person in np.unique(cells[cells > 0]):
        hers = cells == person
        x, y = columns[hers].mean(), rows[hers].mean()
        heat = np.maximum(heat, np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / np.float32(2 * _SPREAD**2)))
        offset[:, hers] = np.stack([x - columns[hers], y - rows[hers]])
    return Centres(heat, offset, cells > 0)
