"""[effort.seconds]: an annotator's seconds for each frame made good, where the pre-label is bad.

Robots work on whole films by one table of costs (`models.robots.costs`: 1 s to find a frame, 1.5 s a click, 10 frames/s
to look through): outlines with straight lines between key frames, on every run of bad frames; clicks on each bad frame;
the first bad frame corrected and propagated; and frame after frame, chosen by what its correction is predicted to gain,
propagated each time, for a few rounds, or until no frame is bad or none is predicted to gain. The prediction knows no
truth: it is how unsure the propagation was, at first how far the pre-label's four opinions are apart. The pre-label is
`mean4` of each frame by itself, edges by the guided filter.

The value is the mean: all seconds of all films, of those too that gain nothing, over the frames gained, which are those
that were bad and are good, less those that were good and are bad. Its interval is the least and the greatest mean when
one film is left out (films are too few to draw from), inf where the others gain nothing. Rows give p50 and p90 as well:
for clicks on each frame over the frames made good, each with its own seconds, so that frames given up and the look at
those already good are in the mean alone; the other ways know no seconds of a single frame, so theirs are "by film",
over the films' means. A film that gains nothing counts as without bound, None where a quantile falls on one.

Two ways are compared on the films where either gains a frame: hopeless clicks would make any way fast beside them.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench import _clicking as clicking
from bench import _following as following
from bench._company import Company
from bench._model_rows import shown, without_samples
from bench._ranges import without_one
from models.robots import keyframes, rounds
from models.robots.clicks import click_frame
from models.robots.correcting import Annotator
from models.robots.costs import Costs
from models.robots.standing import PredictedGain, Standing
from models.robots.truths import Truth

NAME = "effort.seconds"
CLICKS, POLYGONS, ONE, ALL = "clicks", "polygons", "propagate once", "propagate by predicted gain"
AIMS = {CLICKS: 2.0, POLYGONS: 8.0}
COSTS = Costs()
ROUNDS, SHORT_ROUNDS = rounds.ROUNDS, 4
SHORT = 20  # frames of each film


@dataclass(frozen=True)
class Effort:
    """Of one film: frames that were bad, of those good now, frames that became bad, and what it took; `each` are the
    seconds of single frames made good, None where a way knows none."""

    bad: int
    mended: int
    spoilt: int
    seconds: float
    each: tuple[float, ...] | None = None

    @property
    def gained(self) -> int:
        return self.mended - self.spoilt

    def row(self) -> dict:
        counts = {"bad": self.bad, "mended": self.mended, "spoilt": self.spoilt}
        return counts | {"seconds": round(self.seconds, 1)}


def run(full: bool) -> dict:
    """Work on all films."""
    began = time.perf_counter()
    found = following.of_all_films(of_film if full else of_film_in_short)
    if found is None:
        return without_samples(NAME, "times the seconds of clicks")
    rows = [{"set": data, "clip": name, "way": way, **one.row()} for (data, name), some in found.items()
            for way, one in some.items()]  # fmt: skip
    ways = {way: [some[way] for some in found.values() if way in some] for way in (POLYGONS, CLICKS, ONE, ALL)}
    totals = {way: _figures(some) for way, some in ways.items()}
    compared = {way: [(some[way], some[ALL]) for some in found.values() if way in some] for way in AIMS}
    times = {way: _times(pairs) for way, pairs in compared.items()}
    either = {way: f"{len(_gaining(pairs))} of {len(pairs)} films" for way, pairs in compared.items()}
    return {
        "name": NAME, "value": totals[ALL]["mean"], "unit": "s a frame made good, all seconds of all films",
        "target": None, "holds": all(times[way] >= aim for way, aim in AIMS.items()), "ratio": shown(times[CLICKS]),
        "against": f"{ALL}, {'all' if full else f'the first {SHORT}'} frames of each film, "
        f"at most {ROUNDS if full else SHORT_ROUNDS} rounds; by mean seconds, on films where either way gains a frame, "
        f"{shown(times[CLICKS])} times faster than clicks on each frame (aim {AIMS[CLICKS]}; {either[CLICKS]}), "
        f"{shown(times[POLYGONS])} than polygons (aim {AIMS[POLYGONS]}; {either[POLYGONS]}); of the bad frames "
        f"{totals[ALL]['given up']} stay bad, of clicks {totals[CLICKS]['given up']}; the pre-label is `mean4` of each "
        "frame by itself; the interval leaves one film out",
        "n": sum(one.bad for one in ways[ALL]), "interval": without_one(ways[ALL], _mean),
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"way": way, **some} for way, some in totals.items()] + rows,
    }  # fmt: skip


Pair = tuple[Effort, Effort]


def _times(pairs: Sequence[Pair]) -> float:
    """How many times faster the second way is by mean seconds: 0 where it gains nothing, without bound where the first
    does not."""
    slow, fast = (_mean([pair[place] for pair in _gaining(pairs)]) for place in (0, 1))
    return slow / fast if np.isfinite(fast) else 0.0


def _gaining(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if any(one.gained > 0 for one in pair)]


def _figures(efforts: Sequence[Effort]) -> dict:
    """Seconds for a frame made good, and of all bad frames the share that stayed bad."""
    bad = sum(one.bad for one in efforts)
    left = shown(1 - sum(one.mended for one in efforts) / bad) if bad else None
    hopeless = sum(one.gained <= 0 for one in efforts)
    return {
        "mean": _finite(_mean(efforts)), **_quantiles(efforts), "films": len(efforts),
        "films that gain nothing": hopeless, "given up": left, "n": bad,
    }  # fmt: skip


def _mean(efforts: Sequence[Effort]) -> float:
    """All seconds over all frames gained; inf where none is."""
    gained = sum(one.gained for one in efforts)
    return sum(one.seconds for one in efforts) / gained if gained > 0 else float("inf")


def _quantiles(efforts: Sequence[Effort]) -> dict[str, float | None]:
    """Over single frames made good where their seconds are known, else over the films' means."""
    by_film = any(one.each is None for one in efforts)
    each = [_mean([one]) for one in efforts] if by_film else [some for one in efforts for some in one.each or ()]
    # The next higher one of them: nothing lies between a film and one without bound.
    of = {percent: np.percentile(each, percent, method="higher") if each else np.inf for percent in (50, 90)}
    return {f"p{percent}{' by film' * by_film}": _finite(float(value)) for percent, value in of.items()}


def _finite(value: float) -> float | None:
    return shown(value) if np.isfinite(value) else None


def of_film_in_short(film: following.Film) -> dict[str, Effort]:
    return of_film(following.Film(film.data, film.name, film.cases[:SHORT]), SHORT_ROUNDS)


def of_film(film: following.Film, most: int = ROUNDS) -> dict[str, Effort]:
    """By way; nothing where the pre-label is good throughout."""
    shot = [Truth(case.truth, case.void) for case in film.cases]
    carried = _Carried(film)
    before = np.array([truth.state(mask).good for truth, mask in zip(shot, carried.start, strict=True)])
    if before.all():
        return {}
    answers = clicking.answers()["ours"](False)

    def answer(index, prompt):
        return answers(film.cases[index].image, prompt)

    first = int(np.flatnonzero(~before)[0])
    once = rounds.offline(shot, carried, answer, carried.start, 1, lambda standing, masks: first, Annotator())
    gain = PredictedGain(lambda masks: carried.doubts)
    carried.doubts = carried.opinions()
    often = rounds.offline(shot, carried, answer, carried.start, most, gain, Annotator())
    return {
        POLYGONS: _polygons(shot, before), CLICKS: _clicks(shot, before, carried.start, answer),
        ONE: _effort(before, once[-1]), ALL: _effort(before, often[-1]),
    }  # fmt: skip


class _Carried:
    """Masks of a film from those of some of its frames, as the platform propagates; and how much of each is doubted."""

    def __init__(self, film: following.Film) -> None:
        self._film, self._network = film, following.Remembered("mean4")
        self._company = Company(film, self._network)
        self.start = [
            answer.mask for answer in following.finished(film, following.prelabelled(film, self._network))
        ]  # fmt: skip
        self.doubts = np.zeros(len(film.cases))

    def opinions(self) -> np.ndarray:
        """(T,) from 0 to 1: how far the four opinions of the pre-label are apart."""
        return np.array([_apart(self._network.opinions(case.image) >= 0.5) for case in self._film.cases])

    def __call__(self, anchors: Mapping[int, np.ndarray]) -> Iterable[np.ndarray]:
        found = self._company.carried(anchors)
        self.doubts = np.array([1 - one.sure for one in found])
        finished = following.finished(self._film, [one.mask for one in found])
        return [found[index].mask if index in anchors else finished[index].mask for index in range(len(found))]


def _apart(opinions: np.ndarray) -> float:
    any_, all_ = opinions.any(0).sum(), opinions.all(0).sum()
    return float(1 - all_ / any_) if any_ else 0.0


def _polygons(shot: Sequence[Truth], before: np.ndarray) -> Effort:
    """Every run of bad frames by itself, and one look through the film to find them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], before, [True]]).astype(int)))
    done = [keyframes.trace(shot[first:last], COSTS) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    mended = sum(int(one.good.sum()) for one in done)
    return Effort(int((~before).sum()), mended, 0, COSTS.inspection(len(shot)) + sum(one.seconds for one in done))


def _clicks(shot: Sequence[Truth], before: np.ndarray, start: Sequence[np.ndarray], answer: Callable) -> Effort:
    done = [
        click_frame(partial(answer, index), shot[index], start[index])
        for index in np.flatnonzero(~before).tolist()
    ]  # fmt: skip
    seconds = COSTS.inspection(int(before.sum())) + sum(one.seconds for one in done)
    each = tuple(one.seconds for one in done if not one.given_up)
    return Effort(len(done), len(each), 0, seconds, each)


def _effort(before: np.ndarray, after: Standing) -> Effort:
    mended, spoilt = int((~before & after.good).sum()), int((before & ~after.good).sum())
    return Effort(int((~before).sum()), mended, spoilt, after.seconds)
