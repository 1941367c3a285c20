"""Which pixels a person spoke of, and which of them bind."""

import cv2
import numpy as np

from .words import Line, Point, Words, spaced

RADIUS = 2.0  # pixels round a click or a stroke that are as it says: what a hand hits, not what it means
_APART = 8.0  # pixels between the places that stand for a stroke

INSIDE, OUTSIDE, SILENT = np.int8(1), np.int8(0), np.int8(-1)


def seeds(words: Words, inside: bool) -> np.ndarray:
    """Places (n, 2) float64 of what is said newly with that sign: clicks, and strokes every few pixels."""
    clicks = [[point.x, point.y] for point in words.points if point.inside == inside]
    strokes = [spaced(stroke, _APART) for stroke in words.strokes if stroke.inside == inside]
    return np.concatenate([np.array(clicks, np.float64).reshape(-1, 2), *strokes])


def marked(words: Words, mask: np.ndarray) -> np.ndarray:
    """(H, W) int8: INSIDE and OUTSIDE where the words bind, SILENT elsewhere; `mask` (H, W) bool is what was so far.

    The newest word counts. An earlier click binds only where the mask agrees with it: where it does not, a brush has
    spoken since.
    """
    marks = np.full(mask.shape, SILENT)
    for point in words.earlier:
        _draw(marks, mask, point)
    for stroke in words.strokes:
        _stroke(marks, stroke)
    for point in words.points:
        marks[_disc(mask.shape, point)] = INSIDE if point.inside else OUTSIDE
    return marks


def _draw(marks: np.ndarray, mask: np.ndarray, point: Point) -> None:
    disc = _disc(mask.shape, point)
    disc[disc] = mask[disc] == point.inside
    marks[disc] = INSIDE if point.inside else OUTSIDE


def _disc(shape: tuple[int, ...], point: Point) -> np.ndarray:
    """(H, W) bool: the click's own pixel and those within RADIUS."""
    disc = np.zeros(shape, bool)
    rows, columns = (_span(place, length) for place, length in zip((point.y, point.x), shape, strict=True))
    y, x = np.ogrid[rows, columns]
    disc[rows, columns] = (x + 0.5 - point.x) ** 2 + (y + 0.5 - point.y) ** 2 <= RADIUS**2
    disc[_pixel(point.y, shape[0]), _pixel(point.x, shape[1])] = True
    return disc


def _span(place: float, length: int) -> slice:
    return slice(max(0, int(place - RADIUS) - 1), min(length, int(place + RADIUS) + 2))


def _pixel(place: float, length: int) -> int:
    """The pixel that a place lies in; the far border belongs to the last."""
    return min(int(place), length - 1)


def _stroke(marks: np.ndarray, stroke: Line) -> None:
    drawn = np.zeros(marks.shape, np.uint8)
    pixels = [(_pixel(x, marks.shape[1]), _pixel(y, marks.shape[0])) for x, y in spaced(stroke, 1.0)]
    cv2.polylines(drawn, [np.array(pixels, np.int32)], isClosed=False, color=1, thickness=round(2 * RADIUS))
    drawn[tuple(np.array(pixels).T[::-1])] = 1
    marks[drawn > 0] = INSIDE if stroke.inside else OUTSIDE


def filled(outline: Line, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W) bool: within the polygon."""
    # Pixels are named by their middles: a place at 0.5 is pixel 0.
    corners = np.floor(np.array(outline.places, np.float64)).astype(np.int32)
    drawn = np.zeros(shape, np.uint8)
    cv2.fillPoly(drawn, [corners], 1)
    return drawn > 0


def near(shape: tuple[int, ...], places: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """(H, W) bool: within `reach` (n,) pixels of `places` (n, 2)."""
    drawn = np.zeros(shape, np.uint8)
    for (x, y), radius in zip(places, reach, strict=True):
        cv2.circle(drawn, (int(x), int(y)), max(1, round(radius)), 1, -1)
    return drawn > 0
