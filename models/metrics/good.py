"""Good enough: the one definition that robots, evaluator, routing and benches share."""

from collections.abc import Sequence

import numpy as np

from .arrays import MetricError, alpha_pairs, as_mask, check_video, mask_pairs
from .boundary import f_measure, tight_tolerance

LEAST_F = 0.9
# Of the person's area, and of a part's.
MOST_ERROR = 0.002
MOST_OF_PART = 0.5
MOST_MAD = 0.03


def good(
    true: np.ndarray,
    pred: np.ndarray,
    parts: Sequence[np.ndarray] = (),
    true_alpha: np.ndarray | None = None,
    pred_alpha: np.ndarray | None = None,
    unknown: np.ndarray | None = None,
    void: np.ndarray | None = None,
) -> np.ndarray:
    """Whether each frame's mask (and matte) is good enough to go out, (T,) bool.

    Good is: F at `tight_tolerance` is at least 0.9; no connected region of error, after that tolerance, is larger
    than 0.2 % of the person or takes half of a part; and where true alpha is known, the mean absolute difference in
    its band is at most 0.03.

    `true`, `pred` are (T, H, W) masks of one person; `parts` masks (T, H, W) of the truth's parts; `void` as in
    `region_similarity`. Alphas are (T, H, W) floats in 0..1; the band is `unknown` (T, H, W) or (H, W), by default
    where the true alpha is soft. Raises MetricError where one alpha is given without the other, or what is given is
    not of the masks' frames and size.
    """
    radius = tight_tolerance(np.shape(true)[-2:])
    pairs = list(mask_pairs(true, pred, void))
    parted = [_parts_of(parts, index, true.shape) for index in range(len(pairs))]
    errors = _matte_errors(true.shape, true_alpha, pred_alpha, unknown)
    return np.array(
        [
            frame_is_good(*pair, own, radius) and mad <= MOST_MAD
            for pair, own, mad in zip(pairs, parted, errors, strict=True)
        ]
    )


def frame_is_good(true: np.ndarray, pred: np.ndarray, parts: Sequence[np.ndarray], radius: float) -> bool:
    """Whether one frame of bool (H, W) masks is good."""
    if f_measure(true, pred, radius) < LEAST_F:
        return False
    missing, extra = true & ~grown(pred, radius), pred & ~grown(true, radius)
    largest = max(largest_region(missing), largest_region(extra))
    if largest > MOST_ERROR * np.count_nonzero(true):
        return False
    return all(largest_region(missing & part) <= MOST_OF_PART * np.count_nonzero(part) for part in parts)


def part_recall(part: np.ndarray, pred: np.ndarray, void: np.ndarray | None = None) -> np.ndarray:
    """Share of a part's pixels that the predicted mask holds, (T,) float64; NaN where the part is not in the frame.

    `part`, `pred` are (T, H, W) masks. Raises MetricError.
    """
    found = []
    for inside, mask in mask_pairs(part, pred, void):
        size = np.count_nonzero(inside)
        found.append(np.count_nonzero(inside & mask) / size if size else float("nan"))
    return np.array(found)


def band_mad(true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None) -> np.ndarray:
    """Mean absolute difference inside the band, (T,) float64 in 0..1; 0 where there is no band.

    The band is `unknown`, by default where the true alpha is neither 0 nor 1. Raises MetricError.
    """
    found = []
    for here, there, region in alpha_pairs(true, pred, unknown):
        band = (here > 0) & (here < 1) if region is None else region
        found.append(float(np.abs(here - there)[band].mean(dtype=np.float64)) if band.any() else 0.0)
    return np.array(found)


def grown(mask: np.ndarray, radius: float) -> np.ndarray:
    """A bool (H, W) with all that lies within `radius` pixels (Euclidean) of it."""
    import cv2

    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disk = (x * x + y * y <= radius * radius).astype(np.uint8)
    return cv2.dilate(mask.view(np.uint8), disk, borderType=cv2.BORDER_CONSTANT, borderValue=0).view(bool)


def largest_region(mask: np.ndarray) -> int:
    """Pixels of the largest 8-connected region of a bool (H, W); 0 where there is none."""
    import cv2

    if not mask.any():
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    return int(stats[1:, cv2.CC_STAT_AREA].max())


def _parts_of(parts: Sequence[np.ndarray], index: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    for number, part in enumerate(parts):
        check_video(part, f"parts[{number}]")
        if part.shape != shape:
            raise MetricError(f"parts[{number}] is {part.shape} and true {shape}: give both the same frames and size")
    return [as_mask(part[index], f"parts[{number}]") for number, part in enumerate(parts)]


def _matte_errors(
    shape: tuple[int, ...], true: np.ndarray | None, pred: np.ndarray | None, unknown: np.ndarray | None
) -> np.ndarray:
    """The error in the band of each frame of masks of `shape`, (T,) float64; 0 where no alphas are given."""
    if true is None and pred is None:
        return np.zeros(shape[0])
    if true is None or pred is None:
        missing, given = ("true_alpha", "pred_alpha") if true is None else ("pred_alpha", "true_alpha")
        raise MetricError(f"{given} without {missing}: give both, or neither")
    for name, alpha in (("true_alpha", true), ("pred_alpha", pred)):
        check_video(alpha, name)
        if alpha.shape != shape:
            raise MetricError(f"{name} is {alpha.shape} and true {shape}: give both the same frames and size")
    return band_mad(true, pred, unknown)
