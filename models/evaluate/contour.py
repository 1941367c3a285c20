"""Tight F apart: where people and what is behind them are of near colour, and everywhere else.

Near means a local difference of at most `NEAR` across the true contour. The difference is CIE 1976 ΔE*ab, the distance
in CIE L*a*b* (D65), between the mean colours of both sides in a small window round a contour's pixel.
"""

import numpy as np

from models.metrics.boundary import boundary_map

NEAR = 10.0
_REACH = 0.004  # half the window's side, in diagonals: 4 pixels at 854x480
_LEAST = 20  # pixels of the true contour, below which there is nothing to say
_FAINT = 1e-3  # weight of a pixel at the contour, where the two sides are mixed, beside one further in


def near_and_far(
    image: np.ndarray, true: np.ndarray, found: np.ndarray, void: np.ndarray, radius: float
) -> tuple[float, float]:
    """F within `radius` pixels where colours are near, and where they are not; NaN where too little contour is so.

    `image` (H, W, 3) uint8 RGB, the masks (H, W) bool. A pixel of the found contour belongs to the kind of the true
    one's pixel that is nearest to it. Contours beside void count nowhere.
    """
    judged = _clear_of(void)
    edges = boundary_map(true & ~void) & judged, boundary_map(found & ~void) & judged
    if not edges[0].any():
        return float("nan"), float("nan")
    near = edges[0] & (difference(image, true, void) <= NEAR)
    closest = near.ravel()[_nearest(edges[0])]
    kinds = ((near, closest), (edges[0] & ~near, ~closest))
    near_f, far_f = (_f(*edges, here, there, radius) for here, there in kinds)
    return near_f, far_f


def difference(image: np.ndarray, true: np.ndarray, void: np.ndarray) -> np.ndarray:
    """ΔE*ab (H, W) float32 between the person's colours and the others' in the window round each pixel.

    Infinite where a window holds only one of them.
    """
    import cv2

    reach = max(3, round(_REACH * float(np.hypot(*true.shape))))
    side = (2 * reach + 1, 2 * reach + 1)
    colours = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    mixed = cv2.dilate(boundary_map(true).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    weight = np.where(void, 0, np.where(mixed, np.float32(_FAINT), np.float32(1)))
    means, there = [], np.ones(true.shape, bool)
    for inside in (true, ~true):
        here = (weight * inside).astype(np.float32)
        total = cv2.boxFilter(here, -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
        summed = cv2.boxFilter(colours * here[..., None], -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
        means.append(summed / np.maximum(total, _FAINT / 2)[..., None])
        there &= total > _FAINT / 2
    return np.where(there, np.linalg.norm(means[0] - means[1], axis=2), np.float32(np.inf))


def _clear_of(void: np.ndarray) -> np.ndarray:
    """(H, W) bool: neither void nor beside it."""
    import cv2

    return cv2.dilate(void.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0


def _nearest(edge: np.ndarray) -> np.ndarray:
    """For every pixel the flat place of the edge's pixel nearest to it, (H, W) int64."""
    import cv2

    _, label = cv2.distanceTransformWithLabels(
        (~edge).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    place = np.zeros(int(label.max()) + 1, np.int64)
    place[label[edge]] = np.flatnonzero(edge)
    return place[label]


def _f(true: np.ndarray, found: np.ndarray, here: np.ndarray, there: np.ndarray, radius: float) -> float:
    """F of the true contour's pixels `here` and the found one's `there`."""
    if np.count_nonzero(here) < _LEAST:
        return float("nan")
    recall = _within(here, found, radius)
    precision = _within(found & there, true, radius)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _within(some: np.ndarray, others: np.ndarray, radius: float) -> float:
    """Share of the pixels of `some` that have one of `others` within `radius`; 0 where either is empty."""
    import cv2

    if not (some.any() and others.any()):
        return 0.0
    away = cv2.distanceTransform((~others).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float((away[some] <= radius + 1e-3).mean())
