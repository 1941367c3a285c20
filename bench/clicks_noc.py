"""[clicks.noc]: clicks until a bad pre-label is *good*, and from nothing on what people wear and hold.

A robot clicks into the middle of the largest error, 20 times at most (NoC; Sofiiuk et al., RITM, ICIP 2022). Beside
ours: Koutu-S as it answers by itself, GrabCut on the whole picture, and SAM where its weights are at hand. Frames that
are never good count 20. The pre-label is `mean4`'s, the parts are the largest one of each picture.
"""

import time
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
from models.robots.correcting import LIMIT, Annotator, Corrected
from models.robots.truths import Truth

NAME = "clicks.noc"
AIM, PARTS_AIM = 4.0, 8.0
IOU = 0.95
SHORT = 6  # frames of a set that are clicked, spread over it
LEAST = 0.003  # of the picture: parts below that are a matter for the brush
START = {"pre-label": ("gold", "pictures", "rendered", "sequences"), "part": ("pictures", "rendered")}


@dataclass(frozen=True)
class Job:
    """Something to be clicked at: a case's people from their pre-label, or one part from nothing."""

    data: str
    kind: str
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
        rows = [row for some in pool.map(_rows, *zip(*asked, strict=True)) for row in some]
    means = {kind: _mean([row for row in rows if row["from"] == kind and row["row"] == "ours"]) for kind in START}
    counts = {kind: sum(row["n"] for row in rows if row["from"] == kind and row["row"] == "ours") for kind in START}
    return {
        "name": NAME, "value": means["pre-label"], "unit": "clicks from a bad pre-label to good", "target": AIM,
        "holds": bool(means["pre-label"] <= AIM and means["part"] <= PARTS_AIM),
        "ratio": round(AIM / max(means["pre-label"], 0.01), 2), "n": counts["pre-label"], "interval": None,
        "against": f"on {counts['part']} parts from nothing {means['part']} clicks, where {PARTS_AIM:.0f} are aimed at",
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _mean(rows: Sequence[dict]) -> float:
    total = sum(row["n"] for row in rows)
    return round(sum(row["clicks"] * row["n"] for row in rows) / total, 2) if total else float(LIMIT)


def _rows(data: str, kind: str, most: int | None) -> list[dict]:
    """One row for each who answers."""
    jobs = _spread(_jobs(data, kind), most)
    found = []
    for name, who in clicking.answers().items():
        answer = who(kind == "part")
        frames = [click_until(answer, job.image, job.truth, job.start, Annotator(limit=LIMIT)) for job in jobs]
        found.append({"set": data, "from": kind, "row": name} | _figures(frames))
    return found


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
        yield Job(data, "pre-label", case.image, truth, start)


def _part(data: str, case: Case) -> Iterator[Job]:
    largest = max(case.parts.values(), key=lambda part: part.sum(), default=None)
    if largest is not None and largest.mean() >= LEAST:
        yield Job(data, "part", case.image, Truth(largest), None)


def _figures(frames: Sequence[Corrected]) -> dict:
    """Clicks to good, and of those who clicked on until then to an IoU of 0.95."""
    if not frames:
        return {"n": 0, "clicks": 0.0}
    taken = [LIMIT if frame.given_up else len(frame.rounds) for frame in frames]
    # Who was good before that was asked no more.
    near = [_first(frame.iou >= IOU) for frame in frames if frame.given_up or (frame.iou >= IOU).any()]
    best = np.mean([frame.best.iou for frame in frames])
    after = {f"IoU after {k}": shown(np.mean([frame.iou[: k + 1][-1] for frame in frames])) for k in (0, 1, 4, 8)}
    good = {f"good after {k}": shown(np.mean([frame.good[: k + 1].any() for frame in frames])) for k in (4, 8, LIMIT)}
    return {
        "n": len(frames), "clicks": shown(np.mean(taken)), "never good": sum(frame.given_up for frame in frames),
        f"to IoU {IOU}": shown(np.mean(near)) if near else None, **after, **good, "best IoU": shown(best),
    }  # fmt: skip


def _first(reached: np.ndarray) -> int:
    """The click after which it is so; LIMIT where it never is."""
    return int(np.argmax(reached)) if reached.any() else LIMIT
