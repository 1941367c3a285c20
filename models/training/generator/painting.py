"""Painted plates: rooms, and stains, walls, lattices and lights, for where pictures that hold nobody are few."""

from functools import partial

import cv2
import numpy as np

from .rooms import paint_room
from .sources import Memory, Shelf

SIDE = 384  # pixels
_ROOMS = 0.65  # of all plates: there are real ones of streets


def painted(count: int, memory: Memory) -> Shelf[np.ndarray]:
    """So many plates, always the same ones, painted when they are wanted."""
    return Shelf([partial(paint, seed) for seed in range(count)], memory)


def paint(seed: int) -> np.ndarray:
    """(384, 384, 3) uint8 RGB of a seed."""
    rng = np.random.default_rng(seed)
    inside = rng.random() < _ROOMS
    plate = paint_room(SIDE, rng) if inside else _stained(rng)
    works = int(rng.integers(0, 2) if inside else rng.integers(1, 4))
    for work in rng.choice(len(_WORKS), size=works, replace=False).tolist():
        _WORKS[work](plate, rng)
    if rng.random() < 0.5:
        plate = cv2.GaussianBlur(plate, (0, 0), float(rng.uniform(0.6, 4)))
    rough = rng.standard_normal(plate.shape[:2], np.float32)[..., None] * np.float32(rng.uniform(0, 8))
    return np.clip(plate + rough, 0, 255).astype(np.uint8)


def _stained(rng: np.random.Generator) -> np.ndarray:
    """Two colours that give way to each other in stains of all sizes, (384, 384, 3) float32."""
    share = np.zeros((SIDE, SIDE), np.float32)
    for octave in range(2, 8):
        stains = rng.standard_normal((2**octave, 2**octave), np.float32)
        share += cv2.resize(stains, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) * np.float32(0.6 ** (octave - 2))
    share += np.linspace(-1.5, 1.5, SIDE, dtype=np.float32)[:, None] * np.float32(rng.uniform(-1, 1))
    first = 1 / (1 + np.exp(-share))[..., None]
    return first * _colour(rng) + (1 - first) * _colour(rng)


def _colour(rng: np.random.Generator) -> np.ndarray:
    return (rng.uniform(15, 235) * rng.uniform(0.6, 1.15, 3)).clip(0, 255).astype(np.float32)


def _ink(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(_colour(rng).tolist())


def _place(rng: np.random.Generator) -> tuple[int, int]:
    x, y = rng.integers(0, SIDE, 2).tolist()
    return x, y


def _walls(plate: np.ndarray, rng: np.random.Generator) -> None:
    """Boxes and posts: doors, windows, furniture."""
    for _ in range(int(rng.integers(3, 14))):
        (x, y), wide, tall = _place(rng), int(rng.integers(6, 140)), int(rng.integers(20, 260))
        thick = int(rng.choice([-1, -1, 2, 6]))
        cv2.rectangle(plate, (x, y), (x + wide, y + tall), _ink(rng), thick)


def _lattice(plate: np.ndarray, rng: np.random.Generator) -> None:
    """A window of thin bars: as thin as hair and swords, and nobody's."""
    (x, y), step, ink = _place(rng), int(rng.integers(8, 36)), _ink(rng)
    right, bottom = x + int(rng.integers(60, 300)), y + int(rng.integers(60, 300))
    thick = int(rng.integers(1, 4))
    for across in range(x, right, step):
        cv2.line(plate, (across, y), (across, bottom), ink, thick, cv2.LINE_AA)
    for down in range(y, bottom, step):
        cv2.line(plate, (x, down), (right, down), ink, thick, cv2.LINE_AA)


def _lights(plate: np.ndarray, rng: np.random.Generator) -> None:
    """Lamps and their discs out of focus."""
    over = plate.copy()
    for _ in range(int(rng.integers(3, 30))):
        cv2.circle(over, _place(rng), int(rng.integers(2, 22)), _ink(rng), -1, cv2.LINE_AA)
    cv2.addWeighted(over, 0.6, plate, 0.4, 0, plate)


def _leaves(plate: np.ndarray, rng: np.random.Generator) -> None:
    """Twigs and leaves in many turns of one colour."""
    base = _colour(rng)
    for _ in range(int(rng.integers(40, 260))):
        ink = tuple((base * rng.uniform(0.5, 1.4)).clip(0, 255).tolist())
        axes = int(rng.integers(2, 12)), int(rng.integers(1, 5))
        cv2.ellipse(plate, _place(rng), axes, float(rng.uniform(0, 180)), 0, 360, ink, -1, cv2.LINE_AA)


_WORKS = (_walls, _lattice, _lights, _leaves)
