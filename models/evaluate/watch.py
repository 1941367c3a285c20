"""A row's flicker along a film, from the last three frames alone: no more is held."""

from collections import deque

import numpy as np

from models.metrics import excess_flicker

from .cases import Case
from .rows import Answer


class Watch:
    """What one row said of the last frames."""

    def __init__(self) -> None:
        self._last: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=3)

    def step(self, case: Case, answer: Answer | None) -> float:
        """Flicker, beyond the truth's own, of the three frames that end with this one; NaN where there are not three.

        Of alphas where true alpha is known, else of masks: flicker is a mean over what is soft or changes, and a soft
        edge would thin it out. Read it beside J: silence does not flicker.
        """
        if not case.follows or answer is None:
            self._last.clear()
        if answer is None:
            return float("nan")
        hard = (case.truth.astype(np.float32), answer.mask.astype(np.float32))
        self._last.append(hard if case.alpha is None else (case.alpha, answer.alpha))
        if len(self._last) < 3:
            return float("nan")
        true, found = (np.stack(side) for side in zip(*self._last, strict=True))
        return float(excess_flicker(true, found)[1])
