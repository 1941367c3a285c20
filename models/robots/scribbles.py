"""Scribbles as the robot of the DAVIS interactive challenge draws them (Caelles et al., The 2018 DAVIS Challenge on
Video Object Segmentation), and into what is too much as well.

It draws a Bezier curve over all pixels of the way as control points, which leaves a bent region. Here the way is
smoothed by a Gaussian and stays in the region. Its rounds over a shot are those of `models.robots.rounds`, by
`scribble_frame`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from models.clicks import RADIUS
from models.metrics.good import grown

from . import lines
from .aiming import largest_piece
from .correcting import SURE, Annotator, Corrected, correct
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


# What comes of scribbles drawn on the last answer (H, W) float32 in 0..1; as `Prompt` takes masks.
Ask = Callable[[Sequence[Scribble], np.ndarray], np.ndarray]


def scribble_frame(
    ask: Ask, truth: Truth, start: np.ndarray | None = None, annotator: Annotator = SURE
) -> Corrected[Sequence[Scribble]]:
    """Scribble on one frame, look at the answer and scribble again, until `annotator` is content or gives up.

    `ask` gets the newest scribbles alone, and its own last answer or `start`, a mask as `Prompt` takes them; None is
    from nothing. Raises ValueError where sizes differ or an answer is none.
    """

    def seconds(made: Sequence[Sequence[Scribble]]) -> float:
        return annotator.costs.stroking([each.length for drawn in made for each in drawn])

    return correct(truth, start, annotator, lambda mask: scribbles(truth, mask) or None, ask, seconds)


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
