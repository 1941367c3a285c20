"""How sure a figure over several wholes is: by drawing them anew where they are many, by leaving one out where few."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

DRAWS = 2000
Whole = TypeVar("Whole")  # a clip, film or shot with all that was measured of it
FigureOf = Callable[[Sequence[Whole]], float]


def drawn_anew(wholes: Sequence[Whole], figure_of: FigureOf[Whole], digits: int = 3) -> list[float] | None:
    """Where 95 % of the figures of as many wholes lie, drawn with replacement (percentile bootstrap, Efron 1979); None
    of fewer than two."""
    if len(wholes) < 2:
        return None
    drawn = np.random.default_rng(0).integers(len(wholes), size=(DRAWS, len(wholes)))
    figures = [figure_of([wholes[one] for one in some]) for some in drawn.tolist()]
    return np.quantile(figures, [0.025, 0.975]).round(digits).tolist()


def without_one(wholes: Sequence[Whole], figure_of: FigureOf[Whole], digits: int = 3) -> list[float] | None:
    """The least and the greatest figure when one whole is left out; None of fewer than two, or where one is none."""
    if len(wholes) < 2:
        return None
    figures = [figure_of([*wholes[:place], *wholes[place + 1 :]]) for place in range(len(wholes))]
    return None if np.isnan(figures).any() else [round(float(end), digits) for end in (min(figures), max(figures))]
