"""Finding where one picture lies in another: cut a little on each side, mirrored, graded, with a logo.

A picture is known by its *relief*: luma less its surroundings, over the local contrast, which grading leaves as it
is. All windows that a cut of up to 5 % on each side makes of a picture are laid over the other at once, as one
product of matrices; the best is then moved side by side to where the reliefs correlate best.
"""

import math
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.likeness.fingerprint import COLUMNS, ROWS, Fingerprint

Array = NDArray[np.float32]
# Where the whole of one picture lies in the other: top, bottom, left, right as shares; left > right is mirrored.
Window = tuple[float, float, float, float]

WHOLE: Window = (0.0, 1.0, 0.0, 1.0)
# A side cut by 5 % makes the other picture reach 5.5 % beyond; both may be cut, on different sides.
_CUT = 0.055
_MOST_CUT = 0.075
_STEPS = (0.03, 0.015, 0.008)
# Of the shorter clip an eighth of the samples is laid over the other's, but at least and at most this many.
_KEYS = (8, 32)
_MOST_COMPARED = 480
_MOST_PLACES = 4
# Mean relief (0 to about 1) below which a picture is flat and says nothing.
_FLAT = 0.05


@dataclass(frozen=True)
class Seen:
    """A fingerprint without its bars: ``luma`` and ``relief``, float32 (samples, 16, 28)."""

    of: Fingerprint
    luma: Array
    relief: Array


@dataclass(frozen=True)
class Place:
    """Sample ``here`` of one clip lies in ``window`` of sample ``there`` of the other, correlated by ``worth``."""

    window: Window
    here: int
    there: int
    worth: float


def seen(of: Fingerprint) -> Seen:
    """Prepare a fingerprint for comparison."""
    luma = without_bars(of)
    return Seen(of, luma, _relief(luma))


def without_bars(of: Fingerprint) -> Array:
    """Return the luma of every sample, its black bars cut away, float32 (samples, 16, 28)."""
    luma = of.grids.astype(np.float32)
    return luma if of.content == WHOLE else moved(luma, of.content)[0]


def _relief(luma: Array) -> Array:
    above = luma - blurred(luma)
    return above / (np.sqrt(blurred(above * above)) + 3.0)


def blurred(pictures: Array) -> Array:
    return np.array([cv2.GaussianBlur(picture, (0, 0), 1.5) for picture in pictures], np.float32).reshape(
        -1, ROWS, COLUMNS
    )


def places(one: Seen, other: Seen) -> list[Place]:
    """Return up to four places where a picture of one lies best in the other, the best first."""
    count = len(one.luma)
    textured = np.abs(one.relief).mean(axis=(1, 2)) > _FLAT
    keys = np.unique(np.linspace(0, count - 1, min(count, max(_KEYS[0], min(count // 8, _KEYS[1])))).astype(int))
    keys = keys[textured[keys]]
    stride = 1 + len(other.relief) // _MOST_COMPARED
    if not len(keys) or not len(other.relief):
        return []
    worth = _laid_over(one.relief[keys], other.relief[::stride])
    found: list[Place] = []
    for k in np.argsort(-worth.max(axis=(0, 2))):
        window, there = np.unravel_index(int(worth[:, k].argmax()), worth[:, k].shape)
        place = Place(_windows()[window], int(keys[k]), int(there) * stride, 0.0)
        if not any(_alike(place, before) for before in found):
            found.append(place)
    return [settled(one, other, place) for place in found[:_MOST_PLACES]]


def _alike(one: Place, other: Place) -> bool:
    near = max(abs(p - q) for p, q in zip(one.window, other.window, strict=True)) < _CUT + 0.01
    return near and abs((one.there - one.here) - (other.there - other.here)) <= 1


def _laid_over(keys: Array, pictures: Array) -> Array:
    """Return correlations float32 (windows, keys, pictures)."""
    down, across, inside = _laying()
    laid = np.einsum("yrs,ksc,xdc->yxkrd", down, keys, across, optimize=True)
    laid = laid.reshape(len(inside), len(keys), -1)
    flat = pictures.reshape(len(pictures), -1)
    norms = np.sqrt(inside @ (flat**2).T)[:, None] * np.sqrt((laid**2).sum(axis=-1))[..., None]
    return (laid @ flat.T) / (norms + 1e-3)


@cache
def _windows() -> list[Window]:
    sides = [(low, 1 + high) for low in (-_CUT, 0.0, _CUT) for high in (-_CUT, 0.0, _CUT)]
    mirrored = [(right, left) for left, right in sides]
    return [(*rows, *columns) for rows in sides for columns in sides + mirrored]


@cache
def _laying() -> tuple[Array, Array, Array]:
    """Return weights down (9, 16, 16) and across (18, 28, 28), and what lies inside (162, 448)."""
    windows = _windows()
    down = [_weights(ROWS, *window[:2]) for window in windows[:: len(windows) // 9]]
    across = [_weights(COLUMNS, *window[2:]) for window in windows[:18]]
    inside = np.einsum("yr,xc->yxrc", [w.any(axis=1) for w in down], [w.any(axis=1) for w in across])
    return np.array(down), np.array(across), inside.reshape(-1, ROWS * COLUMNS).astype(np.float32)


@cache
def _weights_cached(count: int, low: float, high: float) -> Array:
    at = (low + (high - low) * (np.arange(count) + 0.5) / count) * count - 0.5
    below = np.floor(at).astype(int)
    weights = np.zeros((count, count), np.float32)
    rows = np.arange(count)
    np.add.at(weights, (rows, np.clip(below, 0, count - 1)), 1 - (at - below))
    np.add.at(weights, (rows, np.clip(below + 1, 0, count - 1)), at - below)
    weights[(at <= -0.5) | (at >= count - 0.5)] = 0
    return weights


def _weights(count: int, low: float, high: float) -> Array:
    return _weights_cached(count, round(low, 4), round(high, 4))


def moved(pictures: Array, window: Window) -> tuple[Array, Array]:
    """Lay pictures over a window by linear interpolation; return them, 0 outside, and 1 where inside (16, 28)."""
    down, across = _weights(ROWS, *window[:2]), _weights(COLUMNS, *window[2:])
    inside = down.any(axis=1)[:, None] & across.any(axis=1)
    return down @ pictures @ across.T, inside.astype(np.float32)


def settled(one: Seen, other: Seen, place: Place, shift: float | None = None) -> Place:
    """Move the sides of the window by ever smaller steps to where the reliefs agree best."""
    here, there = np.array([place.here]), np.array([place.there])
    if shift is not None:
        here = np.arange(max(0, math.ceil(-shift)), min(len(one.luma), math.floor(len(other.luma) - 0.5 - shift)))
        here = here[:: 1 + len(here) // 8]
        there = np.rint(here + shift).astype(int).clip(0, len(other.luma) - 1)
    mine, theirs = one.relief[here], other.relief[there]
    best, worth = place.window, agreement(mine, theirs, place.window)
    for step in _STEPS:
        for _ in range(3):
            tried = [(agreement(mine, theirs, window), window) for window in _nearby(best, step)]
            top, window = max(tried, default=(0.0, best))
            if top <= worth + 1e-4:
                break
            worth, best = top, window
    return replace(place, window=best, worth=worth)


def _nearby(window: Window, step: float) -> list[Window]:
    tried = []
    for axis in (0, 2):
        for low, high in ((step, 0), (-step, 0), (0, step), (0, -step), (step, step), (-step, -step)):
            sides = list(window)
            sides[axis] += low
            sides[axis + 1] += high
            if _allowed(sides):
                tried.append((sides[0], sides[1], sides[2], sides[3]))
    return tried


def _allowed(sides: list[float]) -> bool:
    upright = sorted(sides[:2]) + sorted(sides[2:])
    return all(abs(side - whole) <= _MOST_CUT for side, whole in zip(upright, WHOLE, strict=True))


def agreement(mine: Array, theirs: Array, window: Window) -> float:
    laid, inside = moved(mine, window)
    theirs = theirs * inside
    return float((laid * theirs).sum() / (math.sqrt((laid**2).sum() * (theirs**2).sum()) + 1e-3))
