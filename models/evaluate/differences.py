"""By how much one row is better than another on the same pictures, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .scores import Score

FIGURES = ("j", "f", "tight_f", "near_f", "far_f", "good", "false_area", "flicker", "instance_j")
_DRAWS = 10_000


@dataclass(frozen=True)
class Difference:
    """Mean of a figure's paired differences over `n` pictures.

    `interval` holds 95 % of the means of pictures drawn anew (percentile bootstrap, Efron 1979): fit for pictures that
    are independent. `without_one` are the least and greatest mean when one group is left out: for films, whose clips
    are too few to draw from. NaN with a single group.
    """

    mean: float
    n: int
    interval: tuple[float, float]
    without_one: tuple[float, float]


def figures_of(scores: Sequence[Score]) -> list[str]:
    """What two rows can be compared in: `FIGURES` that the scores hold, then the names of parts."""
    held = [name for name in FIGURES if not all(np.isnan(getattr(one, name)) for one in scores)]
    return held + sorted({part for one in scores for part in one.parts})


def paired(ours: Sequence[Score], theirs: Sequence[Score], figure: str) -> Difference:
    """Ours less theirs in a figure or in the share found of a part; both are of the same pictures in the same order.

    Raises ValueError where they are not.
    """
    if [one.group for one in ours] != [one.group for one in theirs]:
        raise ValueError("the two rows are not of the same pictures")
    apart = np.array([_of(one, figure) - _of(other, figure) for one, other in zip(ours, theirs, strict=True)])
    counted = ~np.isnan(apart)
    groups = np.array([one.group for one in ours])[counted]
    apart = apart[counted]
    mean = float(apart.mean()) if apart.size else float("nan")
    return Difference(mean, int(apart.size), _interval(apart), _without_one(apart, groups))


def _of(score: Score, figure: str) -> float:
    return float(getattr(score, figure) if figure in FIGURES else score.parts.get(figure, float("nan")))


def _interval(values: np.ndarray) -> tuple[float, float]:
    if not values.size:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(0).integers(values.size, size=(_DRAWS, values.size))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _without_one(values: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    names = np.unique(groups)
    if len(names) < 2:
        return float("nan"), float("nan")
    means = [float(values[groups != name].mean()) for name in names]
    return min(means), max(means)
