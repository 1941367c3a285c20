"""What a robot knows and a person sees: the truth of a frame, and how a mask stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics import good, region_similarity


@dataclass(frozen=True, eq=False)
class State:
    """A mask (H, W) bool, its IoU with the truth in 0..1, and whether it is *good*."""

    mask: np.ndarray
    iou: float
    good: bool

    def reached(self, iou: float | None) -> bool:
        """Whether a person would stop here: at an IoU of at least `iou`, or where that is None, at *good*."""
        return self.good if iou is None else self.iou >= iou


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true on one frame: `mask` of the person or part, (H, W) bool.

    `void` (H, W) bool is where nobody is judged; `parts` are masks (H, W) bool of which each has to be there, as
    `models.metrics.good` asks. Raises ValueError where they are no masks of one size.
    """

    mask: np.ndarray
    void: np.ndarray | None = None
    parts: Sequence[np.ndarray] = ()

    def __post_init__(self) -> None:
        check_mask(self.mask, "the truth")
        for number, part in enumerate(self.parts):
            check_mask(part, f"part {number}", self.mask.shape)
        if self.void is not None:
            check_mask(self.void, "void", self.mask.shape)

    @property
    def judged(self) -> np.ndarray:
        """(H, W) bool: where errors count."""
        return np.ones(self.mask.shape, bool) if self.void is None else ~self.void

    def missed(self, mask: np.ndarray) -> np.ndarray:
        """(H, W) bool: what of the truth `mask` (H, W) bool lacks."""
        return self.mask & ~mask & self.judged

    def added(self, mask: np.ndarray) -> np.ndarray:
        """(H, W) bool: what `mask` (H, W) bool has beside the truth."""
        return mask & ~self.mask & self.judged

    def state(self, mask: np.ndarray) -> State:
        """How `mask` (H, W) bool stands. Raises ValueError where it is none of this size."""
        check_mask(mask, "the mask", self.mask.shape)
        void = None if self.void is None else self.void[None]
        iou = region_similarity(self.mask[None], mask[None], void)[0]
        enough = good(self.mask[None], mask[None], [part[None] for part in self.parts], void=void)[0]
        return State(mask, float(iou), bool(enough))


def check_mask(mask: np.ndarray, name: str, shape: tuple[int, ...] | None = None) -> None:
    """Raise ValueError unless it is (H, W) bool with a pixel in it, of `shape` where that is given."""
    if not isinstance(mask, np.ndarray) or mask.dtype != bool or mask.ndim != 2 or mask.size == 0:
        said = f"{mask.shape} {mask.dtype}" if isinstance(mask, np.ndarray) else type(mask).__name__
        raise ValueError(f"{name} is {said}: give one (height, width) array of bool")
    if shape is not None and mask.shape != shape:
        raise ValueError(f"{name} is {mask.shape} and the truth {shape}: give both the same size")
