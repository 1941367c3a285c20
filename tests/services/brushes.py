"""The browser's hard brush, as `frontend/src/engine/stroke.ts` draws it."""

import numpy as np

from models.robots import lines
from models.robots.brush import Stroke


def painted(matte: np.ndarray, stroke: Stroke) -> np.ndarray:
    """`matte` (height, width) uint8 with the stroke at full opacity and hardness, a new one."""
    cover = _cover(matte.shape, stroke)
    old = matte.astype(float)
    change = (255 - old) * cover if stroke.inside else -old * cover
    return _rounded(old + change / 255).astype(np.uint8)


def _cover(size: tuple[int, ...], stroke: Stroke) -> np.ndarray:
    """0..255: stamps join by their maximum, so the nearest one counts; the edge takes one pixel."""
    t = np.clip(stroke.radius + 0.5 - _away(size, _stamps(stroke)), 0, 1)
    return _rounded(255 * t * t * (3 - 2 * t))


def _stamps(stroke: Stroke) -> np.ndarray:
    """(N, 2): a quarter of the radius apart, at least half a pixel, from where the hand comes down."""
    step = max(0.5, stroke.radius / 4)
    along = np.concatenate([[0.0], np.hypot(*np.diff(stroke.points, axis=0).T).cumsum()])
    at = np.arange(0, lines.length(stroke.points) + 1e-9, step)
    return np.stack([np.interp(at, along, places) for places in stroke.points.T], axis=1)


def _away(size: tuple[int, ...], stamps: np.ndarray) -> np.ndarray:
    """Pixels from each pixel's middle to the nearest stamp."""
    rows, columns = np.ogrid[0.5 : size[0], 0.5 : size[1]]
    squared = np.full(size, np.inf)
    for x, y in stamps:
        np.minimum(squared, (columns - x) ** 2 + (rows - y) ** 2, out=squared)
    return np.sqrt(squared)


def _rounded(values: np.ndarray) -> np.ndarray:
    """As Math.round: halves go up."""
    return np.floor(values + 0.5)
