"""Mattes held steady: where the picture stays as it is, the matte does too.

A frame's alpha is drawn to that of the frames before and after, moved along by flow, as far as the picture there is the
same as here: not where it changed, and not where something was hidden. Nothing lags, for the frame after counts as much
as the one before; nothing is drawn on from frame to frame, so that an error does not travel.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from .flow import Flows

Frame = tuple[np.ndarray, np.ndarray]  # a picture (H, W, 3) uint8 RGB and an alpha (H, W) float32 in 0..1


def steadied(shot: Iterable[Frame]) -> Iterator[np.ndarray]:
    """Alphas (H, W) float32 in 0..1 of the frames of a shot, in order, each after the one that follows it was read.

    No more than three frames are held. Frames must be of one size; over a cut nothing is alike, so nothing is drawn.
    """
    flows = Flows()
    before: Frame | None = None
    here: Frame | None = None
    for after in shot:
        if here is not None:
            yield drawn(here, (before, after), flows)
        before, here = here, after
    if here is not None:
        yield drawn(here, (before, None), flows)


def drawn(here: Frame, beside: Iterable[Frame | None], flows: Flows) -> np.ndarray:
    """The alpha of `here`, drawn to those beside it: mean of all, each neighbour by the trust in its flow."""
    image, alpha = here
    total, weight = alpha.astype(np.float32), np.ones(alpha.shape, np.float32)
    for other in beside:
        if other is not None:
            flow = flows.between(other[0], image)
            total = total + flow.trust * flow.carried(other[1])
            weight += flow.trust
    return np.asarray(total / weight)
