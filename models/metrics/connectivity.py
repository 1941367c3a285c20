"""The connectivity error of one frame (Rhemann et al., CVPR 2009; theta 0.15 and step 0.1 as in every public tool).

Regions are found among runs (stretches of a row) instead of pixels: a matte of two million pixels has some thousand.
The frame is gone through once, to cut it into pieces of one level; every level's runs are made of those.
"""

from collections.abc import Iterator

import numpy as np

LEVELS = np.arange(0, 11, dtype=np.float32) / np.float32(10)
THETA = np.float32(0.15)
_ROWS = 32  # at once: what is made of them on the way stays in the processor's cache


def connectivity_difference(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> float:
    """Sum of absolute differences of connectivity, of two float32 (H, W) in 0..1, in the region if one is given."""
    counted = _counted(true, pred, region)
    here, there = true.ravel()[counted], pred.ravel()[counted]
    if not here.size:
        return 0.0
    connected = LEVELS[_connected(_levels(true, pred), counted + counted // true.shape[1])]
    return float(np.abs(_loose(here - connected) - _loose(there - connected)).sum(dtype=np.float64))


def _loose(above: np.ndarray) -> np.ndarray:
    """What lies above the connected level counts from theta on."""
    return np.where(above >= THETA, above, np.float32(0))


def _counted(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> np.ndarray:
    """Flat indices of the pixels that can differ."""
    differ = true != pred
    return np.flatnonzero(differ if region is None else differ & region)


def _levels(true: np.ndarray, pred: np.ndarray) -> np.ndarray:
    """The highest of the levels that both alphas reach, by its number, uint8 (H, W + 1).

    In float32 ten times a value of LEVELS is whole, and ten times the number below it is not rounded up to it. A
    column of nothing stands on the right: no run goes on in the next row.
    """
    height, width = true.shape
    levels = np.zeros((height, width + 1), np.uint8)
    for top in range(0, height, _ROWS):
        some = slice(top, top + _ROWS)
        levels[some, :width] = np.minimum(true[some], pred[some]) * np.float32(10)
    return levels


def _connected(levels: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Up to which level each counted place of `levels` lies in the largest region of every level so far."""
    flat, stride = levels.ravel(), levels.shape[1]
    edges = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [flat.size]))
    steps = np.zeros(edges.size, np.int8)
    for first, end in _nested(edges, flat[edges[:-1]], stride):
        steps[first] += 1
        steps[end] -= 1
    piece = np.searchsorted(edges, counted, "right") - 1
    return np.cumsum(steps, dtype=np.int8)[piece]


def _nested(edges: np.ndarray, levels: np.ndarray, stride: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each level the pieces from and to which the runs of its largest region go.

    The regions of a level lie each in one of the level below. If the largest is not in the largest there, no pixel is
    in both, nor in all of any higher level: there it ends.
    """
    around = np.array([[0, edges[-1]]])
    for level in range(1, len(LEVELS)):
        pieces = _runs(levels >= level)
        runs = edges[pieces]
        kept = _largest(runs, stride)
        if not kept.any() or not _within(runs[kept][0], around):
            return
        around = runs[kept]
        yield pieces[kept].T


def _runs(inside: np.ndarray) -> np.ndarray:
    """First and end of each stretch of a flat bool, (n, 2), in order."""
    return np.flatnonzero(np.diff(inside, prepend=False, append=False)).reshape(-1, 2)


def _largest(runs: np.ndarray, stride: int) -> np.ndarray:
    """Which runs make the largest 4-connected region; of equals the one that comes first, row by row."""
    if len(runs) < 2:
        return np.ones(len(runs), bool)
    of = _regions(runs, stride)
    return of == np.argmax(np.bincount(of, weights=runs[:, 1] - runs[:, 0]))


def _regions(runs: np.ndarray, stride: int) -> np.ndarray:
    """The number of each run's region, (n,), counted in the order in which regions begin."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    below = np.searchsorted(runs[:, 1], runs[:, 0] + stride, "right")
    end = np.searchsorted(runs[:, 0], runs[:, 1] + stride, "left")
    touching = np.maximum(end - below, 0)
    ends = np.cumsum(touching)
    lower = np.arange(ends[-1]) + np.repeat(below - ends + touching, touching)
    touches = csr_array((np.ones(len(lower)), lower, np.append(0, ends)), shape=(len(runs), len(runs)))
    return connected_components(touches, directed=False)[1]


def _within(run: np.ndarray, around: np.ndarray) -> bool:
    """Whether the run lies in one of these, which are sorted."""
    at = np.searchsorted(around[:, 0], run[0], "right") - 1
    return bool(at >= 0 and run[1] <= around[at, 1])
