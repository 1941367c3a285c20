"""[model.cpu]: frames a second of Koutu-S, stage 1, at 512x288 on two threads, in the faster of two runtimes."""

import time

from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from models.networks.speed import stage_one

TARGET = 25.0
WIDTH, HEIGHT, THREADS = 512, 288, 2


def run(full: bool) -> dict:
    began = time.perf_counter()
    timings = stage_one(KoutuS(PRESETS["koutu-s"]), HEIGHT, WIDTH, THREADS, runs=100 if full else 40)
    fastest = min(timings, key=lambda timing: timing.clock)
    value = 1000 / fastest.clock
    return {
        "name": "model.cpu", "value": round(value, 1), "unit": "frames/s", "target": TARGET, "holds": value >= TARGET,
        "against": f"stage 1 alone with a prior and its memory, {fastest.what}, {THREADS} threads; weights do not "
        "change the time, these were drawn",
        "ratio": round(value / TARGET, 2), "n": fastest.runs, "interval": None,
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"runtime": one.what, "ms": round(one.clock, 1)} for one in timings],
    }  # fmt: skip
