"""[model.stages]: two stages against one, trained alike: tight F, and Grad in the band where true alpha is known.

Both are trained here (data/bench keeps them); stage 2 takes steps of its own, and one stage as many more instead.
"""

import time

import numpy as np

from bench._model_rows import shown, without_samples
from bench._trained import STAGE_ONE, trained
from koutu.samples import at_hand
from models.evaluate.cases import Case
from models.evaluate.rendered import rendered_cases
from models.evaluate.rows import Answer, rows_of
from models.matting.trimap import band_radius, band_trimap
from models.metrics import gradient_error, tight_boundary_accuracy

NAME = "model.stages"
STEPS = {False: (600, 200), True: (1500, 500)}  # stage 1 as long as model.generator's, which shares the run
SOFT = {"generated": 1.0}


def run(full: bool) -> dict:
    began = time.perf_counter()
    if at_hand("rendered") is None:
        return without_samples(NAME, "Grad of one stage")
    first, second = STEPS[full]
    people = trained("with-generator", first)
    edges = trained(
        "refiner", second, {"network": "koutu-s-refiner", "prior": "selfie"}, data=SOFT, size=256, batch=8,
        rate=1e-3,
    )  # fmt: skip
    alone = trained("one-stage", first + second, STAGE_ONE | {"network": "koutu-s-one-stage"}, matting=SOFT)
    names = {"two stages": f"koutu-s-refiner={edges}:koutu-s={people}", "one stage": f"koutu-s={alone}"}
    rows = dict(zip(names, rows_of(list(names.values())), strict=True))
    cases = [case for case in rendered_cases(at_hand("rendered").parent) if case.alpha is not None and case.truth.any()]
    found = {how: np.array([_errors(case, row.find(case)) for case in cases]) for how, row in rows.items()}
    means = {how: errors.mean(0) for how, errors in found.items()}
    value = float(means["two stages"][1] / means["one stage"][1])
    return {
        "name": NAME, "value": round(value, 3), "unit": "of one stage's Grad", "target": 1.0,
        "holds": bool(value < 1 and means["two stages"][0] > means["one stage"][0]),
        "against": f"one stage on rendered validation people, in the platform's band along the true mask; {first} "
        f"steps of stage 1 and {second} of stage 2 against {first + second}",
        "ratio": round(1 / value, 2), "n": len(cases), "interval": None,
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"how": how, "tight F": shown(mean[0]), "Grad": shown(mean[1])} for how, mean in means.items()],
    }  # fmt: skip


def _errors(case: Case, answer: Answer) -> tuple[float, float]:
    """Tight F, and Grad within the band."""
    mask = ((case.alpha >= 0.5) * 255).astype(np.uint8)
    band = band_trimap(mask, band_radius(*mask.shape)) == 128
    tight = tight_boundary_accuracy(case.truth[None], answer.mask[None], void=case.void[None])[0]
    grad = gradient_error(case.alpha[None], np.clip(answer.alpha, 0, 1)[None], band[None], profile="dim")[0]
    return float(tight), float(grad)
