"""One person's track through a shot: where they were, how they move, what they look like, where they are missed.

Everything here works on masks of `WIDTH` pixels a row, where a person is a few thousand pixels at most.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .absences import Kind, Missing
from .appearance import Colours, alike, appearance_of

if TYPE_CHECKING:
    from .flow import Flow

WIDTH = 256
_MEMORY = 20  # frames that a look is the mean of
_LASTS = 3  # frames for which a lost person is thought to go on as before


@dataclass
class Track:
    """One person so far. `mask` is the last one seen (rows, WIDTH) bool, at frame `last`; `speed` its motion in pixels
    a frame (x, y); `seen` how many frames it has, `sure` on how many it was surely somebody. `known` is the last frame
    on which it was told where they are: seen, or behind somebody. `touching`: somebody else was next to them or behind
    them. `whole` is the mask when they were last alone, and `away` how far they have moved since. `look` and `area` are
    what they look like and how many pixels they have when alone. `parted` counts the frames for which they have been
    seen in two large pieces."""

    number: int
    mask: np.ndarray
    first: int
    last: int
    known: int
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    seen: int = 0
    sure: int = 0
    touching: bool = False
    look: np.ndarray | None = None
    area: float = 0.0
    weight: float = 0.0
    missing: list[Missing] = field(default_factory=list)
    parted: int = 0
    whole: np.ndarray = field(init=False)
    away: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        self.whole = self.mask

    def expected(self, index: int, flow: "Flow | None" = None) -> np.ndarray:
        """Where all of them should be on frame `index`, be it seen or hidden, (rows, WIDTH) bool: as when last alone,
        moved on by their speed. Of who was seen once no speed is known: they go with the `flow` from that frame."""
        if self.seen == 1 and flow is not None and index == self.last + 1:
            return flow.carried(self.mask.astype(np.float32)) >= 0.5
        x, y = np.rint(self.away + self.speed * min(index - self.last, _LASTS)).astype(int)
        return shifted(self.whole, x, y)

    def shown(self, index: int, flow: "Flow | None" = None) -> np.ndarray:
        """What shows of them on frame `index` if they only moved, (rows, WIDTH) bool: the last mask, moved by the
        `flow` from the frame before, or else by their speed."""
        if flow is not None and index == self.last + 1:
            return flow.carried(self.mask.astype(np.float32)) >= 0.5
        x, y = np.rint(self.speed * min(index - self.last, _LASTS)).astype(int)
        return shifted(self.mask, x, y)

    def follow(
        self, index: int, mask: np.ndarray, touching: bool, colours: Colours | None, flow: "Flow | None" = None
    ) -> None:
        """Take `mask` as this person's at frame `index`."""
        moved = self._moved(index, mask, touching, flow)
        if touching:
            self.away = self.away + moved * min(index - self.last, _LASTS)
        else:
            self.whole, self.away = mask, np.zeros(2)
        # Half of the old speed: a mask that flickers at one side does not throw the guess away.
        self.speed = (self.speed + moved) / 2 if self.seen else np.zeros(2)
        self.mask, self.last, self.known, self.touching = mask, index, index, touching
        self.seen += 1
        if not touching and mask.any():
            self._learn(mask, colours)

    def _moved(self, index: int, mask: np.ndarray, touching: bool, flow: "Flow | None") -> np.ndarray:
        """By how much, x and y a frame. What shows of somebody half hidden moves otherwise than they do: its pixels
        tell, as far as their flow can be trusted, else their speed before."""
        gap = max(1, index - self.last)
        if not touching or flow is None:
            return (centre_of(mask) - centre_of(self.mask)) / gap
        return flow_of(flow, mask, self.speed) if gap == 1 and mask.any() else self.speed

    def hidden(self) -> set[int]:
        """Frames on which they were behind somebody."""
        spans = [range(span.first, span.last + 1) for span in self.missing if span.kind == Kind.OCCLUDED]
        return {index for span in spans for index in span}

    def forget(self) -> None:
        """Hold no masks any more: nobody asks where they are."""
        self.mask = self.whole = self.mask[:0]

    def begin_anew(self) -> None:
        """They were two: what was learned of both is of neither."""
        self.weight = self.area = 0.0
        self.parted = 0

    def likeness(self, look: np.ndarray | None) -> float | None:
        """How alike, 0..1, somebody of this look is to this person; None where either is unknown."""
        return None if self.look is None or look is None else alike(self.look, look)

    def _learn(self, mask: np.ndarray, colours: Colours | None) -> None:
        """Slowly, and by pixels: who comes into the frame is not known by her sleeve."""
        pixels = float(mask.sum())
        share = pixels / (self.weight + pixels)
        self.area += share * (pixels - self.area)
        if colours is not None:
            new = appearance_of(colours, mask)
            self.look = new if self.look is None else self.look + np.float32(share) * (new - self.look)
        self.weight = min(self.weight + pixels, _MEMORY * max(pixels, self.area))


def flow_of(flow: "Flow", mask: np.ndarray, before: np.ndarray) -> np.ndarray:
    """How the pixels of a mask moved since the frame before, x and y: their median, and `before` as far as it is in
    doubt."""
    rows, columns = np.nonzero(mask)
    places = flow.places[rows, columns]
    told = np.array([np.median(columns - places[:, 0]), np.median(rows - places[:, 1])])
    sure = float(flow.trust[rows, columns].mean())
    return sure * told + (1 - sure) * before


def centre_of(mask: np.ndarray) -> np.ndarray:
    """Mean (x, y) of a mask's pixels; zeros for an empty one."""
    if not mask.any():
        return np.zeros(2)
    y, x = np.nonzero(mask)
    return np.array([x.mean(), y.mean()])


def reduce(mask: np.ndarray) -> np.ndarray:
    """A mask (height, width) bool at tracking size (rows, WIDTH) bool."""
    import cv2

    return cv2.resize(mask.astype(np.float32), small_size(mask)[::-1], interpolation=cv2.INTER_AREA) >= 0.5


def small_size(picture: np.ndarray) -> tuple[int, int]:
    """(rows, WIDTH) of a picture (height, width, ...)."""
    height, width = picture.shape[:2]
    return max(1, round(height * WIDTH / width)), WIDTH


def shifted(mask: np.ndarray, x: int, y: int) -> np.ndarray:
    """The mask so many pixels further; what leaves the frame is gone."""
    out = np.zeros_like(mask)
    rows, columns = mask.shape
    if abs(x) >= columns or abs(y) >= rows:
        return out
    out[max(0, y) : rows + min(0, y), max(0, x) : columns + min(0, x)] = mask[
        max(0, -y) : rows - max(0, y), max(0, -x) : columns - max(0, x)
    ]
    return out
