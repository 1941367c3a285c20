"""The brush: what is missed is painted in, what is too much painted out, stroke by stroke until the mask is good.

No published protocol has a brush. A stroke runs along the largest error, as wide as a person would choose there, and
nowhere leaves what may be painted: no stroke makes an error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from . import lines
from .aiming import next_click
from .correcting import Annotator, Corrected, correct
from .costs import Costs
from .thinning import longest_path, thinned
from .truths import Truth

PAINTER = Annotator(limit=50)
WIDEST = 64.0  # pixels of radius
_BRUSHES = (0, 0.25, 0.5, 0.75, 1)  # that a hand tries, as quantiles of the room along the way
_TURNS = 3  # by which a line drawn aside comes to lie evenly
_USUAL = Costs()


@dataclass(frozen=True, eq=False)
class Stroke:
    """A round brush of `radius` pixels along `points` (N, 2) float64, that adds (`inside`) or takes away."""

    points: np.ndarray
    radius: float
    inside: bool

    @property
    def length(self) -> float:
        """In pixels; what `Costs.stroking` prices."""
        return lines.length(self.points)

    def area(self, size: tuple[int, ...]) -> np.ndarray:
        """(H, W) bool: the pixels of a frame of `size` (H, W) whose middle is under the brush."""
        line = np.ones(size, np.uint8)
        # OpenCV draws no line of a single point: the last is there twice.
        pixels = np.concatenate([self.points, self.points[-1:]]).astype(np.int32)
        cv2.polylines(line, [pixels], False, 0)
        return cv2.distanceTransform(line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= self.radius

    def mended(self, error: np.ndarray) -> int:
        """Pixels of the `error` (H, W) bool that are under the brush."""
        return int(np.count_nonzero(self.area(error.shape) & error))

    def on(self, mask: np.ndarray) -> np.ndarray:
        """`mask` (H, W) bool with the stroke, a new one."""
        return mask | self.area(mask.shape) if self.inside else mask & ~self.area(mask.shape)


# What a stroke makes of a mask (H, W) float32 in 0..1; as `Prompt` takes masks.
Ask = Callable[[Stroke, np.ndarray], np.ndarray]


def paint(truth: Truth, start: np.ndarray | None = None, annotator: Annotator = PAINTER) -> Corrected[Stroke]:
    """Paint on one frame until `annotator` is content or gives up; `start` is a mask as `Prompt` takes them, None is
    nothing. Raises ValueError."""
    return paint_frame(lambda stroke, mask: stroke.on(mask >= 0.5), truth, start, annotator)


def paint_frame(
    ask: Ask, truth: Truth, start: np.ndarray | None = None, annotator: Annotator = PAINTER
) -> Corrected[Stroke]:
    """`paint` with a brush of one's own: `ask` gets each stroke with the mask that it is drawn on."""
    costs = annotator.costs

    def seconds(made: Sequence[Stroke]) -> float:
        return costs.stroking([stroke.length for stroke in made])

    return correct(truth, start, annotator, lambda mask: next_stroke(truth, mask, costs), ask, seconds)


def next_stroke(truth: Truth, mask: np.ndarray, costs: Costs = _USUAL) -> Stroke | None:
    """Along the largest connected error of `mask` (H, W) bool; None where nothing is wrong.

    Of some brushes, from the narrowest place on the way to the widest, that which mends most a second.
    """
    click = next_click(mask, truth.mask, truth.judged)
    if click is None:
        return None
    path, room = longest_path(thinned(click.error)), _room(truth, click.inside)
    radii = np.unique(np.quantile(_at(room, path).clip(max=WIDEST), _BRUSHES))
    strokes = [_stroke(path, room, float(radius), click.inside) for radius in radii]
    # Without the pace: what a hand expects is the mean.
    return max(strokes, key=lambda each: each.mended(click.error) / (costs.click + each.length / costs.brushed))


def _room(truth: Truth, inside: bool) -> np.ndarray:
    """(H, W) float32: how far each pixel is from the next that may not be painted; beyond the frame is no harm."""
    free = (truth.mask if inside else ~truth.mask) | ~truth.judged
    return cv2.distanceTransform(free.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _stroke(path: np.ndarray, room: np.ndarray, radius: float, inside: bool) -> Stroke:
    """Along the `path` (N, 2), drawn aside where only one side is narrow, as far as there is `room` for the brush.

    So a thin rim is followed from outside, by a brush that reaches over it wherever it is widest.
    """
    brush = max(0.5, radius - 0.5)
    aside = path
    for _ in range(_TURNS):
        aside = lines.spaced(_drawn_aside(aside, room, radius), 1.0)
    if not (_at(room, aside) > brush).any():
        aside = path
    return Stroke(aside[_longest_run(_at(room, aside) > brush)], brush, inside)


def _drawn_aside(points: np.ndarray, room: np.ndarray, radius: float) -> np.ndarray:
    """`points` (N, 2) moved up the slope of the `room` by what they lack of the `radius`; on a crest there is none."""
    height, width = room.shape
    steps = np.array([[1.0, 0.0], [0.0, 1.0]])
    slope = np.stack([(_at(room, points + step) - _at(room, points - step)) / 2 for step in steps], axis=1)
    lacking = (radius - _at(room, points)).clip(min=0)
    return (points + slope * lacking[:, None]).clip(0.5, (width - 0.5, height - 0.5))


def _at(plane: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) of the pixels of a `plane` (H, W) that `points` (N, 2) are in; beyond the edge the nearest."""
    height, width = plane.shape
    columns, rows = np.floor(points).astype(int).T
    return plane[rows.clip(0, height - 1), columns.clip(0, width - 1)]


def _longest_run(wanted: np.ndarray) -> slice:
    """Of True in (N,) bool, in which there is one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int((ends - starts).argmax())
    return slice(int(starts[longest]), int(ends[longest]))
