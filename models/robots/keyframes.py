"""The polygon annotator of a shot: outlines on key frames, straight lines between, and halving until all is good.

As polygons are tracked in annotation tools that have no network (CVAT, LabelMe video; VATIC, Vondrick et al., IJCV
2013, for boxes).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .between import interpolated
from .costs import Costs
from .polygons import Polygon, traced
from .truths import State, Truth

HELD = 1.0  # pixels: a vertex that close to the outline already there needs no hand
_USUAL = Costs()


@dataclass(frozen=True, eq=False)
class TracedShot:
    """What was traced: `keys` by frame, and how the frames stand, `iou` (T,) float64 and `good` (T,) bool.

    `vertices` were set or moved, in `seconds` by the cost model. A frame that is not good is given up.
    """

    keys: Mapping[int, Polygon]
    vertices: int
    seconds: float
    iou: np.ndarray
    good: np.ndarray

    def mask(self, index: int, size: tuple[int, ...]) -> np.ndarray:
        """(H, W) bool of a frame of `size` (H, W)."""
        return interpolated(self.keys, index).mask(size)


def trace(shot: Sequence[Truth], costs: Costs = _USUAL) -> TracedShot:
    """Trace first and last frame, then the middle of every span with a frame that is not good, until there is none.

    A key frame starts from what is interpolated there and costs the vertices that are not where they should be; then
    the frames that it moves are looked through. Raises ValueError without a frame.
    """
    if not len(shot):
        raise ValueError("the shot has no frame: give one Truth a frame")
    keys: dict[int, Polygon] = {}
    states: dict[int, State] = {}
    vertices, seconds = 0, 0.0
    todo, span = sorted({0, len(shot) - 1}), range(len(shot))
    changed = [span]
    while todo:
        moved = [_draw(keys, index, shot[index]) for index in todo]
        vertices += sum(moved)
        seconds += sum(costs.tracing(count) for count in moved) + costs.inspection(sum(map(len, changed)))
        states |= {index: _stand(keys, index, shot[index]) for span in changed for index in span}
        changed = _not_good(sorted(keys), states)
        todo = [span[len(span) // 2] for span in changed]
    ordered = [states[index] for index in range(len(shot))]
    iou, good = (np.array([getattr(state, name) for state in ordered]) for name in ("iou", "good"))
    return TracedShot(keys, vertices, seconds, iou, good)


def _draw(keys: dict[int, Polygon], index: int, truth: Truth) -> int:
    """A new key frame; how many of its vertices a hand had to set or move."""
    held = interpolated(keys, index) if keys else Polygon()
    keys[index] = traced(truth)
    return sum(held.distance(vertex) > HELD for ring in keys[index].rings for vertex in ring)


def _stand(keys: dict[int, Polygon], index: int, truth: Truth) -> State:
    return truth.state(interpolated(keys, index).mask(truth.mask.shape))


def _not_good(keys: list[int], states: dict[int, State]) -> list[range]:
    """The frames between key frames, of every span that holds one that is not good."""
    spans = (range(first + 1, last) for first, last in zip(keys, keys[1:], strict=False))
    return [span for span in spans if not all(states[index].good for index in span)]
