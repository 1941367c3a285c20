"""Mattes held steady: where the picture stays as it is, the matte does too.

A frame's alpha is drawn to that of the frames before and after, moved along by flow, as far as the picture there is the
same as here: not where it changed, and not where something was hidden. Nothing lags, for the frame after counts as much
as the one before; nothing is drawn on from frame to frame, so that an error does not travel.
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
            yield before.mean()
        before = here
    if before is not None:
        yield before.mean()


class _Drawn:
    """A frame's alpha, drawn to those beside it: the mean of all, each neighbour by the trust in its flow."""

    def __init__(self, image: np.ndarray, alpha: np.ndarray, band: np.ndarray) -> None:
        self.image, self.alpha, self._band = image, alpha, band
        self._total, self._weight = alpha.astype(np.float32), np.ones(alpha.shape, np.float32)

    def draw(self, other: np.ndarray, flow: Flow) -> None:
        """Towards the alpha of a frame beside this one."""
        self._total += flow.trust * flow.carried(other)
        self._weight += flow.trust

    def mean(self) -> np.ndarray:
        return np.where(self._band, self._total / self._weight, self.alpha)
