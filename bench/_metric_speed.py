"""J and F of 100 frames with two persons, PNG reading included, against vos-benchmark, each in one process."""

import tempfile
import time
from pathlib import Path
from statistics import median

from bench import _metric_folders
from models.metrics import davis

FRAMES = 100


def measure(name: str, size: tuple[int, int], target: float, rounds: int) -> dict:
    from vos_benchmark.benchmark import VideoEvaluator

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        truth, pred = _metric_folders.write(Path(folder), FRAMES, size)
        peer_says = VideoEvaluator(str(truth), str(pred), skip_first_and_last=True)
        ratios, rows = [], []
        for _ in range(rounds):
            theirs, (_, j, f) = _timed(lambda: peer_says("a"))
            ours, (score,) = _timed(lambda: list(davis.evaluate(truth, pred, processes=1)))
            ratios.append(theirs / ours)
            rows.append({"vos-benchmark": round(theirs, 3), "ours": round(ours, 3)})
        differ = max(
            abs(100 * getattr(one, metric).mean() - values[number])
            for number, one in score.objects.items()
            for metric, values in (("j", j), ("f", f))
        )
    if differ > 1e-9:
        raise AssertionError(f"the figures differ by {differ}")
    value = median(ratios)
    return {
        "name": name, "value": round(value, 2), "unit": "× faster", "target": target, "holds": value >= target,
        "against": "vos-benchmark 0.1.0 in one process, same digits (largest difference of J and F below 1e-9 points)",
        "ratio": round(value / target, 2), "n": FRAMES, "interval": [round(min(ratios), 2), round(max(ratios), 2)],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _timed(work):
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found
