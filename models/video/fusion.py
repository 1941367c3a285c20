"""Mattes held steady: where the picture stays as it is, the matte does too.

A frame's alpha is drawn to the middle one of its own and those of the frames before and after, moved along by flow,
as far as the picture in both is the same as here: not where it changed, and not where something was hidden. That takes
away what flickers on one frame alone, and blurs no edge as a mean does. Nothing lags, for the frame after counts as
much as the one before; nothing is drawn on from frame to frame, so that an error does not travel.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from .flow import Flow, Flows

Solved = tuple[np.ndarray, np.ndarray, np.ndarray]


def steadied(shot: Iterable[Solved]) -> Iterator[np.ndarray]:
    """Alphas (H, W) float32 in 0..1 of the frames of a shot, in order, each after the one that follows it was read.

    `shot` gives pictures (H, W, 3) uint8 RGB, each with its alpha (H, W) float32 in 0..1 and its band (H, W) bool,
    which alone is drawn: what is found beside a frame and not on it is not to come into it. No more than two are held.
    Frames must be of one size; over a cut nothing is alike, so nothing is drawn.
    """
    flows = Flows()
    before: _Drawn | None = None
    for image, alpha, band in shot:
        here = _Drawn(image, alpha, band)
        if before is not None:
            if before.alpha.any() or alpha.any():
                back, ahead = flows.both(before.image, image)
                here.draw(before.alpha, back)
                before.draw(alpha, ahead)
            yield before.steady()
        before = here
    if before is not None:
        yield before.steady()


class _Drawn:
    """A frame's alpha, drawn to the middle one of its own and those beside it, by the lesser trust in their flows."""

    def __init__(self, image: np.ndarray, alpha: np.ndarray, band: np.ndarray) -> None:
        self.image, self.alpha, self._band = image, alpha.astype(np.float32), band
        self._beside: list[tuple[np.ndarray, np.ndarray]] = []

    def draw(self, other: np.ndarray, flow: Flow) -> None:
        """Towards the alpha of a frame beside this one."""
        self._beside.append((flow.carried(other), flow.trust))

    def steady(self) -> np.ndarray:
        """At an end of the shot, and beside frames where nobody is, as it is."""
        if len(self._beside) < 2:
            return self.alpha
        (one, sure), (other, as_sure) = self._beside
        middle = np.clip(self.alpha, np.minimum(one, other), np.maximum(one, other))
        steady = self.alpha + np.minimum(sure, as_sure) * (middle - self.alpha)
        return np.where(self._band, steady, self.alpha)
