"""The connectivity error of one frame (Rhemann et al., CVPR 2009; theta 0.15 and step 0.1 as in every public tool).

Regions are found among runs (stretches of a row) instead of pixels: a matte of two million pixels has some thousand.
"""

import numpy as np

LEVELS = np.arange(1, 11, dtype=np.float32) / np.float32(10)
THETA = np.float32(0.15)


def connectivity_difference(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> float:
    """Sum of absolute differences of connectivity, of two float32 (H, W) in 0..1, in the region if one is given."""
    counted = true != pred if region is None else (true != pred) & region
    here, there = true[counted], pred[counted]
    if not here.size:
        return 0.0
    connected = _connected_level(np.minimum(true, pred))[counted]
    return float(np.abs(_loose(here - connected) - _loose(there - connected)).sum(dtype=np.float64))


def _loose(above: np.ndarray) -> np.ndarray:
    """What lies above the connected level counts from theta on."""
    return np.where(above >= THETA, above, np.float32(0))


def _connected_level(shared: np.ndarray) -> np.ndarray:
    """Up to which level a pixel lies in the largest region of every level so far, float32 (H, W)."""
    # A column of nothing on the right: no run goes on in the next row.
    padded = np.pad(shared, ((0, 0), (0, 1)))
    stride = padded.shape[1]
    steps = np.zeros(padded.size + 1, np.int8)
    around = np.array([[0, padded.size]])
    for level in LEVELS:
        runs = _largest(_runs(padded.ravel() >= level), stride)
        # The regions of a level lie each in one of the level below. If the largest is not in the largest there, no
        # pixel is in both, nor in all of any higher level.
        if not len(runs) or not _within(runs[0], around):
            break
        steps[runs[:, 0]] += 1
        steps[runs[:, 1]] -= 1
        around = runs
    reached = np.cumsum(steps[:-1], dtype=np.int8).reshape(padded.shape)[:, :-1]
    return np.concatenate(([np.float32(0)], LEVELS))[reached]


def _runs(inside: np.ndarray) -> np.ndarray:
    """First and end of each stretch of a flat bool that ends outside, (n, 2), in order."""
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        changes = np.concatenate(([0], changes))
    return changes.reshape(-1, 2)


def _largest(runs: np.ndarray, stride: int) -> np.ndarray:
    """The runs of the largest 4-connected region; of equals the one that comes first, row by row."""
    if len(runs) < 2:
        return runs
    of = _regions(runs, stride)
    sizes = np.bincount(of, weights=runs[:, 1] - runs[:, 0])
    return runs[of == np.argmax(sizes)]


def _regions(runs: np.ndarray, stride: int) -> np.ndarray:
    """The number of each run's region, (n,), counted in the order in which regions begin."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    below = np.searchsorted(runs[:, 1], runs[:, 0] + stride, "right")
    end = np.searchsorted(runs[:, 0], runs[:, 1] + stride, "left")
    touching = np.maximum(end - below, 0)
    upper = np.repeat(np.arange(len(runs)), touching)
    lower = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching, touching) + below[upper]
    touches = coo_array((np.ones(len(upper), np.int8), (upper, lower)), shape=(len(runs), len(runs)))
    return connected_components(touches, directed=False)[1]


def _within(run: np.ndarray, around: np.ndarray) -> bool:
    """Whether the run lies in one of these, which are sorted."""
    at = np.searchsorted(around[:, 0], run[0], "right") - 1
    return bool(at >= 0 and run[1] <= around[at, 1])
