"""How a shot stands after some work on it, and which frame to turn to next."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Standing:
    """All the work on a shot so far, and how its frames stand: `iou` (T,) float64 in 0..1, `good` (T,) bool.

    `done` (T,) bool: an annotator would leave it so. `touched` frames in the order they were turned to, `given_up`
    those that it did not mend; `actions` there are clicks, strokes, or rounds of scribbles. `seconds` by the cost
    model.
    """

    touched: tuple[int, ...]
    given_up: tuple[int, ...]
    actions: int
    seconds: float
    iou: np.ndarray
    good: np.ndarray
    done: np.ndarray

    @property
    def share_good(self) -> float:
        """Of all frames, 0..1."""
        return float(self.good.mean())

    @property
    def share_given_up(self) -> float:
        """Of the touched frames, 0..1; 0 where none was touched."""
        return len(self.given_up) / max(1, len(self.touched))


# Which frame next, from how the shot stands and its masks (H, W) bool; None where there is no use in another.
Choose = Callable[[Standing, Sequence[np.ndarray]], int | None]


def lowest_iou(standing: Standing, masks: Sequence[np.ndarray]) -> int | None:
    """The frame of lowest true IoU, as SAM 2's offline rounds choose: an oracle. Not one that was touched already."""
    left = ~standing.done
    left[list(standing.touched)] = False
    return int(np.where(left, standing.iou, np.inf).argmin()) if left.any() else None


@dataclass(frozen=True)
class PredictedGain:
    """The frame whose correction is predicted to gain most, see `gains`; it needs no truth.

    `predict` gives the error of each frame, (T,) above or equal 0, from the masks (H, W) bool; `cuts` are the first
    frames of new shots.
    """

    predict: Callable[[Sequence[np.ndarray]], np.ndarray]
    cuts: Collection[int] = ()

    def __call__(self, standing: Standing, masks: Sequence[np.ndarray]) -> int | None:
        """None where nothing can be gained."""
        gain = gains(self.predict(masks), standing.touched, self.cuts)
        if gain.shape != standing.iou.shape:
            raise ValueError(f"{len(gain)} predicted errors for {len(standing.iou)} frames: give every frame one")
        return int(gain.argmax()) if gain.max() > 0 else None


def gains(error: np.ndarray, anchors: Collection[int], cuts: Collection[int] = ()) -> np.ndarray:
    """What a correction of each frame would gain, (T,) float64: its predicted `error` times the frames it reaches.

    It reaches both ways, to the next anchor or cut, and counts itself; an anchor gains nothing. The worst frame is
    not the most valuable one (Yin et al., IVOS-W, CVPR 2021). Raises ValueError where errors are not (T,) numbers
    from 0 on, or an index is no frame's.
    """
    error = np.asarray(error, float)
    if error.ndim != 1 or not error.size or not (error >= 0).all() or np.isinf(error).any():
        raise ValueError(f"the predicted errors are {error.shape}: give one number from 0 on for each frame")
    strange = sorted(index for index in {*anchors, *cuts} if not 0 <= index < len(error))
    if strange:
        raise ValueError(f"{strange} are no frames of 0..{len(error) - 1}: give anchors and cuts by frame")
    begins = np.zeros(len(error) + 1, int)
    for anchor in anchors:
        begins[anchor : anchor + 2] = 1
    begins[list(cuts)] = 1
    span = begins[:-1].cumsum()
    gain = error * np.bincount(span)[span]
    gain[list(anchors)] = 0
    return gain
