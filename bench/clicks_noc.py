"""[clicks.noc]: clicks until a bad pre-label is *good*, and from nothing on what people wear and hold.

A robot clicks into the middle of the largest error, 20 times at most (NoC; Sofiiuk et al., RITM, ICIP 2022). Beside
ours: Koutu-S as it answers by itself, GrabCut on the whole picture, and SAM where its weights are at hand. It goes on
until a frame is both good and of IoU 0.95: both figures are of the same clicks, and what is never reached counts 20.
The pre-label is `mean4`'s, the parts are the largest one of each picture. Clips are resampled as wholes for intervals.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench import _clicking as clicking
from bench._model_rows import one_thread, shown, without_samples
from koutu.samples import at_hand
from models.evaluate.cases import Case
from models.evaluate.sets import SETS
from models.robots.clicks import click_until
from models.robots.correcting import LIMIT, Annotator
from models.robots.truths import State, Truth

NAME = "clicks.noc"
AIM, PARTS_AIM = 4.0, 8.0
IOU = 0.95
SHORT = 10  # frames of a set that are clicked, spread over it
LEAST = 0.003  # of the picture: parts below that are a matter for the brush
START = {"pre-label": ("gold", "pictures", "rendered", "sequences"), "part": ("pictures", "rendered")}


@dataclass(frozen=True)
class Job:
    """Something to be clicked at: a case's people from their pre-label, or one part from nothing."""

    data: str
    kind: str
    clip: str
    image: np.ndarray
    truth: Truth
    start: np.ndarray | None


def run(full: bool) -> dict:
    """Click at all."""
    began = time.perf_counter()
    if at_hand("images_people") is None or at_hand("rendered") is None:
        return without_samples(NAME, "clicks")
    asked = [(data, kind, None if full else SHORT) for kind, sets in START.items() for data in sets]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        clicked = [one for some in pool.map(_clicked, *zip(*asked, strict=True)) for one in some]
    label, part = (_summary([one for one in clicked if one.row == "ours" and one.kind == kind]) for kind in START)
    return {
        "name": NAME, "value": label["clicks"], "unit": "clicks from a bad pre-label to good", "target": AIM,
        "holds": bool(label["clicks"] <= AIM and part["clicks"] <= PARTS_AIM),
        "ratio": round(AIM / max(label["clicks"], 0.01), 2), "n": label["n"], "interval": label["interval"],
        "against": f"on {part['n']} parts from nothing {part['clicks']} clicks {part['interval']}, where "
        f"{PARTS_AIM:.0f} are aimed at; to IoU {IOU} {label['to IoU']} and {part['to IoU']}",
        "seconds": round(time.perf_counter() - began, 1), "rows": [*_by(clicked, "all"), *_by(clicked, "clip")],
    }  # fmt: skip


@dataclass(frozen=True)
class Clicked:
    """What became of a job when `row` answered: IoU before any click and after each, and whether it was good."""

    data: str
    kind: str
    clip: str
    row: str
    iou: np.ndarray
    good: np.ndarray

    @property
    def to_good(self) -> int:
        return _first(self.good)

    @property
    def to_iou(self) -> int:
        return _first(self.iou >= IOU)


class Thorough(Annotator):
    """Stops where a frame is good and of high IoU."""

    def done(self, state: State) -> bool:
        """See `Annotator`."""
        return state.good and state.iou >= IOU


def _clicked(data: str, kind: str, most: int | None) -> list[Clicked]:
    """Every job by each who answers."""
    jobs = _spread(_jobs(data, kind), most)
    found = []
    for name, who in clicking.answers().items():
        answer = who(kind == "part")
        for job in jobs:
            frame = click_until(answer, job.image, job.truth, job.start, Thorough(limit=LIMIT))
            found.append(Clicked(data, kind, job.clip, name, frame.iou, frame.good))
    return found


def _summary(clicked: Sequence[Clicked]) -> dict:
    taken = np.array([one.to_good for one in clicked])
    _, clips = np.unique([f"{one.data}/{one.clip}" for one in clicked], return_inverse=True)
    chance, count = np.random.default_rng(0), clips.max() + 1
    means = [taken[np.concatenate([np.flatnonzero(clips == clip) for clip in drawn])].mean()
             for drawn in chance.integers(count, size=(2000, count))]  # fmt: skip
    return {
        "n": len(taken), "clicks": round(float(taken.mean()), 2),
        "interval": np.quantile(means, [0.025, 0.975]).round(2).tolist(),
        "to IoU": round(float(np.mean([one.to_iou for one in clicked])), 2),
    }  # fmt: skip


def _by(clicked: Sequence[Clicked], of: str) -> list[dict]:
    """A row for each who answers on each set; of clips ours alone, and none of pictures, which are each their own."""
    groups: dict[tuple[str, ...], list[Clicked]] = defaultdict(list)
    for one in clicked:
        if of == "all" or (one.row == "ours" and one.data != "pictures"):
            groups[one.data, one.kind, one.row, "all" if of == "all" else one.clip].append(one)
    names = ("set", "from", "row", "clip")
    return [dict(zip(names, key, strict=True)) | _figures(some) for key, some in groups.items()]


def _spread(jobs: Iterator[Job], most: int | None) -> list[Job]:
    """As many as are wanted; every seventh, so that neighbours in a film do not stand for it."""
    return list(jobs if most is None else islice(jobs, 0, most * 7, 7))


def _jobs(data: str, kind: str) -> Iterator[Job]:
    cases = SETS[data](Path(at_hand("images_people")).parent)
    return (job for case in cases for job in (_labelled(data, case) if kind == "pre-label" else _part(data, case)))


def _labelled(data: str, case: Case) -> Iterator[Job]:
    """Where somebody is, and the pre-label is bad."""
    if not case.truth.any():
        return
    from models.backends.registry import open_backend

    start = open_backend("mean4").person_probability(case.image) >= 0.5
    truth = Truth(case.truth, case.void)
    if not truth.state(start).good:
        yield Job(data, "pre-label", case.group, case.image, truth, start)


def _part(data: str, case: Case) -> Iterator[Job]:
    largest = max(case.parts.values(), key=lambda part: part.sum(), default=None)
    if largest is not None and largest.mean() >= LEAST:
        yield Job(data, "part", case.group, case.image, Truth(largest), None)


def _figures(frames: Sequence[Clicked]) -> dict:
    """Clicks to good and to an IoU of 0.95, and how the frames stand on the way."""
    after = {f"IoU after {k}": shown(np.mean([frame.iou[: k + 1][-1] for frame in frames])) for k in (0, 1, 4, 8)}
    good = {f"good after {k}": shown(np.mean([frame.good[: k + 1].any() for frame in frames])) for k in (4, 8, LIMIT)}
    return {
        "n": len(frames), "clicks": shown(np.mean([frame.to_good for frame in frames])),
        "never good": sum(not frame.good.any() for frame in frames),
        f"to IoU {IOU}": shown(np.mean([frame.to_iou for frame in frames])), **after, **good,
        "best IoU": shown(np.mean([frame.iou.max() for frame in frames])),
    }  # fmt: skip


def _first(reached: np.ndarray) -> int:
    """The click after which it is so; LIMIT where it never is."""
    return int(np.argmax(reached)) if reached.any() else LIMIT
