"""Figures of a row over a set: means over pictures, by group and over all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from models.metrics import boundary_accuracy, good, part_recall, region_similarity, tight_boundary_accuracy

from .cases import Case

_MEASURES: tuple[Callable[..., np.ndarray], ...] = (
    region_similarity, boundary_accuracy, tight_boundary_accuracy, good,
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Of one picture: J, F, tight F and whether it is good, as `models.metrics` has them; NaN where nobody is.

    `false_area` is the share of the picture, void left out, that is wrongly taken for a person; `parts` the share
    found of each part.
    """

    group: str
    j: float
    f: float
    tight_f: float
    good: float
    false_area: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """Means over the pictures with somebody (`n`), and the false area of those without anybody (`empty`).

    `parts` is the mean share found of each part over the pictures that show one.

    NaN where there are none.
    """

    n: int
    j: float
    f: float
    tight_f: float
    good: float
    empty: int
    false_area: float
    parts: dict[str, float]


def score(case: Case, found: np.ndarray) -> Score:
    """Compare `found` (H, W) bool with the case's truth."""
    judged = ~case.void
    false_area = float((found & judged & ~case.truth).sum() / max(1, judged.sum()))
    if not case.truth.any():
        return Score(case.group, *(float("nan"),) * 4, false_area)
    pair, void = (case.truth[None], found[None]), case.void[None]
    j, f, tight_f, is_good = (float(measure(*pair, void=void)[0]) for measure in _MEASURES)
    shares = {name: float(part_recall(part[None], pair[1], void)[0]) for name, part in case.parts.items()}
    return Score(case.group, j, f, tight_f, is_good, false_area, shares)


def summary(scores: Iterable[Score]) -> Summary:
    """Means of what counts."""
    scores = list(scores)
    people = [one for one in scores if not np.isnan(one.j)]
    nobody = [one.false_area for one in scores if np.isnan(one.j)]
    j, f, tight_f, is_good = (_mean([getattr(one, name) for one in people]) for name in ("j", "f", "tight_f", "good"))
    names = sorted({name for one in people for name in one.parts})
    parts = {name: _mean([one.parts[name] for one in people if name in one.parts]) for name in names}
    return Summary(len(people), j, f, tight_f, is_good, len(nobody), _mean(nobody), parts)


def by_group(scores: Iterable[Score]) -> dict[str, Summary]:
    """Each group's own, by name."""
    scores = list(scores)
    names = sorted({one.group for one in scores})
    return {name: summary(one for one in scores if one.group == name) for name in names}


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
