"""How much of a lead somebody in a shot is, against the crowd: leads are labelled first.

    score = 0.35 size + 0.2 centre + 0.15 sharpness + 0.2 duration + 0.1 motion

All parts lie in 0..1. *Size* is the root of the mean area, and *sharpness* the mean slope of lightness inside, each in
shares of whoever has most of it in the shot; *centre* is 1 in the middle of the frame and 0 in its corners; *duration*
is the share of the shot's frames; *motion* is the way of the middle of the mask, full from a fortieth of their own
height a frame on. Who is alone in a shot is its lead, however far away: size and sharpness are full then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

LEAD = 0.5  # from this score on
_WEIGHTS = {"size": 0.35, "centre": 0.2, "sharpness": 0.15, "duration": 0.2, "motion": 0.1}
_BRISK = 0.025  # of one's height a frame


@dataclass(frozen=True)
class Lead:
    """The parts of a score, each 0..1, by name."""

    parts: Mapping[str, float]

    @property
    def score(self) -> float:
        return sum(share * self.parts[name] for name, share in _WEIGHTS.items())


@dataclass
class Sights:
    """Sums over the frames on which somebody is seen."""

    frames: int = 0
    area: float = 0.0
    centre: float = 0.0
    slope: float = 0.0
    way: float = 0.0
    steps: int = 0
    before: tuple[int, np.ndarray] | None = field(default=None, repr=False)

    def add(self, index: int, mask: np.ndarray, slopes: np.ndarray) -> None:
        """Somebody is seen on frame `index`: `mask` (rows, columns) bool, not empty; `slopes` as `slopes_of` gives."""
        rows, columns = np.nonzero(mask)
        middle = np.array([columns.mean(), rows.mean()])
        half = np.array(mask.shape[::-1]) / 2
        self.frames += 1
        self.area += rows.size / mask.size
        self.centre += 1 - float(np.hypot(*((middle + 0.5 - half) / half)) / np.sqrt(2))
        self.slope += float(slopes[rows, columns].mean())
        if self.before is not None and self.before[0] == index - 1:
            self.way += float(np.hypot(*(middle - self.before[1]))) / (rows.max() - rows.min() + 1)
            self.steps += 1
        self.before = index, middle


def joined(parts: Sequence[Sights]) -> Sights:
    """One person's sights, followed by several tracks."""
    whole = Sights()
    for part in parts:
        for name in ("frames", "area", "centre", "slope", "way", "steps"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def slopes_of(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """How steeply lightness changes, (rows, columns) float32, of a picture (height, width, 3) uint8 RGB at `size`.

    Slopes are taken at the picture's own size: what is out of focus is sharp when made small.
    """
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    steep = np.abs(cv2.Laplacian(grey, cv2.CV_16S)).astype(np.float32)
    return np.asarray(cv2.resize(steep, size[::-1], interpolation=cv2.INTER_AREA))


def leads(people: Mapping[int, Sights], frames: int) -> dict[int, Lead]:
    """Everybody's score in a shot of so many frames; all have been seen on some."""
    largest = max((one.area / max(1, one.frames) for one in people.values()), default=1.0) or 1.0
    sharpest = max((one.slope / max(1, one.frames) for one in people.values()), default=1.0)
    return {
        number: Lead({
            "size": float(np.sqrt(one.area / max(1, one.frames) / largest)),
            "centre": one.centre / max(1, one.frames),
            "sharpness": one.slope / max(1, one.frames) / max(sharpest, 1e-6),
            "duration": one.frames / max(1, frames),
            "motion": min(1.0, one.way / max(1, one.steps) / _BRISK),
        })
        for number, one in people.items()
    }  # fmt: skip
