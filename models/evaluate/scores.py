"""Figures of a row over a set: means over pictures, by group and over all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from models.metrics import (
    boundary_accuracy,
    good,
    part_recall,
    region_similarity,
    tight_boundary_accuracy,
    tight_tolerance,
)

from .cases import Case
from .contour import near_and_far
from .people import told_apart
from .rows import Answer

NAN = float("nan")


@dataclass(frozen=True)
class Score:
    """Of one picture: J, F, tight F and whether it is good, as `models.metrics` has them; NaN where nobody is.

    `false_area` is the share of the picture, void left out, that is wrongly taken for a person; `parts` the share
    found of each part. `near_f` and `far_f` are tight F where colours across the true contour are near and where not
    (`contour`); `flicker` is that beyond the truth's own (`watch`). Where several people are, `instance_j`, `merges`
    and `splits` say how they are told apart (`people`). NaN where there is nothing to say.
    """

    group: str
    j: float
    f: float
    tight_f: float
    good: float
    false_area: float
    parts: dict[str, float] = field(default_factory=dict)
    near_f: float = NAN
    far_f: float = NAN
    flicker: float = NAN
    instance_j: float = NAN
    merges: float = NAN
    splits: float = NAN


@dataclass(frozen=True)
class Summary:
    """Means over the pictures with somebody (`n`), and the false area of those without anybody (`empty`).

    `parts` is the mean share found of each part over the pictures that show one; `several` counts the pictures with
    several people, `merges` and `splits` are sums over them. NaN where there are none.
    """

    n: int
    j: float
    f: float
    tight_f: float
    good: float
    near_f: float
    far_f: float
    empty: int
    false_area: float
    flicker: float
    several: int
    instance_j: float
    merges: int
    splits: int
    parts: dict[str, float]


def score(case: Case, answer: Answer | None, flicker: float = NAN) -> Score:
    """Compare a row's answer with the case's truth; without an answer all is NaN."""
    if answer is None:
        return Score(case.group, *(NAN,) * 5)
    found, judged = answer.mask, ~case.void
    false_area = float((found & judged & ~case.truth).sum() / max(1, judged.sum()))
    if not case.truth.any():
        return Score(case.group, NAN, NAN, NAN, NAN, false_area, flicker=flicker)
    true, pred, void = case.truth[None], found[None], case.void[None]
    measures = (region_similarity, boundary_accuracy, tight_boundary_accuracy)
    j, f, tight_f = (float(measure(true, pred, void=void)[0]) for measure in measures)
    shares = {name: float(part_recall(part[None], pred, void)[0]) for name, part in case.parts.items()}
    near, far = near_and_far(case.image, case.truth, found, case.void, tight_tolerance(found.shape))
    return Score(
        case.group, j, f, tight_f, _good(case, answer), false_area, shares, near, far, flicker, *_apart(case, answer)
    )  # fmt: skip


def _good(case: Case, answer: Answer) -> float:
    """By all that the one definition looks at, as far as it is known."""
    parts = [part[None] for part in case.parts.values()]
    alphas = {} if case.alpha is None else {"true_alpha": case.alpha[None], "pred_alpha": answer.alpha[None]}
    return float(good(case.truth[None], answer.mask[None], parts, void=case.void[None], **alphas)[0])


def _apart(case: Case, answer: Answer) -> tuple[float, float, float]:
    if case.people is None or case.people.max() < 2:
        return NAN, NAN, NAN
    apart = told_apart(case.people, [region & ~case.void for region in answer.people()])
    return apart.j, apart.merges, apart.splits


def summary(scores: Iterable[Score]) -> Summary:
    """Means of what counts."""
    scores = list(scores)
    people = [one for one in scores if not np.isnan(one.j)]
    nobody = [one.false_area for one in scores if np.isnan(one.j) and not np.isnan(one.false_area)]
    several = [one for one in people if not np.isnan(one.instance_j)]
    names = sorted({name for one in people for name in one.parts})
    means = {name: _mean([getattr(one, name) for one in scores]) for name in _MEANS}
    return Summary(
        n=len(people), empty=len(nobody), false_area=_mean(nobody), several=len(several),
        merges=int(sum(one.merges for one in several)), splits=int(sum(one.splits for one in several)),
        parts={name: _mean([one.parts.get(name, NAN) for one in people]) for name in names}, **means,
    )  # fmt: skip


def by_group(scores: Iterable[Score]) -> dict[str, Summary]:
    """Each group's own, by name."""
    scores = list(scores)
    names = sorted({one.group for one in scores})
    return {name: summary(one for one in scores if one.group == name) for name in names}


_MEANS = ("j", "f", "tight_f", "good", "near_f", "far_f", "flicker", "instance_j")


def _mean(values: list[float]) -> float:
    """Of those that are numbers."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else NAN
