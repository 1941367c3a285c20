"""What an annotator's time is made of: published figures, and where there are none, what is assumed and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pace:
    """No two actions take the same time: a log-normal factor of mean 1, as reaction times are spread.

    `spread` is the standard deviation of the factor's logarithm: at 0.4, one action in twenty takes over 1.8 times
    its mean. Raises ValueError where it is below 0.
    """

    chance: np.random.Generator
    spread: float = 0.4

    def __post_init__(self) -> None:
        if not self.spread >= 0:
            raise ValueError(f"a spread of {self.spread}: give a standard deviation of at least 0")

    def factors(self, count: int) -> np.ndarray:
        """(count,) float64, each above 0."""
        return self.chance.lognormal(-(self.spread**2) / 2, self.spread, count)


@dataclass(frozen=True)
class Costs:
    """Seconds of work. All figures are above 0; ValueError says which is not.

    - `find` 1 s to go to a frame and see what is wrong, `click` 1.5 s, `inspected` 10 frames/s to look a shot
      through (30 s for 300 frames): SAM 2 (Ravi et al., 2024), appendix on interactive evaluation.
    - `vertex` 2 s, set or moved: COCO took 22 worker hours for 1,000 outlines, 79.2 s each (Lin et al., ECCV 2014),
      and `models.robots.polygons` needs 40 vertices for a person (mean of the 64 in `models/gold`; hands set 101).
      So its outline costs what COCO's did, though those are coarser: the figure rather favours polygons.
    - `brushed` 300 px/s along a stroke: assumed, as no figure is published. A stroke begins as a click does and
      costs one besides, so that a dab is no cheaper than a click.
    - `pace`: None for the means as they are.
    """

    find: float = 1.0
    click: float = 1.5
    inspected: float = 10.0
    vertex: float = 2.0
    brushed: float = 300.0
    pace: Pace | None = None

    def __post_init__(self) -> None:
        for name in ("find", "click", "inspected", "vertex", "brushed"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)}: give a number above 0")

    def inspection(self, frames: int) -> float:
        """To look `frames` frames through."""
        return frames / self.inspected

    def clicking(self, clicks: int) -> float:
        """To go to a frame and click there."""
        return self.find + self._each(clicks, self.click)

    def tracing(self, vertices: int) -> float:
        """To go to a frame and set or move as many vertices of its outline."""
        return self.find + self._each(vertices, self.vertex)

    def stroking(self, lengths: Sequence[float]) -> float:
        """To go to a frame and draw strokes or scribbles of these lengths in pixels."""
        return self.find + self._each(len(lengths), self.click) + sum(lengths) / self.brushed

    def _each(self, count: int, seconds: float) -> float:
        return count * seconds if self.pace is None else float(self.pace.factors(count).sum()) * seconds
