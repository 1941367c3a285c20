"""The gradient error of one frame (Rhemann et al., CVPR 2009), computed where the two alphas differ and no further."""

from collections.abc import Iterator
from functools import cache
from math import ceil, log, pi, sqrt

import numpy as np

SIGMA = 1.4
# The filter ends where the Gaussian has fallen to this.
_LEAST = 1e-2
# The frame is looked at in squares of this many pixels.
_SQUARE = 32


def gradient_difference(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> float:
    """Sum of squared differences of gradient magnitude, of two float32 (H, W) in 0..1, in the region if one is given.

    Each alpha is stretched to 0..1 first; a constant one becomes 0.
    """
    true, pred = _stretched(true), _stretched(pred)
    total = 0.0
    for part, inner in _differing(true, pred):
        differs = ((_magnitude(true[part]) - _magnitude(pred[part])) ** 2)[inner]
        total += float((differs if region is None else differs[region[part][inner]]).sum(dtype=np.float64))
    return total


def _stretched(alpha: np.ndarray) -> np.ndarray:
    least, most = float(alpha.min()), float(alpha.max())
    if least == 0 and most in (0, 1):
        return alpha
    return (alpha - least) / (most - least) if most > least else np.zeros_like(alpha)


def _differing(true: np.ndarray, pred: np.ndarray) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Parts outside of which the filtered alphas are equal: each with what the filter reaches, and itself in that."""
    import cv2

    squares = _any_of(_any_of(true != pred).T).T
    near = cv2.dilate(squares.astype(np.uint8), np.ones((3, 3), np.uint8))
    ends = np.diff(np.pad(near, ((0, 0), (1, 1))).view(np.int8), axis=1)
    for row in np.flatnonzero(near.any(axis=1)):
        for first, end in zip(np.flatnonzero(ends[row] == 1), np.flatnonzero(ends[row] == -1), strict=True):
            down, across = _reached(int(row), int(row) + 1), _reached(int(first), int(end))
            yield (down[0], across[0]), (down[1], across[1])


def _any_of(differs: np.ndarray) -> np.ndarray:
    """Whether any of each `_SQUARE` rows of a bool (n, m) holds, (n / `_SQUARE` rounded up, m)."""
    whole = len(differs) // _SQUARE * _SQUARE
    squares = differs[:whole].reshape(-1, _SQUARE, differs.shape[1])
    rest = differs[whole:].reshape(int(whole < len(differs)), len(differs) - whole, differs.shape[1])
    return np.vstack([np.logical_or.reduce(squares, axis=1), np.logical_or.reduce(rest, axis=1)])


def _reached(first: int, end: int) -> tuple[slice, slice]:
    """Squares `first` to `end` of an axis with what the filter reaches beside them, and themselves within that."""
    half = len(_filters()[0]) // 2
    start = max(0, first * _SQUARE - half)
    return slice(start, end * _SQUARE + half), slice(first * _SQUARE - start, end * _SQUARE - start)


def _magnitude(alpha: np.ndarray) -> np.ndarray:
    import cv2

    smooth, slope = _filters()
    edge = cv2.BORDER_REPLICATE
    return cv2.magnitude(
        cv2.sepFilter2D(alpha, cv2.CV_32F, slope, smooth, borderType=edge),
        cv2.sepFilter2D(alpha, cv2.CV_32F, smooth, slope, borderType=edge),
    )


@cache
def _filters() -> tuple[np.ndarray, np.ndarray]:
    """A Gaussian and its first derivative; their outer product has the L2 norm 1."""
    half = ceil(SIGMA * sqrt(-2 * log(sqrt(2 * pi) * SIGMA * _LEAST)))
    x = np.arange(-half, half + 1)
    smooth = np.exp(-(x**2) / (2 * SIGMA**2))
    slope = -x * smooth
    return smooth / np.linalg.norm(smooth), slope / np.linalg.norm(slope)
