"""[model.generator]: J and tight F of stage 1 with what the generator makes and without it, after the same steps.

Trained here, by recipes that differ in their data alone (data/bench keeps them); by default few steps, `--full` more.
"""

import time

from bench._model_rows import measured, shown, without_samples
from bench._trained import PICTURES, trained
from koutu.samples import at_hand
from models.evaluate.differences import paired
from models.evaluate.scores import summary

NAME = "model.generator"
STEPS = {False: 600, True: 1500}  # as many as model.stages, which shares a run
SETS = ("gold", "pictures", "rendered")


def run(full: bool) -> dict:
    began = time.perf_counter()
    if at_hand("images_people") is None:
        return without_samples(NAME, "tight F more")
    steps = STEPS[full]
    ways = {
        "with": f"koutu-s={trained('with-generator', steps)}",
        "without": f"koutu-s={trained('without-generator', steps, data=PICTURES)}",
    }
    found = measured(list(ways.values()), SETS)
    if found is None:
        return without_samples(NAME, "tight F more")
    gain = paired(found["gold"][ways["with"]], found["gold"][ways["without"]], "tight_f")
    return {
        "name": NAME, "value": round(gain.mean, 4), "unit": "tight F more on gold frames", "target": 0.0,
        "holds": gain.without_one[0] > 0, "ratio": None, "n": gain.n,
        "against": f"stage 1 with generated, pasted and plain pictures less that with plain pictures alone, {steps} "
        "steps of 12 pictures of 192 pixels each; the interval leaves one clip out",
        "interval": [round(end, 4) for end in gain.without_one], "seconds": round(time.perf_counter() - began, 1),
        "rows": [_row(data, how, found[data][row]) for data in SETS for how, row in ways.items()],
    }  # fmt: skip


def _row(data: str, how: str, scores: list) -> dict:
    of = summary(scores)
    return {
        "set": data, "generator": how, "n": of.n, "J": shown(of.j), "tight F": shown(of.tight_f),
        "false area": shown(of.false_area), "instance J": shown(of.instance_j),
    }  # fmt: skip
