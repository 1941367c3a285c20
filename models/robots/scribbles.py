"""Scribbles as the robot of the DAVIS interactive challenge draws them (Caelles et al., The 2018 DAVIS Challenge on
Video Object Segmentation), and into what is too much as well.

It draws a Bezier curve over all pixels of the way as control points, which leaves a bent region. Here the way is
smoothed by a Gaussian and stays in the region.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from models.clicks import RADIUS
from models.metrics.good import grown

from . import lines
from .aiming import largest_piece
from .thinning import longest_path, thinned
from .truths import Truth, check_mask

SPACING = 2 * RADIUS  # pixels: the discs of points that far apart touch
_SHARE = 0.15  # of the root of the error's area: the width that does not survive
_MOST = 16  # pixels of radius
_LEAST = 1  # pixels of radius: below it nothing is opened
_SMOOTHING = 4  # pixels along the way


@dataclass(frozen=True, eq=False)
class Scribble:
    """`points` (N, 2) float64 along it, at most SPACING pixels apart; whether it says that this is the person."""

    points: np.ndarray
    inside: bool

    @property
    def length(self) -> float:
        """In pixels; what `Costs.stroking` prices."""
        return lines.length(self.points)

    @property
    def labels(self) -> list[int]:
        """One a point, as `Prompt` takes them."""
        return [int(self.inside)] * len(self.points)


def scribbles_on_worst(shot: Sequence[Truth], masks: Sequence[np.ndarray]) -> tuple[int, list[Scribble]]:
    """The frame of lowest IoU, and the scribbles on it; `masks` (H, W) bool, one a frame.

    Raises ValueError where there are no frames, or not as many masks.
    """
    if not len(shot) or len(shot) != len(masks):
        raise ValueError(f"{len(shot)} frames and {len(masks)} masks: give every frame one, and at least one frame")
    iou = [truth.state(mask).iou for truth, mask in zip(shot, masks, strict=True)]
    worst = int(np.argmin(iou))
    return worst, scribbles(shot[worst], masks[worst])


def scribbles(truth: Truth, mask: np.ndarray) -> list[Scribble]:
    """One that says "inside" in the largest missed region, one that says "outside" in the largest added one.

    `mask` (H, W) bool. Where nothing is missed or added there is none. Raises ValueError.
    """
    check_mask(mask, "the mask", truth.mask.shape)
    found = [(largest_piece(truth.missed(mask)), True), (largest_piece(truth.added(mask)), False)]
    return [Scribble(along(region), inside) for (region, size), inside in found if size]


def along(region: np.ndarray) -> np.ndarray:
    """(N, 2) float64: a smooth line through the length of a `region` (H, W) bool, without its thin parts."""
    body, _ = largest_piece(_opened(region))
    return lines.spaced(_smooth(longest_path(thinned(body)), body), SPACING)


def _opened(region: np.ndarray) -> np.ndarray:
    """Without what is thinner than twice a radius that suits its area; less where nothing would be left."""
    radius = min(_SHARE * np.sqrt(np.count_nonzero(region)) / 2, _MOST)
    while radius > _LEAST:
        # ~grown(~) is the erosion that the frame's edge does not bite into.
        left = grown(~grown(~region, radius), radius)
        if left.any():
            return left
        radius *= 0.9
    return region


def _smooth(path: np.ndarray, region: np.ndarray) -> np.ndarray:
    """`path` (N, 2) without its pixel steps, but where that would leave the `region`."""
    smooth = gaussian_filter1d(path, _SMOOTHING, axis=0, mode="nearest")
    x, y = smooth.astype(int).T
    return np.where(region[y, x][:, None], smooth, path)
