"""[model.cpu1080]: frames a second of 1920x1080 from picture to matte: Koutu-S, both stages, on two threads."""

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

from bench._matting_data import portrait_scenes, said
from models.backends.registry import open_backend
from models.checkpoints import Card, save
from models.networks.config import PRESETS, REFINERS
from models.networks.koutu_s import KoutuS
from models.networks.refiner import Refiner

TARGET = 4.0
THREADS = 2


def run(full: bool) -> dict:
    began = time.perf_counter()
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as folder:
        people = _opened(Path(folder), KoutuS(PRESETS["koutu-s"]))
        edges = _opened(Path(folder), Refiner(REFINERS["koutu-s-refiner"]))
    rows = []
    for scene in portrait_scenes():
        # What an untrained network finds has no edge to speak of: the band is that of the true mask.
        mask = ((scene.alpha >= 0.5) * 255).astype(np.uint8)
        first = _best(lambda image=scene.image: people.person_probability(image), 5 if full else 3)
        second = _best(lambda image=scene.image, mask=mask: edges.matte(image, mask), 5 if full else 3)
        rows.append({"picture": scene.name, "stage 1 ms": round(first), "stage 2 ms": round(second)})
    seconds = [(row["stage 1 ms"] + row["stage 2 ms"]) / 1000 for row in rows]
    value = 1 / median(seconds)
    return {
        "name": "model.cpu1080", "value": round(value, 2), "unit": "frames/s", "target": TARGET,
        "holds": value >= TARGET,
        "against": "both stages through their back ends, scaling included, along the platform's band of generated "
        f"people's masks; weights do not change the time, these were drawn; {THREADS} threads{said()}",
        "ratio": round(value / TARGET, 2), "n": len(rows),
        "interval": [round(1 / max(seconds), 2), round(1 / min(seconds), 2)],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _opened(folder: Path, network: torch.nn.Module):
    name = str(network.name)
    path = folder / f"{name}.safetensors"
    save(path, network, Card(name, "drawn", "Apache-2.0", network.config.as_json()))
    return open_backend(name, path)


def _best(work, rounds: int) -> float:
    """Milliseconds."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return min(found)
