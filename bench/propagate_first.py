"""[propagate.first]: seconds until the first frame is back, on the CPU.

A clip of 1080p, its person marked on the first frame: from the call, with the networks opened but never asked, to the
matte of the next frame. The value is the median of several goes in one process, which only the first finds cold; beside
it the seconds a frame takes from then on. Rows tell of cold goes too, each a process of its own: the first propagation
of a worker that has just started, and what it takes before that to start, to import and to open the networks.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from bench._child import last_line
from bench._first_frame import matte, opened
from bench._model_rows import without_samples
from koutu.samples import at_hand

NAME = "propagate.first"
AIM = 2.0
GOES, ON = 5, 8  # goes, and frames that are followed after the first
COLD = 3  # processes
HEIGHT = 1080


def run(full: bool) -> dict:
    """Measure."""
    began = time.perf_counter()
    if at_hand("images_people") is None:
        return without_samples(NAME, "s")
    pictures, mask = _shot()
    cold = _cold(pictures, mask)
    goes = [_go(pictures, mask) for _ in range(GOES)]
    first, then = (statistics.median(go[place] for go in goes) for place in (0, 1))
    start, propagated = (statistics.median(row[of] for row in cold) for of in ("opened", "first"))
    return {
        "name": NAME, "value": round(first, 3), "unit": "s", "target": AIM, "holds": first <= AIM,
        "ratio": round(AIM / first, 2), "n": GOES,
        "interval": [round(some(go[0] for go in goes), 3) for some in (min, max)],
        "against": f"the median in one process, then {then:.2f} s a frame of 1080p; cold, a worker's first propagation "
        f"in a fresh process: {propagated:.2f} s, and {start:.2f} s before it from the start of the process until the "
        "networks are open; reading and storing come on top",
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"go": "warm", "first": round(go[0], 3), "then": round(go[1], 3)} for go in goes] + cold,
    }  # fmt: skip


def _shot() -> tuple[list[np.ndarray], np.ndarray]:
    """Frames of a real film, enlarged, and the first one's mask."""
    import cv2

    from models.evaluate.sets import SETS

    some = [case for case in SETS["sequences"](at_hand("images_people").parent) if case.group == "asl_eat"][: ON + 2]
    shape = some[0].image.shape
    size = round(shape[1] * HEIGHT / shape[0]), HEIGHT
    pictures = [cv2.resize(case.image, size, interpolation=cv2.INTER_CUBIC) for case in some]
    return pictures, cv2.resize(some[0].truth.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0


def _cold(pictures: list[np.ndarray], mask: np.ndarray) -> list[dict]:
    """Seconds of goes in fresh processes, on the same frames."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shot.npz"
        np.savez(file, pictures=np.stack(pictures), mask=mask)
        return [json.loads(last_line(folder, "_first_frame", str(file))) for _ in range(COLD)]


def _go(pictures: list[np.ndarray], mask: np.ndarray) -> tuple[float, float]:
    """Seconds to the first frame, and a frame after it."""
    run = opened(pictures, mask)
    began = time.perf_counter()
    matte(pictures, run.step())
    first = time.perf_counter() - began
    for followed in run:
        matte(pictures, followed)
    return first, (time.perf_counter() - began - first) / (len(pictures) - 2)
