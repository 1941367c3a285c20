"""[model.clicks]: clicks to an outline from nothing, of the small network for browsers beside the large one.

Simulated as RITM does (Sofiiuk et al., ICIP 2022): into the middle of the largest error, 20 at most.
"""

import time
from collections.abc import Iterator

import numpy as np

from bench._model_rows import WEIGHTS, shown, without_samples
from koutu.samples import at_hand
from models import clicks
from models.backends import Prompt
from models.checkpoints import open_network
from models.evaluate.cases import Case, picture_cases
from models.metrics import region_similarity
from models.robots.aiming import next_click

NAME = "model.clicks"
MOST = 20
GOOD = 0.9  # J
SIZES = {"koutu-s": "large", "koutu-s-small": "small"}
SHORT = 40  # pictures


def run(full: bool) -> dict:
    began = time.perf_counter()
    files = {size: WEIGHTS / f"{name}.safetensors" for name, size in SIZES.items()}
    if at_hand("images_people") is None or not all(file.is_file() for file in files.values()):
        return without_samples(NAME, "clicks more")
    cases = [case for case in picture_cases(at_hand("images_people").parent) if case.truth.any()]
    cases = cases if full else cases[:SHORT]
    curves = {size: _curves(open_network(file)[0], cases) for size, file in files.items()}
    taken = {size: np.array([_clicks_to(GOOD, curve) for curve in some]) for size, some in curves.items()}
    more = taken["small"] - taken["large"]
    drawn = more[np.random.default_rng(0).integers(len(more), size=(2000, len(more)))].mean(1)
    return {
        "name": NAME, "value": round(float(more.mean()), 2), "unit": "clicks more", "target": 0.5,
        "holds": bool(more.mean() <= 0.5), "ratio": round(float(taken["small"].mean() / taken["large"].mean()), 2),
        "against": f"the small network against the large one: clicks, {MOST} at most, from nothing to J {GOOD} with "
        "everybody in a photograph of the validation part",
        "n": len(cases), "interval": np.quantile(drawn, [0.025, 0.975]).round(2).tolist(),
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [_row(size, curves[size], taken[size]) for size in curves],
    }  # fmt: skip


def _curves(network, cases: list[Case]) -> np.ndarray:
    """(n, MOST) J after each click; after the last that finds an error the same again."""
    found = []
    for case in cases:
        curve = list(_clicked(network, case))
        found.append(curve + curve[-1:] * (MOST - len(curve)))
    return np.array(found)


def _clicked(network, case: Case) -> Iterator[float]:
    mask, points, labels = np.zeros(case.truth.shape, np.float32), [], []
    for _ in range(MOST):
        click = next_click(mask >= 0.5, case.truth, ~case.void)
        if click is None:
            return
        points.append((click.x, click.y))
        labels.append(int(click.inside))
        mask = clicks.answer(network, case.image, Prompt(points, labels, mask=mask if len(points) > 1 else None))
        yield float(region_similarity(case.truth[None], mask[None] >= 0.5, void=case.void[None])[0])


def _clicks_to(j: float, curve: np.ndarray) -> int:
    """MOST where it is never reached, as NoC is counted."""
    reached = np.flatnonzero(curve >= j)
    return int(reached[0]) + 1 if len(reached) else MOST


def _row(size: str, curves: np.ndarray, taken: np.ndarray) -> dict:
    after = {f"J after {count}": shown(curves[:, count - 1].mean()) for count in (1, 3, 5, 10)}
    return {"network": size, "clicks": shown(taken.mean()), "never": int((curves.max(1) < GOOD).sum()), **after}
