"""[model.trimap]: stage 2 against classical matting, all from the true trimap: SAD and Grad in the unknown region.

Rendered people of the validation part, and portraits, each over twenty film frames. Stage 2 mends what the closed form,
ended early, makes of the same trimap, as its back end does. Portraits count where no refiner was trained on them:
its card names, as data, which it was trained without.
"""

import time
from collections.abc import Iterator
from itertools import islice
from statistics import fmean

import numpy as np

from bench._matting_data import Cutout, Scene, laid, plates, portraits, rendered, said
from bench._model_rows import WEIGHTS, shown, without_samples
from koutu.samples import at_hand
from models.backends.registry import open_backend
from models.checkpoints import read_card
from models.matting import solve
from models.metrics import gradient_error, sad

NAME = "model.trimap"
HIGH = 384
PLATES = 20
CLASSICAL = ("closed-form", "knn", "bayesian")
OURS = "stage 2"
SHORT, FULL = 62, 217  # rendered scenes: 31 people over 2 or 7 of the plates
PORTRAITS = {False: 2, True: PLATES}  # plates a portrait


def run(full: bool) -> dict:
    began = time.perf_counter()
    stage_2 = WEIGHTS / "koutu-s-refiner.safetensors"
    if at_hand("rendered") is None or not stage_2.is_file():
        return without_samples(NAME, "of the best classical SAD")
    ways = {**{name: _classical(name) for name in CLASSICAL}, OURS: _refined(stage_2)}
    sets = {"rendered people": _rendered(FULL if full else SHORT)}
    if "portraits" in read_card(stage_2).notes:
        sets["portraits"] = _portraits(PORTRAITS[full])
    errors = {name: _errors(ways, scenes) for name, scenes in sets.items()}
    best, ratios = _against_the_best(errors["rendered people"])
    interval = np.quantile(ratios, [0.025, 0.975])
    value = fmean(ratios)
    return {
        "name": NAME, "value": round(value, 3), "unit": "of the best classical SAD", "target": 1.0,
        "holds": all(_better(some) for some in errors.values()),
        "against": f"stage 2 against {best} on rendered people of the validation part, {HIGH} pixels high over film "
        "frames, unknown within 3 pixels of soft alpha; holds where SAD and Grad are below every classical method's on "
        f"every set{said()}",
        "ratio": round(1 / value, 2), "n": sum(len(some[OURS]) for some in errors.values()),
        "interval": [round(float(end), 3) for end in interval], "seconds": round(time.perf_counter() - began, 1),
        "rows": [_row(data, way, some) for data, ways in errors.items() for way, some in ways.items()],
    }  # fmt: skip


def _rendered(limit: int) -> Iterator[Scene]:
    people = list(rendered(1000, "val"))
    return islice(_scenes(people, -(-limit // len(people))), limit)


def _portraits(each: int) -> Iterator[Scene]:
    return _scenes(list(portraits()), each)


def _scenes(cutouts: list[Cutout], each: int) -> Iterator[Scene]:
    """Everybody over as many plates, no two of them over the same ones in the same order."""
    grounds = plates(PLATES)
    for turn in range(each):
        for index, cutout in enumerate(cutouts):
            width = max(128, round(cutout.alpha.shape[1] * HIGH / cutout.alpha.shape[0]))
            yield laid(cutout, grounds[(index + turn * 7) % PLATES], (width, HIGH), None)


def _classical(method: str):
    return lambda scene: solve(scene.image, scene.trimap, method)


def _refined(stage_2):
    edges = open_backend("koutu-s-refiner", stage_2)
    return lambda scene: edges.solved(scene.image, scene.trimap).alpha


def _errors(ways: dict, scenes: Iterator[Scene]) -> dict[str, list[tuple[float, float]]]:
    """SAD and Grad of each way on each scene."""
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for scene in scenes:
        for way, solved in ways.items():
            pair = scene.alpha[None], np.clip(solved(scene), 0, 1)[None], scene.band[None]
            found[way].append(tuple(float(measure(*pair, profile="dim")[0]) for measure in (sad, gradient_error)))
    return found


def _against_the_best(errors: dict[str, list[tuple[float, float]]]) -> tuple[str, np.ndarray]:
    """The classical method of least SAD, and ours over it in means of scenes drawn anew."""
    totals = {way: np.array([one[0] for one in some]) for way, some in errors.items()}
    best = min(CLASSICAL, key=lambda way: totals[way].mean())
    drawn = np.random.default_rng(0).integers(len(totals[OURS]), size=(2000, len(totals[OURS])))
    return best, totals[OURS][drawn].mean(1) / totals[best][drawn].mean(1)


def _better(errors: dict[str, list[tuple[float, float]]]) -> bool:
    means = {way: np.mean(some, axis=0) for way, some in errors.items()}
    return all((means[OURS] < means[way]).all() for way in CLASSICAL)


def _row(data: str, way: str, errors: list[tuple[float, float]]) -> dict:
    mean = np.mean(errors, axis=0)
    return {"set": data, "method": way, "n": len(errors), "SAD": shown(mean[0]), "Grad": shown(mean[1])}
