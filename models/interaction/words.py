"""What a person says about a picture: clicks, strokes, an outline or a box, and what they said before.

Places are (x, y) in the picture's pixels, from its top left corner: the middle of the first pixel is (0.5, 0.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from models.backends.prompt import BadInput

MOST_POINTS = 256  # clicks, those before among them
MOST_PLACES = 4096  # of all strokes and the outline

Place = tuple[float, float]


class Point(NamedTuple):
    """A click; `inside` says that this is the thing."""

    x: float
    y: float
    inside: bool


class Line(NamedTuple):
    """A stroke through `places`, or an outline round them."""

    places: Sequence[Place]
    inside: bool


@dataclass(frozen=True)
class Words:
    """What is said at once; nothing at all means "here is the mask I have, make it better".

    `outline` is a closed polygon, a lasso's or a box's corners: inside, the thing lies in it; outside, what lies in it
    is not of the thing. `earlier` are the clicks before, oldest first: none of their places is undone.
    """

    points: Sequence[Point] = ()
    strokes: Sequence[Line] = ()
    outline: Line | None = None
    earlier: Sequence[Point] = ()

    def check(self, height: int, width: int) -> None:
        """Raise BadInput unless this can be said of a picture of that size."""
        if len(self.points) + len(self.earlier) > MOST_POINTS:
            raise BadInput(f"{len(self.points) + len(self.earlier)} clicks: give at most {MOST_POINTS}")
        lines = [*self.strokes, *([self.outline] if self.outline else [])]
        if sum(len(line.places) for line in lines) > MOST_PLACES:
            raise BadInput(f"strokes and outline hold more than {MOST_PLACES} places: give fewer")
        if any(not len(stroke.places) for stroke in self.strokes):
            raise BadInput("a stroke has no places: leave it out")
        if self.outline is not None and len(self.outline.places) < 3:
            raise BadInput("the outline has fewer than three places: give a polygon")
        clicks = ((point.x, point.y) for point in chain(self.points, self.earlier))
        for x, y in chain(clicks, *(line.places for line in lines)):
            # A comparison with NaN is false, so NaN is refused too.
            if not (0 <= x <= width and 0 <= y <= height):
                raise BadInput(f"the place ({x}, {y}) is not in a picture of {width}x{height}")


def box(left: float, top: float, right: float, bottom: float, inside: bool = True) -> Line:
    """A box as an outline."""
    return Line(((left, top), (right, top), (right, bottom), (left, bottom)), inside)


def spaced(line: Line, apart: float) -> np.ndarray:
    """Places (n, 2) float64 along a stroke, at most `apart` pixels from one to the next, its ends among them."""
    places = np.array(line.places, np.float64).reshape(-1, 2)
    steps = np.hypot(*np.diff(places, axis=0).T) if len(places) > 1 else np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], max(2, int(np.ceil(along[-1] / apart)) + 1) if along[-1] else 1)
    return np.stack([np.interp(at, along, places[:, axis]) for axis in (0, 1)], axis=1)
