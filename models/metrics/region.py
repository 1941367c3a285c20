"""Region similarity J: the Jaccard index of two masks (Perazzi et al., CVPR 2016, section 5.1)."""

import numpy as np

from .arrays import mask_pairs


def region_similarity(true: np.ndarray, pred: np.ndarray, void: np.ndarray | None = None) -> np.ndarray:
    """J of each frame, (T,) float64 in 0..1: intersection over union, 1 where both are empty.

    `true`, `pred` (T, H, W) masks of one object; `void` (T, H, W) or (H, W): where it is not 0 nothing counts.
    Raises MetricError.
    """
    return np.array([jaccard(*pair) for pair in mask_pairs(true, pred, void)])


def jaccard(true: np.ndarray, pred: np.ndarray) -> float:
    """J of one frame of bool (H, W)."""
    both, inside = np.count_nonzero(true & pred), np.count_nonzero(true) + np.count_nonzero(pred)
    return both / (inside - both) if inside else 1.0
