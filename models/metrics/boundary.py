"""Boundary accuracy F (Perazzi et al., CVPR 2016, section 5.1; Martin, Fowlkes and Malik, PAMI 2004), and
boundary IoU (Cheng et al., CVPR 2021).

The usual form dilates both boundaries by a disk and looks each boundary pixel up in the other's. Only boundary
pixels matter, some thousands among two millions, so here they are kept as sorted numbers and each is looked for
in the other list, row by row outwards: the same answer without touching the picture again.
"""

from math import ceil, hypot, inf, isqrt

import numpy as np

from .arrays import MetricError, mask_pairs
from .region import jaccard

# Of the diagonal, rounded up: 8 pixels at 854x480, 18 at 1920x1080.
DAVIS_TOLERANCE = 0.008


def boundary_accuracy(
    true: np.ndarray, pred: np.ndarray, tolerance: float = DAVIS_TOLERANCE, void: np.ndarray | None = None
) -> np.ndarray:
    """F of each frame, (T,) float64 in 0..1: the harmonic mean of the boundary's precision and recall.

    `true`, `pred` (T, H, W) masks of one object; `void` (T, H, W) or (H, W). `tolerance` below 1 is a part of the
    diagonal, rounded up; from 1 on it is pixels, and need not be whole. A boundary pixel counts as found when one
    of the other boundary lies within the tolerance (Euclidean). Both boundaries empty: 1; one: 0. As in DAVIS a
    mask that fills the frame has no boundary. Raises MetricError.
    """
    radius = pixels_of(tolerance, np.shape(true)[-2:])
    return np.array([f_measure(*pair, radius) for pair in mask_pairs(true, pred, void)])


def tight_boundary_accuracy(true: np.ndarray, pred: np.ndarray, void: np.ndarray | None = None) -> np.ndarray:
    """F at `tight_tolerance`, which does not forgive a missing sword as DAVIS's 18 pixels do."""
    return boundary_accuracy(true, pred, tight_tolerance(np.shape(true)[-2:]), void)


def tight_tolerance(size: tuple[int, ...]) -> float:
    """Pixels: 0.001 of the diagonal of (height, width), and at least 2."""
    return max(2.0, 0.001 * hypot(*size))


def pixels_of(tolerance: float, size: tuple[int, ...]) -> float:
    """The tolerance in pixels for frames of (height, width): all of the frame lies within its diagonal.

    Raises MetricError where it is not above 0, or without an end.
    """
    if not 0 < tolerance < inf:
        raise MetricError(f"a tolerance of {tolerance}: give a part of the diagonal, as 0.008, or pixels from 1 on")
    diagonal = hypot(*size)
    return min(tolerance, ceil(diagonal)) if tolerance >= 1 else ceil(tolerance * diagonal)


def f_measure(true: np.ndarray, pred: np.ndarray, radius: float) -> float:
    """F of one frame of bool (H, W)."""
    return keys_f_measure(boundary_keys(true, radius), boundary_keys(pred, radius), radius, true.shape[1])


def keys_f_measure(here: np.ndarray, there: np.ndarray, radius: float, width: int) -> float:
    """F of two boundaries as `boundary_keys` gives them, of frames `width` pixels wide."""
    if not (here.size and there.size):
        return float(here.size == there.size)
    stride = _stride(width, radius)
    recall = count_near(here, there, radius, stride) / here.size
    precision = count_near(there, here, radius, stride) / there.size
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def boundary_map(mask: np.ndarray) -> np.ndarray:
    """The boundary of a bool (H, W), one pixel wide, bool (H, W): what differs from its right, lower or lower
    right neighbour; pixels of the last row and column have one neighbour only, the last of all none.
    """
    edge = np.zeros_like(mask)
    across, down = mask[:, :-1] ^ mask[:, 1:], mask[:-1] ^ mask[1:]
    edge[:, :-1] = across
    edge[:-1] |= down
    edge[:-1, :-1] |= mask[:-1, :-1] ^ mask[1:, 1:]
    return edge


def boundary_keys(mask: np.ndarray, radius: float) -> np.ndarray:
    """The boundary of a bool (H, W) as sorted int32 numbers y * stride + x, for looking around in `radius`."""
    box = _box(mask)
    if box is None:
        return np.empty(0, np.int32)
    (top, bottom), (left, right) = box
    y, x = np.divmod(np.flatnonzero(boundary_map(mask[top:bottom, left:right])).astype(np.int32), right - left)
    return (y + top) * _stride(mask.shape[1], radius) + (x + left)


def _stride(width: int, radius: float) -> int:
    """From row to row: so wide that a look past a row's end does not meet the next row."""
    return width + int(radius) + 1


def _box(mask: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Rows and columns (first, end) that hold the mask and one more pixel on each side, as far as there is one."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    first, last = int(rows[0]), int(rows[-1])
    columns = np.flatnonzero(mask[first : last + 1].any(axis=0))
    return _wider(first, last, mask.shape[0]), _wider(int(columns[0]), int(columns[-1]), mask.shape[1])


def _wider(first: int, last: int, size: int) -> tuple[int, int]:
    return max(0, first - 1), min(size, last + 2)


def count_near(points: np.ndarray, others: np.ndarray, radius: float, stride: int) -> int:
    """How many of `points` have one of `others` within `radius`; both are sorted keys with rows `stride` apart."""
    ends = np.append(others, np.iinfo(others.dtype).max)
    missing = points
    for step in sorted(range(-int(radius), int(radius) + 1), key=abs):
        half = isqrt(int(radius * radius - step * step))
        low = missing + np.int32(step * stride - half)
        missing = missing[ends[np.searchsorted(others, low)] > low + np.int32(2 * half)]
        if not missing.size:
            break
    return points.size - missing.size


def boundary_iou(
    true: np.ndarray, pred: np.ndarray, dilation: float = 0.02, void: np.ndarray | None = None
) -> np.ndarray:
    """Boundary IoU of each frame, (T,) float64 in 0..1; 1 where both are empty.

    The IoU of the two inner rims: of each mask (T, H, W) the pixels no further than max(1, round(dilation ×
    diagonal)) pixels (chessboard) from what is outside it; beyond the frame counts as outside. `dilation` is a part of
    the diagonal, 0..1. Raises MetricError.
    """
    if not 0 <= dilation <= 1:
        raise MetricError(f"a dilation of {dilation}: give a part of the diagonal in 0..1, as 0.02")
    width = max(1, round(dilation * hypot(*np.shape(true)[-2:])))
    pairs = mask_pairs(true, pred, void)
    return np.array([jaccard(inner_rim(here, width), inner_rim(there, width)) for here, there in pairs])


def inner_rim(mask: np.ndarray, width: int) -> np.ndarray:
    """The pixels of a bool (H, W) that `width` erosions by a 3x3 square take away."""
    import cv2

    square = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    kept = cv2.erode(mask.view(np.uint8), square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return mask & (kept == 0)
