"""[propagate.first]: seconds until the first frame is back, on the CPU.

A clip of 1080p, its person marked on the first frame: from the call, with the networks opened but never asked, to the
matte of the next frame. The median of several goes; beside it the seconds a frame takes from then on.
"""

import statistics
import time

import numpy as np

from bench._model_rows import without_samples
from koutu.samples import at_hand

NAME = "propagate.first"
AIM = 2.0
GOES, ON = 5, 8  # goes, and frames that are followed after the first
HEIGHT = 1080


def run(full: bool) -> dict:
    """Measure."""
    began = time.perf_counter()
    if at_hand("images_people") is None:
        return without_samples(NAME, "s")
    pictures, mask = _shot()
    goes = [_go(pictures, mask) for _ in range(GOES)]
    first, then = (statistics.median(go[place] for go in goes) for place in (0, 1))
    return {
        "name": NAME, "value": round(first, 3), "unit": "s", "target": AIM, "holds": first <= AIM,
        "ratio": round(AIM / first, 2), "n": GOES,
        "interval": [round(some(go[0] for go in goes), 3) for some in (min, max)],
        "against": f"then {then:.2f} s a frame of 1080p; reading and storing come on top",
        "seconds": round(time.perf_counter() - began, 1),
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


def _go(pictures: list[np.ndarray], mask: np.ndarray) -> tuple[float, float]:
    """Seconds to the first frame, and a frame after it."""
    from models.backends.registry import open_backend
    from models.video.carrier import Carrier
    from models.video.propagation import Propagation
    from models.video.spans import spans

    (span,) = spans({1: [0]}, 0, len(pictures) - 1)
    run = Propagation(span, pictures.__getitem__, {0: {1: mask}}, Carrier(open_backend("mean4")))
    began = time.perf_counter()
    _matte(pictures, run.step())
    first = time.perf_counter() - began
    for followed in run:
        _matte(pictures, followed)
    return first, (time.perf_counter() - began - first) / (len(span) - 1)


def _matte(pictures: list[np.ndarray], followed) -> np.ndarray:
    """As the job solves it, (H, W) uint8, before it is held steady between its neighbours."""
    from models.matting.edges import edge_matte

    (belief,) = followed.things.values()
    return edge_matte(pictures[followed.index], (belief.probability >= 0.5).astype(np.uint8) * 255)
