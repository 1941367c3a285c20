"""Clicks as a person makes them who looks at a mask: into the middle of its largest error."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from models.clicks import RADIUS, discs

NEAR = 4 * RADIUS  # pixels round a click that it is about, besides the error that it is in


class Click(NamedTuple):
    """`x`, `y` in pixels from the corner; whether it says that this is the person; the error it is in, (H, W) bool."""

    x: float
    y: float
    inside: bool
    error: np.ndarray


def next_click(belief: np.ndarray, truth: np.ndarray, judged: np.ndarray) -> Click | None:
    """Into the deepest pixel of the largest connected error of `belief`; None where nothing is wrong.

    All (H, W) bool, `judged` where errors count. As RITM (Sofiiuk et al., ICIP 2022) simulates them.
    """
    missed, added = truth & ~belief & judged, belief & ~truth & judged
    error, size = max((_largest(missed), _largest(added)), key=lambda found: found[1])
    if not size:
        return None
    depth = cv2.distanceTransform(np.pad(error, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click(float(column) + 0.5, float(row) + 0.5, bool(missed[row, column]), error)


def _largest(wrong: np.ndarray) -> tuple[np.ndarray, int]:
    """The largest connected piece of `wrong` (H, W) bool, and its pixels."""
    _, label, sizes, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
    areas = sizes[1:, cv2.CC_STAT_AREA]
    if not len(areas):
        return wrong, 0
    return label == 1 + int(areas.argmax()), int(areas.max())


@dataclass
class Clicked:
    """The clicks on one picture so far, and what the last of them is about."""

    height: int
    width: int

    def __post_init__(self) -> None:
        self.clicks: list[Click] = []

    def look(self, belief: np.ndarray, truth: np.ndarray, judged: np.ndarray) -> None:
        """One more click, where there is an error left; see `next_click`."""
        click = next_click(belief, truth, judged)
        if click is not None:
            self.clicks.append(click)

    def planes(self) -> np.ndarray:
        """(2, H, W) float32: the discs of clicks inside and outside the person."""
        places = [[(click.x, click.y) for click in self.clicks if click.inside == inside] for inside in (True, False)]
        return np.stack([discs(some, self.height, self.width) for some in places])

    def near(self) -> np.ndarray:
        """(H, W) bool: what the last click is about, its error and NEAR pixels round it; nothing without a click."""
        if not self.clicks:
            return np.zeros((self.height, self.width), bool)
        last = self.clicks[-1]
        rows, columns = np.ogrid[0.5 : self.height, 0.5 : self.width]
        return last.error | ((columns - last.x) ** 2 + (rows - last.y) ** 2 <= NEAR**2)
