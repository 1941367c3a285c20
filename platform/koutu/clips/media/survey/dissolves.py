"""Dissolves: stretches in which every frame is a mix of the frames at both ends.

Each frame is kept as a vector, RGB at 48 × 27, with its products with the frames kept before. From those products
alone follows, for any window from frame A to frame B, the share of B in each frame within and what the mix leaves
unexplained. Windows that pass are looked at more closely:

* the contrast of fine detail dips: two pictures through each other have half the gradient energy of either, while
  motion, however fast, keeps it. On film motion it stayed above 0.8 of it, in dissolves it fell below 0.76;
* all blocks of the picture agree on the share, while people crossing change a part of it at a time;
* the ends are unlike: changing light and a shift of focus are mixes too, of one and the same view.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Transition

WIDTH, HEIGHT = 48, 27
KEPT = 64
# Frames from end to end of the windows tried; those up to about 20 % off are near enough.
WINDOWS = (9, 11, 13, 16, 20, 24, 29, 35, 42, 51, 62)
_BLOCK = 6

_LEAST_CHANGE = 12.0
_UNEXPLAINED = 0.2
_STEP_BACK = -0.1
_STEP = 0.3
_DETAIL = 0.78
_AGREEING = 0.5
_CHANGED = 0.6
_ALIKE = 0.7
# Where the mix leaves nothing unexplained, the ends may be more alike.
_PERFECT, _ALIKE_IF_PERFECT = 0.05, 0.85
_PALER = 0.96
_FLAT = 4.0
_UNEVEN = 0.15
_LOPSIDED = 0.1
_FAINT = 0.25


@dataclass(frozen=True)
class _Candidate:
    first: float
    last: float
    weight: float


class Dissolves:
    """Finds dissolves of 6 to 60 frames; keeps `KEPT` small pictures."""

    def __init__(self) -> None:
        self._rows = np.zeros((KEPT, WIDTH * HEIGHT * 3), np.float32)
        self._products = np.zeros((KEPT, KEPT), np.float64)
        self._detail = np.zeros(KEPT, np.float64)
        self._contrast = np.zeros(KEPT, np.float64)
        self._count = 0
        self._best: list[_Candidate] = []

    def push(self, small: NDArray[np.uint8]) -> None:
        """Take the next frame, RGB uint8 reduced to any small size of at least 48 × 27."""
        row = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        place = self._count % KEPT
        self._rows[place] = row
        self._products[place] = self._products[:, place] = self._rows @ row
        self._detail[place] = _gradient_energy(small)
        self._contrast[place] = row.std()
        self._count += 1
        for length in WINDOWS:
            if length < self._count:
                self._try(length)

    def finish(self) -> list[Transition]:
        """Return the dissolves found, in order."""
        found = [(round(best.first), round(best.last)) for best in self._best]
        return [Transition("dissolve", first, last, (first + last + 1) // 2) for first, last in found]

    def _try(self, length: int) -> None:
        end = self._count - 1
        places = np.arange(end - length, end + 1) % KEPT
        if self._is_fading(places):
            return
        shares, unexplained, change = self._mix(places)
        if not _is_mix(shares, unexplained, change) or not self._is_double(places, shares, unexplained):
            return
        first, last = _extent(shares)
        if not _is_even(shares, first - 1, last + 1):
            return
        start = end - length
        self._add(_Candidate(start + first, start + last, change * (1 - 2 * unexplained)))

    def _is_fading(self, places: NDArray[np.int64]) -> bool:
        """Whether the contrast sinks as no mix of two pictures lets it, or one end is all but flat."""
        ends = self._contrast[places[[0, -1]]]
        return bool(self._contrast[places].min() < _FAINT * ends.min() or ends.min() < _FAINT * ends.max())

    def _mix(self, places: NDArray[np.int64]) -> tuple[NDArray[np.float64], float, float]:
        """Return the share of the last frame in each, the mean share of the change left over, and the change."""
        a, b, t = places[0], places[-1], places
        p = self._products
        # |B - A|², <F - A, B - A> and |F - A|² for every frame F.
        change = p[b, b] + p[a, a] - 2 * p[a, b]
        if change < _LEAST_CHANGE**2 * self._rows.shape[1]:
            return np.zeros(len(t)), 1.0, 0.0
        along = p[t, b] - p[t, a] - p[a, b] + p[a, a]
        away = p[t, t] + p[a, a] - 2 * p[t, a]
        left = away - along**2 / change
        return along / change, float(left[1:-1].mean() / change), float(change)

    def _is_double(self, places: NDArray[np.int64], shares: NDArray[np.float64], unexplained: float) -> bool:
        middle = int(np.argmin(np.abs(shares - 0.5)))
        share, a, m, b = float(shares[middle]), places[0], places[middle], places[-1]
        if self._detail[m] > _DETAIL * ((1 - share) * self._detail[a] + share * self._detail[b]):
            return False
        before, mixed, after = (self._rows[at].reshape(HEIGHT, WIDTH, 3) for at in (a, m, b))
        alike = _ALIKE_IF_PERFECT if unexplained < _PERFECT else _ALIKE
        return _are_three(before, mixed, after, alike) and _blocks_agree(before, mixed, after, share)

    def _add(self, new: _Candidate) -> None:
        """Keep the weightiest of those that overlap."""
        rivals = [old for old in self._best if old.first <= new.last and new.first <= old.last]
        if all(new.weight > old.weight for old in rivals):
            self._best = [old for old in self._best if old not in rivals] + [new]


def _gradient_energy(small: NDArray[np.uint8]) -> float:
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(np.square(np.diff(luma, axis=0)).mean() + np.square(np.diff(luma, axis=1)).mean())


def _is_mix(shares: NDArray[np.float64], unexplained: float, change: float) -> bool:
    steps = np.diff(shares)
    return bool(change > 0 and unexplained < _UNEXPLAINED and steps.min() > _STEP_BACK and steps.max() < _STEP)


def _are_three(
    before: NDArray[np.float32], mixed: NDArray[np.float32], after: NDArray[np.float32], alike: float
) -> bool:
    """Whether the ends, RGB (27, 48, 3), show unlike things, and the middle is neither of them paler."""
    first, middle, second = (picture.mean(axis=2).ravel() for picture in (before, mixed, after))
    if min(first.std(), middle.std(), second.std()) < _FLAT:
        return False
    like = np.corrcoef([first, middle, second])
    return bool(like[0, 2] < alike and max(like[0, 1], like[1, 2]) < _PALER)


def _blocks_agree(
    before: NDArray[np.float32], mixed: NDArray[np.float32], after: NDArray[np.float32], share: float
) -> bool:
    """Whether most of the picture changes, and most of it by the same share."""
    way = after - before
    change = np.maximum(_by_block(way * way), 1.0)
    along = _by_block((mixed - before) * way) / change
    left = _by_block((mixed - before) ** 2) - along**2 * change
    changed = change > _BLOCK * _BLOCK * 3 * 8.0**2
    agreeing = changed & (np.abs(along - share) < 0.2) & (left < 0.3 * change)
    return bool(changed.mean() >= _CHANGED and agreeing.mean() >= _AGREEING)


def _by_block(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum (27, 48, 3) over blocks of 6 × 6; the outer rows fall away."""
    inner = values[1:25].sum(axis=2).reshape(4, _BLOCK, WIDTH // _BLOCK, _BLOCK)
    return np.asarray(inner.sum(axis=(1, 3)).ravel(), np.float32)


def _extent(shares: NDArray[np.float64]) -> tuple[float, float]:
    """Return the first and last mixed frame, from where the share passes a fifth and four fifths.

    The ends themselves are drowned by motion.
    """
    rising = np.maximum.accumulate(shares)
    low, high = (float(np.interp(level, rising, np.arange(len(rising)))) for level in (0.2, 0.8))
    beyond = (high - low) / 3
    return max(low - beyond + 1, 1.0), min(high + beyond - 1, len(shares) - 2.0)


def _is_even(shares: NDArray[np.float64], start: float, end: float) -> bool:
    """Whether the share grows evenly from ``start`` to ``end``. The glow of an explosion dies away ever slower."""
    times = np.arange(len(shares))
    off = np.abs(shares - np.clip((times - start) / (end - start), 0, 1))
    half = float(np.interp(0.5, np.maximum.accumulate(shares), times))
    return bool(off.max() < _UNEVEN and abs(half - (start + end) / 2) < _LOPSIDED * (end - start))
