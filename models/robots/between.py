"""Outlines between key frames: vertex by vertex along straight lines, as annotation tools move them."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from .polygons import Polygon, area, turns

_SAMPLES = 1024  # along a ring, by which two are laid over each other


def interpolated(keys: Mapping[int, Polygon], index: int) -> Polygon:
    """The outline on frame `index` from those on key frames; before the first and after the last it stands still.

    Raises ValueError without a key frame.
    """
    if not keys:
        raise ValueError("there is no key frame: trace one first")
    earlier = max((key for key in keys if key <= index), default=min(keys))
    later = min((key for key in keys if key >= index), default=max(keys))
    if earlier == later:
        return keys[earlier]
    return blended(keys[earlier], keys[later], (index - earlier) / (later - earlier))


def blended(one: Polygon, other: Polygon, share: float) -> Polygon:
    """The outline a `share` in 0..1 of the way from `one` to the `other`.

    Rings are paired by place and size; one without a partner stands still, up to half way or from there on.
    """
    pairs = _pairs(one, other)
    rings = [_ring(one.rings[i], other.rings[j], share) for i, j in pairs]
    nearer, column = (one, 0) if share < 0.5 else (other, 1)
    paired = {pair[column] for pair in pairs}
    return Polygon((*rings, *(ring for index, ring in enumerate(nearer.rings) if index not in paired)))


def _pairs(one: Polygon, other: Polygon) -> list[tuple[int, int]]:
    """Which rings of both belong together, outer to outer and hole to hole."""
    found = []
    for outer in (True, False):
        here, there = ([i for i, ring in enumerate(each.rings) if turns(ring) == outer] for each in (one, other))
        apart = np.array([[_apart(one.rings[i], other.rings[j]) for j in there] for i in here])
        if apart.size:
            found += [(here[row], there[column]) for row, column in zip(*linear_sum_assignment(apart), strict=True)]
    return found


def _apart(ring: np.ndarray, other: np.ndarray) -> float:
    """In pixels: how far their middles are apart, and how much one is wider."""
    sides = [np.sqrt(abs(area(each))) for each in (ring, other)]
    return float(np.hypot(*(ring.mean(0) - other.mean(0))) + abs(sides[0] - sides[1]))


def _ring(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """Every vertex of both is kept: each is joined to the place as far along the other ring by share of its length."""
    shift = _shift(one, other)
    places = np.unique(np.concatenate([_along(one)[:-1], (_along(other)[:-1] - shift) % 1]))
    return (1 - share) * _at(one, places) + share * _at(other, (places + shift) % 1)


def _along(ring: np.ndarray) -> np.ndarray:
    """(N + 1,) in 0..1: how far round each vertex is, by length; the first again at 1."""
    steps = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    return np.concatenate([[0.0], steps.cumsum() / steps.sum()])


def _at(ring: np.ndarray, places: np.ndarray) -> np.ndarray:
    along, closed = _along(ring), np.concatenate([ring, ring[:1]])
    return np.stack([np.interp(places, along, line) for line in closed.T], axis=1)


def _shift(one: np.ndarray, other: np.ndarray) -> float:
    """How far round the `other` starts, in 0..1, for the two to lie best over each other (least squares).

    All turns are tried at once: the sum of squares is least where the circular correlation is largest.
    """
    places = np.arange(_SAMPLES) / _SAMPLES
    here, there = (np.fft.fft(_at(ring, places) @ [1, 1j]) for ring in (one, other))
    return int(np.fft.ifft(here.conj() * there).real.argmax()) / _SAMPLES
