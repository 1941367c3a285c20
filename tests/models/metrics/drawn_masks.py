"""Masks and mattes drawn for the metrics: ragged, of any size, with the cases that break a formula."""

import cv2
import numpy as np


def ragged(chance: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A bool (height, width) with a winding outline, some islands and holes."""
    field = cv2.GaussianBlur(chance.random((height, width)).astype(np.float32), (0, 0), max(1, height / 8))
    return field > np.quantile(field, chance.uniform(0.1, 0.9))


def odd(chance: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Empty, full, noise, one pixel, or ragged."""
    kind = chance.integers(0, 6)
    if kind == 0:
        return np.zeros((height, width), bool)
    if kind == 1:
        return np.ones((height, width), bool)
    if kind == 2:
        return chance.random((height, width)) < chance.random()
    if kind == 3:
        mask = np.zeros((height, width), bool)
        mask[chance.integers(height), chance.integers(width)] = True
        return mask
    return ragged(chance, height, width)


def pair(chance: np.random.Generator, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Two such masks; half of the time the second is the first a little moved."""
    true = odd(chance, height, width)
    if chance.random() < 0.5:
        return true, np.roll(true, chance.integers(-4, 5, 2), (0, 1))
    return true, odd(chance, height, width)


def walking(frames: int, height: int, width: int, people: int, lag: float = 0.0) -> np.ndarray:
    """Ids of people who walk through (frames, height, width) uint8; with `lag` as a tracker would see them."""
    y, x = np.mgrid[:height, :width]
    grain = cv2.GaussianBlur(np.random.default_rng(4).random((height, width)).astype(np.float32), (0, 0), 3)
    labels = np.zeros((frames, height, width), np.uint8)
    for t in range(frames):
        for person in range(1, people + 1):
            centre = width * (person / (people + 1)) + 1.5 * t * (1 - lag)
            inside = ((y - height / 2) / (height * 0.4)) ** 2 + ((x - centre) / (width * 0.08)) ** 2 + 2 * grain < 2
            labels[t][inside] = person
    return labels


def soft(chance: np.random.Generator, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A matte (height, width) float32 with a soft edge, and one that errs there."""
    y, x = np.mgrid[:height, :width]
    grain = cv2.GaussianBlur(chance.random((height, width)).astype(np.float32), (0, 0), 2)
    grain = (grain - grain.mean()) / grain.std()
    inside = 1 - ((y - height * 0.55) / (height * 0.45)) ** 2 - ((x - width * 0.5) / (width * 0.2)) ** 2
    true = np.clip(inside * 4 + 0.5 + 0.3 * grain, 0, 1).astype(np.float32)
    noise = cv2.GaussianBlur(chance.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.5)
    return true, np.clip(true + noise * (true > 0) * (true < 1), 0, 1).astype(np.float32)
