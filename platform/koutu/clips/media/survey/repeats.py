"""Pictures shown again, and the cadence in which they are.

How far a frame moved from the one before is the mean change of luma over the two hundredths of cells, 4 pixels
wide at 480, that changed most: a small hand that moves counts, noise and codec do not add up. A repeat is a frame
that moved little, and far less than those around it, so that slow film is not one long repeat.
"""

from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray

CELLS = 120
_MOST = 0.02
# Grey levels. What a codec leaves between two copies of a picture grows a little with the motion around them.
STILL = 0.5
MOVING = 2.6
_RESIDUE, _RESIDUE_GROWS = 2.2, 0.04
# A repeat among moving frames moves at most this share of what moves on either side of it.
_SHARE = 0.4
_SIDE = 2
_LONGEST = 30
_LEAST_PERIODS = 3
_LEAST_HELD = 6
_LEAST_SHARE = 0.6


class Repeats:
    """Measures how far every frame moved; keeps one number a frame."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None
        self._moved: list[float] = []

    def push(self, luma: NDArray[np.uint8]) -> None:
        """Take the next frame's luma, uint8 (height, width)."""
        rows = max(1, round(CELLS * luma.shape[0] / luma.shape[1]))
        cells = cv2.resize(luma, (CELLS, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
        self._moved.append(np.inf if self._before is None else _most_changed(self._before, cells))
        self._before = cells

    def finish(self) -> tuple[tuple[int, ...], str, float]:
        """Return the repeated frames, the cadence and the share of moving frames that keep it."""
        moved = np.array(self._moved)
        repeated = np.array([_is_repeat(moved, at) for at in range(len(moved))], bool)
        cadence, share = _cadence(_holds(moved, repeated))
        return tuple(int(at) for at in np.flatnonzero(repeated)), cadence, share


def _most_changed(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    change = np.abs(after - before).ravel()
    count = max(1, round(_MOST * change.size))
    return float(np.partition(change, -count)[-count:].mean())


def _is_repeat(moved: NDArray[np.float64], at: int) -> bool:
    around = min(_most(moved[max(0, at - _SIDE) : at]), _most(moved[at + 1 : at + 1 + _SIDE]))
    return bool(moved[at] <= STILL or moved[at] <= min(_SHARE * around, _RESIDUE + _RESIDUE_GROWS * min(around, 100.0)))


def _most(moved: NDArray[np.float64]) -> float:
    return float(moved.max()) if len(moved) else np.inf


def _holds(moved: NDArray[np.float64], repeated: NDArray[np.bool_]) -> list[list[int]]:
    """Return, for every moving stretch, how long each picture in it is shown, in frames."""
    stretches: list[list[int]] = [[]]
    for distance, again in zip(moved, repeated, strict=True):
        if again and stretches[-1]:
            stretches[-1][-1] += 1
            # A picture held this long is a still scene, not a cadence.
            if stretches[-1][-1] > 4:
                stretches[-1].pop()
                stretches.append([])
        elif distance > MOVING:
            stretches[-1].append(1)
        else:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _cadence(stretches: list[list[int]]) -> tuple[str, float]:
    moving = sum(map(sum, stretches))
    if not moving:
        return "", 0.0
    kept = [_of_length(stretches, 2, "twos"), _of_length(stretches, 3, "threes"), *_one_in(stretches)]
    frames, name = max(kept)
    share = frames / moving
    return (name, round(share, 3)) if share >= _LEAST_SHARE else ("", 0.0)


def _of_length(stretches: list[list[int]], length: int, name: str) -> tuple[int, str]:
    """Return in how many frames pictures are shown for ``length`` frames each."""
    count = sum(stretch.count(length) for stretch in stretches)
    return (count * length if count >= _LEAST_HELD else 0), name


def _one_in(stretches: list[list[int]]) -> list[tuple[int, str]]:
    """Return how many frames keep each "one in N": a picture shown twice, and N frames later another."""
    lengths = Counter(gap for stretch in stretches for gap in _gaps(stretch) if 4 <= gap <= _LONGEST)
    return [(_kept(lengths, n), f"one in {n}") for n in lengths]


def _kept(lengths: Counter[int], n: int) -> int:
    # A rate that is no whole number makes neighbouring lengths, as 24, 25, 25: the most frequent names it.
    near = [m for m in (n - 1, n, n + 1) if m in lengths]
    is_peak = lengths[n] == max(lengths[m] for m in near)
    return sum(m * lengths[m] for m in near) if is_peak and lengths[n] >= _LEAST_PERIODS else 0


def _gaps(stretch: list[int]) -> list[int]:
    """Return the frames from each picture shown twice to the next one, within a stretch."""
    ends = np.cumsum(stretch)
    doubled = [int(end) for end, length in zip(ends, stretch, strict=True) if length == 2]
    return [b - a for a, b in zip(doubled, doubled[1:], strict=False)]
