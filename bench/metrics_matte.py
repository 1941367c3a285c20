"""[metrics.matte]: gradient and connectivity error at 1920x1080 against a plain port of the published algorithms."""

import time
from statistics import median

import cv2
import numpy as np

from koutu.samples.figures import draw_shot
from models.metrics import connectivity_error, gradient_error
from tests.models.metrics.test_metrics_of_mattes import plain_connectivity, plain_gradient

TARGET = 5.0
FRAMES = 12


def run(full: bool) -> dict:
    began = time.perf_counter()
    ratios: dict[str, list[float]] = {"gradient": [], "connectivity": []}
    rows = []
    for index, drawn in enumerate(draw_shot(FRAMES, 1, (1920, 1080), seed=12)):
        true = drawn.alphas[0].astype(np.float32) / np.float32(255)
        pred = _erring(true, index)
        for name, ours, plain in (
            ("gradient", gradient_error, plain_gradient),
            ("connectivity", connectivity_error, plain_connectivity),
        ):
            fast, found = _timed(lambda ours=ours, true=true, pred=pred: ours(true[None], pred[None])[0])
            slow, expected = _timed(lambda plain=plain, true=true, pred=pred: float(plain(true, pred).sum()) / 1000)
            if abs(found - expected) > 1e-6 * max(1, expected):
                raise AssertionError(f"{name} is {found}, by the plain port {expected}")
            ratios[name].append(slow / fast)
            rows.append((name, slow, fast))
    value = min(median(found) for found in ratios.values())
    return {
        "name": "metrics.matte", "value": round(value, 2), "unit": "× faster", "target": TARGET,
        "holds": value >= TARGET,
        "against": "a plain port of both (the tests' own), equal to 1e-6; the slower of the two medians",
        "ratio": round(value / TARGET, 2), "n": FRAMES,
        "interval": [round(min(map(min, ratios.values())), 2), round(max(map(max, ratios.values())), 2)],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [
            {
                "error": name, "times": round(median(found), 2),
                "plain ms": round(1000 * median(row[1] for row in rows if row[0] == name), 1),
                "ours ms": round(1000 * median(row[2] for row in rows if row[0] == name), 1),
            }
            for name, found in ratios.items()
        ],
    }  # fmt: skip


def _erring(true: np.ndarray, index: int) -> np.ndarray:
    """Softer at its edge, with noise there: as the matte of a network is."""
    chance = np.random.default_rng(index)
    blurred = cv2.GaussianBlur(true, (0, 0), 2.5)
    noise = cv2.GaussianBlur(chance.normal(0, 1, true.shape).astype(np.float32), (0, 0), 2)
    pred = np.clip(blurred + noise * (blurred > 0.02) * (blurred < 0.98), 0, 1)
    return np.round(pred * 255).astype(np.float32) / np.float32(255)


def _timed(work):
    best, found = float("inf"), None
    for _ in range(2):
        began = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - began)
    return best, found
