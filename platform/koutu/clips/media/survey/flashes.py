"""Flashes: up to four frames lighter over most of the picture, after which the same picture is back."""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Transition

LONGEST = 4
# Levels of luma, and the share of the picture that must be lighter by as much than both before and after.
_LIGHTER = 25
_SHARE = 0.6
_ALIKE = 0.7
_COARSE = (24, 14)
_CHANGE = 28.0


class Flashes:
    """Finds flashes; keeps the luma of six small pictures."""

    def __init__(self) -> None:
        self._lumas: deque[NDArray[np.uint8]] = deque(maxlen=LONGEST + 2)
        self._count = 0
        self._found: list[Transition] = []

    def push(self, small: NDArray[np.uint8]) -> None:
        """Take the next frame, RGB uint8 of a small size."""
        self._lumas.append(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8))
        self._count += 1
        length = next((n for n in range(1, len(self._lumas) - 1) if self._is_flash(n)), 0)
        if length:
            last = self._count - 2
            self._found.append(Transition("flash", last - length + 1, last, None))

    def finish(self) -> list[Transition]:
        """Return the flashes found, in order."""
        return self._found

    def _is_flash(self, length: int) -> bool:
        """Whether the ``length`` frames before the newest are one."""
        lumas = list(self._lumas)[-length - 2 :]
        before, after = lumas[0], lumas[-1]
        floor = cv2.add(cv2.max(before, after), _LIGHTER)
        return all(_share_above(luma, floor) > _SHARE for luma in lumas[1:-1]) and _is_back(before, after)


def _share_above(luma: NDArray[np.uint8], floor: NDArray[np.uint8]) -> float:
    # Where all is white already nothing gets lighter: those places say neither yes nor no.
    open_to = floor < 255
    return float(((luma > floor) & open_to).sum() / max(1, open_to.sum(), 0.3 * luma.size))


def _is_back(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    if float(cv2.absdiff(before, after).mean()) > _CHANGE or min(before.std(), after.std()) < 1:
        return False
    # Coarse, so that what moved during the flash still lies over itself.
    first, second = (cv2.resize(luma, _COARSE, interpolation=cv2.INTER_AREA).ravel() for luma in (before, after))
    return bool(np.corrcoef(first, second)[0, 1] > _ALIKE)
