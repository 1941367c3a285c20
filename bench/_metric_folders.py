"""Palette PNGs of two persons who walk and cross: a truth, and what a tracker that errs would say."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from koutu.samples.figures import draw_shot

PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0] + [0] * 759


def write(folder: Path, frames: int, size: tuple[int, int]) -> tuple[Path, Path]:
    """Folders of the truth and of the prediction, one sequence of `frames`, `size` (width, height)."""
    truth, pred = folder / "truth", folder / "pred"
    for side in (truth, pred):
        (side / "a").mkdir(parents=True)
    for index, drawn in enumerate(draw_shot(frames, 2, size, seed=11)):
        labels = _labels(drawn.alphas)
        _save(labels, truth / "a" / f"{index:05d}.png")
        _save(_erring(labels, index), pred / "a" / f"{index:05d}.png")
    return truth, pred


def _labels(alphas) -> np.ndarray:
    labels = np.zeros(alphas[0].shape, np.uint8)
    for person, alpha in enumerate(alphas, 1):
        labels[alpha >= 128] = person
    return labels


def _erring(labels: np.ndarray, index: int) -> np.ndarray:
    """Moved a little and frayed at the edge: where a smooth noise is high the outline stands back."""
    chance = np.random.default_rng(index)
    height, width = labels.shape
    grain = cv2.resize(chance.random((height // 24 + 2, width // 24 + 2)).astype(np.float32), (width, height))
    thin = cv2.erode(labels, np.ones((5, 5), np.uint8))
    return np.roll(np.where(grain > 0.6, thin, labels), (index % 3, index % 5), (0, 1))


def _save(labels: np.ndarray, path: Path) -> None:
    image = Image.fromarray(labels)
    image.putpalette(PALETTE)
    image.save(path)
