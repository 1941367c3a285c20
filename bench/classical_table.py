"""[classical.table]: every classical method on the same trimaps: error in the unknown region, and seconds."""

import time
from collections.abc import Iterator
from itertools import chain
from statistics import fmean, median

from bench._matting_data import Scene, laid, plates, portraits, rendered, said
from models.matting import METHODS, solve
from models.metrics import gradient_error, mse, sad

# So small that the slowest method can be asked about every picture: the same for all of them.
HIGH = 256
RENDERED = 104
# A plain answer for the eye to compare with: one half wherever nothing is known.
HALF = "one half"


def run(full: bool) -> dict:
    began = time.perf_counter()
    grounds = plates(8)
    sets = {
        "generated people (portraits)": list(_scenes(portraits(), grounds)),
        "rendered people": list(_scenes(rendered(RENDERED), grounds)),
    }
    first = next(chain.from_iterable(sets.values()))
    for method in METHODS:
        solve(first.image, first.trimap, method)  # compiling and importing are not the method's time
    rows = [_row(name, method, scenes) for name, scenes in sets.items() for method in (*METHODS, HALF)]
    ours = {row["method"]: row["MSE x1000"] for row in rows if row["set"] == "rendered people"}
    value = ours["torch"] / ours["pymatting-closed-form"]
    return {
        "name": "classical.table", "value": round(value, 3), "unit": "times PyMatting's MSE", "target": 1.05,
        "holds": value <= 1.05,
        "against": f"our torch closed form against PyMatting's on {RENDERED} rendered pictures; all scaled to {HIGH} "
        "pixels high over film frames, unknown within 3 pixels of soft alpha; errors of the unknown region" + said(),
        "ratio": round(1.05 / value, 2), "n": sum(map(len, sets.values())), "interval": None,
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _scenes(cutouts, grounds) -> Iterator[Scene]:
    for index, cutout in enumerate(cutouts):
        width = max(64, round(cutout.alpha.shape[1] * HIGH / cutout.alpha.shape[0]))
        scene = laid(cutout, grounds[index % len(grounds)], (width, HIGH), None)
        if (scene.trimap == 255).any() and (scene.trimap == 0).any():
            yield scene


def _row(name: str, method: str, scenes: list[Scene]) -> dict:
    errors, seconds = [], []
    for scene in scenes:
        began = time.perf_counter()
        found = _half(scene) if method == HALF else solve(scene.image, scene.trimap, method)
        seconds.append(time.perf_counter() - began)
        pair = scene.alpha[None], found[None], scene.band[None]
        errors.append([float(measure(*pair, profile="dim")[0]) for measure in (mse, sad, gradient_error)])
    mean = [fmean(column) for column in zip(*errors, strict=True)]
    return {
        "set": name, "method": method, "n": len(scenes), "MSE x1000": round(1000 * mean[0], 2),
        "SAD": round(mean[1], 3), "Grad": round(mean[2], 3), "seconds": round(median(seconds), 3),
    }  # fmt: skip


def _half(scene: Scene):
    half = scene.alpha.copy()
    half[scene.trimap == 255], half[scene.trimap == 0], half[scene.band] = 1, 0, 0.5
    return half
