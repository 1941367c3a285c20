"""[effort.seconds]: an annotator's seconds for each frame made good, where the pre-label is bad.

Robots work on whole films by one table of costs (`models.robots.costs`: 1 s to find a frame, 1.5 s a click, 10 frames/s
to look through): outlines with straight lines between key frames, on every run of bad frames; clicks on each bad frame;
the first bad frame corrected and propagated; and frame after frame, chosen by what its correction is predicted to gain,
propagated each time, for a few rounds, or until no frame is bad or none is predicted to gain. A film's seconds go to
the frames that were bad and are good, less those that were good and are bad. The prediction knows no truth: it is how
unsure the propagation was, at first how far the pre-label's four opinions are apart.

Two ways are compared on the films where either gains a frame: hopeless clicks would make any way fast beside them.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from bench import _clicking as clicking
from bench import _following as following
from bench._company import Company
from bench._model_rows import shown, without_samples
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
    """Of one film: frames that were bad, of those good now, frames that became bad, and what it took."""

    bad: int
    mended: int
    spoilt: int
    seconds: float

    @property
    def gained(self) -> int:
        return self.mended - self.spoilt


def run(full: bool) -> dict:
    """Work on all films."""
    began = time.perf_counter()
    found = following.of_all_films(of_film if full else of_film_in_short)
    if found is None:
        return without_samples(NAME, "times the seconds of clicks")
    rows = [{"set": data, "clip": name, "way": way, **asdict(one)} for (data, name), some in found.items()
            for way, one in some.items()]  # fmt: skip
    ways = {way: [some[way] for some in found.values() if way in some] for way in (POLYGONS, CLICKS, ONE, ALL)}
    totals = {way: _figures(some) for way, some in ways.items()}
    compared = {way: [(some[way], some[ALL]) for some in found.values() if way in some] for way in AIMS}
    times = {way: _times(pairs) for way, pairs in compared.items()}
    return {
        "name": NAME, "value": totals[ALL]["p50"], "unit": "s a frame made good, p50", "target": None,
        "holds": all(times[way] >= aim for way, aim in AIMS.items()), "ratio": shown(times[CLICKS]),
        "against": f"{ALL}, {'all' if full else f'the first {SHORT}'} frames of each film, "
        f"at most {ROUNDS if full else SHORT_ROUNDS} rounds; by mean seconds "
        f"{shown(times[CLICKS])} times faster than clicks on each frame (aim {AIMS[CLICKS]}, "
        f"{len(_gaining(compared[CLICKS]))} of {len(compared[CLICKS])} films where either gains), "
        f"{shown(times[POLYGONS])} than polygons (aim {AIMS[POLYGONS]}); of the bad frames {totals[ALL]['given up']} "
        f"stay bad, of clicks {totals[CLICKS]['given up']}",
        "n": sum(one.bad for one in ways[ALL]), "interval": None, "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"way": way, **some} for way, some in totals.items()] + rows,
    }  # fmt: skip


Pair = tuple[Effort, Effort]


def _times(pairs: Sequence[Pair]) -> float:
    """How many times faster the second way is by mean seconds: 0 where it gains nothing, without bound where the first
    does not."""
    slow, fast = (_figures([pair[place] for pair in _gaining(pairs)])["mean"] for place in (0, 1))
    return 0.0 if fast is None else float("inf") if slow is None else slow / fast


def _gaining(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if any(one.gained > 0 for one in pair)]


def _figures(efforts: Sequence[Effort]) -> dict:
    """Over frames made good, each at its film's mean; and of all bad frames the share that stayed bad."""
    each = [one.seconds / one.gained for one in efforts for _ in range(max(0, one.gained))]
    bad, seconds = sum(one.bad for one in efforts), sum(one.seconds for one in efforts)
    gained = sum(one.gained for one in efforts)
    p50, p90 = (shown(float(np.quantile(each, q))) if each else None for q in (0.5, 0.9))
    left = shown(1 - sum(one.mended for one in efforts) / bad) if bad else None
    return {"mean": shown(seconds / gained) if gained > 0 else None, "p50": p50, "p90": p90, "given up": left, "n": bad}


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
    return Effort(len(done), sum(not one.given_up for one in done), 0, seconds)


def _effort(before: np.ndarray, after: Standing) -> Effort:
    mended, spoilt = int((~before & after.good).sum()), int((before & ~after.good).sum())
    return Effort(int((~before).sum()), mended, spoilt, after.seconds)
