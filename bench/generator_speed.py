"""[generator.speed]: how fast the generator makes pictures of 256 pixels with all their truth, on two cores.

Sources are held in memory: each process makes its pictures once, waits for the other, and is timed making them again.
"""

import multiprocessing
import os
import threading
import time
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from koutu.samples import at_hand
from koutu.samples.figures import draw_shot
from models.training.generator import Cutout, Memory, Sources, compose, draw
from models.training.generator.everything import sources_of
from models.training.generator.painting import painted

TARGET = 20.0
SIDE = 256
PROCESSES = 2
FRAMES = 128  # of each kind, of all processes together
KINDS = {"stills": 1, "films of 4 frames": 4, "films of 8 frames": 8}
_MEGABYTES = 1024


def run(full: bool) -> dict:
    began = time.perf_counter()
    rows = [_row(kind, frames, FRAMES * (4 if full else 1)) for kind, frames in KINDS.items()]
    value = min(row["frames/s"] for row in rows)
    people = "people of the samples" if at_hand("rendered") else "drawn figures: set KOUTU_SAMPLES"
    return {
        "name": "generator.speed", "value": value, "unit": "frames/s", "target": TARGET, "holds": value >= TARGET,
        "against": f"the slowest kind; {SIDE} pixels, {PROCESSES} processes of one thread on "
        f"{len(os.sched_getaffinity(0))} cores, alpha, colours, flow, parts and people of every frame; sources held in "
        f"memory ({people})",
        "ratio": round(value / TARGET, 2), "n": sum(row["frames"] for row in rows),
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _row(kind: str, frames: int, pictures: int) -> dict:
    """All processes together, from the first one's start to the last one's end."""
    context = multiprocessing.get_context("spawn")
    count = max(PROCESSES, pictures // frames)
    with context.Manager() as manager:
        together = manager.Barrier(PROCESSES)
        with context.Pool(PROCESSES) as pool:
            work = partial(_timed, frames=frames, count=count // PROCESSES, together=together)
            spans = pool.map(work, range(PROCESSES), chunksize=1)
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    made = PROCESSES * (count // PROCESSES) * frames
    return {"kind": kind, "frames": made, "frames/s": round(made / seconds, 1)}


def _timed(process: int, frames: int, count: int, together: threading.Barrier) -> tuple[float, float]:
    """When this process began and ended, by a clock that all share."""
    cv2.setNumThreads(1)
    sources = _sources()
    _make(sources, process, frames, count)
    together.wait()
    began = time.monotonic()
    _make(sources, process, frames, count)
    return began, time.monotonic()


def _make(sources: Sources, process: int, frames: int, count: int) -> None:
    for number in range(count):
        compose(draw(process * count + number, (SIDE, SIDE), frames), sources)


def _sources() -> Sources:
    folder = at_hand("rendered")
    if folder:
        return sources_of(Path(folder).parent, _MEGABYTES)
    drawn = [
        _cut_out(index, frame.image, frame.alphas[0]) for index, frame in enumerate(draw_shot(8, 1, (512, 512), 23))
    ]
    return Sources({"drawn": drawn}, painted(40, Memory(_MEGABYTES)))


def _cut_out(index: int, image: np.ndarray, alpha: np.ndarray) -> Cutout:
    return Cutout(np.ascontiguousarray(image), alpha, None, f"drawn {index}", "drawn")
