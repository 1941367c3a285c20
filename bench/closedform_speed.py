"""[closedform.speed]: our torch solver against PyMatting's estimate_alpha_cf at 1920x1080, a tenth of it unknown."""

import time
from statistics import median

import numpy as np
from pymatting import estimate_alpha_cf

from bench._matting_data import Scene, portrait_scenes, said
from models.matting import solve

TARGET = 10.0


def run(full: bool) -> dict:
    began = time.perf_counter()
    ratios, rows = [], []
    for number, scene in enumerate(portrait_scenes()):
        if number == 0:
            _warm(scene)
        theirs, ours, apart = _compare(scene, 3 if full else 2)
        ratios.append(theirs / ours)
        rows.append(
            {
                "picture": scene.name, "unknown": int(scene.band.sum()), "pymatting s": round(theirs, 2),
                "ours s": round(ours, 3), "times": round(theirs / ours, 1),
                "MAD between": round(apart, 4),
            }
        )  # fmt: skip
    value = median(ratios)
    return {
        "name": "closedform.speed", "value": round(value, 1), "unit": "× faster", "target": TARGET,
        "holds": value >= TARGET,
        "against": "PyMatting estimate_alpha_cf as it comes, numba warm, in turn on the same pictures (portraits "
        "of generated people over film frames); ours keeps to one thread, as theirs mostly does; better of two runs"
        + said(),
        "ratio": round(value / TARGET, 2), "n": len(ratios),
        "interval": [round(min(ratios), 1), round(max(ratios), 1)],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _warm(scene: Scene) -> None:
    """Both sides once on a small piece: compiling and first allocations are not what is compared."""
    y, x = np.argwhere(scene.band)[0]
    piece = np.s_[max(y - 40, 0) : y + 80, max(x - 60, 0) : x + 60]
    estimate_alpha_cf(scene.image[piece] / 255, _levels(scene.trimap[piece]))
    solve(scene.image, scene.trimap, "torch")


def _compare(scene: Scene, rounds: int) -> tuple[float, float, float]:
    """Their seconds, ours, and the mean difference in the band."""
    picture, levels = scene.image / 255, _levels(scene.trimap)
    theirs, ours = [], []
    for _ in range(rounds):
        seconds, reference = _timed(lambda: estimate_alpha_cf(picture, levels))
        theirs.append(seconds)
        seconds, found = _timed(lambda: solve(scene.image, scene.trimap, "torch"))
        ours.append(seconds)
    return min(theirs), min(ours), float(np.abs(found - reference)[scene.band].mean())


def _levels(trimap: np.ndarray) -> np.ndarray:
    return np.where(trimap == 128, 0.5, trimap / 255)


def _timed(work):
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found
