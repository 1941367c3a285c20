"""[model.cpu1080]: frames a second of 1920x1080 from picture to matte, on two threads, by the weights that ship.

The free ensemble that stage 1 mends is asked first, then stage 1, then stage 2 along the mask that was found.
"""

import time
from statistics import median

import numpy as np
import torch

from bench._matting_data import portrait_scenes, said
from models.backends.registry import open_backend

TARGET = 4.0
THREADS = 2


def run(full: bool) -> dict:
    began = time.perf_counter()
    torch.set_num_threads(THREADS)
    people, edges = open_backend("koutu-s"), open_backend("koutu-s-refiner")
    rounds = 5 if full else 3
    rows = []
    for scene in portrait_scenes():
        mask = ((people.person_probability(scene.image) >= 0.5) * 255).astype(np.uint8)
        before = _best(lambda image=scene.image: people.prior.person_probability(image), rounds)
        first = _best(lambda image=scene.image: people.person_probability(image), rounds)
        second = _best(lambda image=scene.image, mask=mask: edges.matte(image, mask), rounds)
        rows.append({
            "picture": scene.name, "ensemble ms": round(before), "with stage 1 ms": round(first),
            "stage 2 ms": round(second),
        })  # fmt: skip
    seconds = [(row["with stage 1 ms"] + row["stage 2 ms"]) / 1000 for row in rows]
    value = 1 / median(seconds)
    return {
        "name": "model.cpu1080", "value": round(value, 2), "unit": "frames/s", "target": TARGET,
        "holds": value >= TARGET,
        "against": "the ensemble and both stages through their back ends, scaling included, along the band of what is "
        f"found of generated people; {THREADS} threads{said()}",
        "ratio": round(value / TARGET, 2), "n": len(rows),
        "interval": [round(1 / max(seconds), 2), round(1 / min(seconds), 2)],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _best(work, rounds: int) -> float:
    """Milliseconds."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return min(found)
