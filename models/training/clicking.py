"""What a network is told of the clicks into its own errors while it learns."""

from dataclasses import dataclass

import numpy as np

from models.clicks import RADIUS, discs
from models.robots.aiming import Click, next_click

NEAR = 4 * RADIUS  # pixels round a click that it is about, besides the error that it is in


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
