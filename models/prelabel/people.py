"""Who is in one frame: a look at the whole, a second one at each person found, and whether it is surely somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.backends import Segmenter

from .regions import Box, boxes_of, iou_of, join_specks, resize_to, scaled

LOOK = 480  # long side, in pixels, of what the networks are shown: they look at 256 themselves
CANDIDATE = 0.45  # mean probability from which a pixel may be of somebody
SMALLEST = 0.002  # of the frame's area, below which nobody is told from a speck
CLOSE = 2  # weight of a close look beside that at the whole
CONTEXT = 1.5  # the second look's side, in sides of the person's box

# The presence gate: mean probability of both looks over a region from which it is somebody. Networks are not sure of
# the same things, so each back end has its own: by which fewer than one in twenty of 68 real pictures of nobody (frames
# of a film, strips of street photographs; all of the training part) shows somebody. Koutu-S, which has learned from
# these very pictures, has that of mean4, whose word is half of its.
GATES = {"mediapipe-mean4": 0.58, "koutu-s": 0.58, "mediapipe-selfie": 0.75}
GATE = 0.75  # of others: not measured


@dataclass(frozen=True)
class Person:
    """Somebody in one frame: `mask` (height, width) bool. Who is not `sure` may be a thing: it takes other frames of
    the shot to tell."""

    mask: np.ndarray
    sure: bool


def find_people(image: np.ndarray, segmenter: Segmenter, expected: Sequence[Box] = ()) -> list[Person]:
    """People of `image` (height, width, 3) uint8 RGB, the largest first; nobody may be there.

    `expected` are boxes (left, top, right, bottom), in its pixels, where people were a moment ago: they are
    looked at again even where the look at the whole finds nobody.
    """
    small = resize_to(image, LOOK)
    first = segmenter.person_probability(small)
    scale = image.shape[0] / small.shape[0]
    boxes = [scaled(box, scale) for box, _ in boxes_of(first >= CANDIDATE, SMALLEST)]
    boxes += [box for box in expected if all(iou_of(box, other) < 0.5 for other in boxes)]
    if not boxes:
        return []
    probability = _second_look(image, segmenter, first, boxes)
    gate = GATES.get(segmenter.name, GATE)
    found = join_specks(probability >= 0.5, SMALLEST)
    return [Person(mask, bool(probability[mask].mean() >= gate)) for mask in found]


def _second_look(image: np.ndarray, segmenter: Segmenter, first: np.ndarray, boxes: list) -> np.ndarray:
    """Probability (height, width) float32: weighted mean of the look at the whole and those at boxes; 0 beyond."""
    import cv2

    height, width = image.shape[:2]
    total = cv2.resize(first, (width, height), interpolation=cv2.INTER_LINEAR)
    looks = np.ones((height, width), np.float32)
    for left, top, right, bottom in _squares(boxes, height, width):
        part = image[top:bottom, left:right]
        answer = segmenter.person_probability(resize_to(part, LOOK))
        here = slice(top, bottom), slice(left, right)
        close: np.ndarray = cv2.resize(answer, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        total[here] += CLOSE * close
        looks[here] += CLOSE
    total[looks == 1] = 0
    return total / looks


def _squares(boxes: list, height: int, width: int) -> list[Box]:
    """Squares round the boxes, clipped to the picture, on a grid of 16 pixels; equal ones once.

    On a small picture the grid may leave nothing of one: the look at the whole is close enough there.
    """
    squares = set()
    for left, top, right, bottom in boxes:
        half = CONTEXT * max(right - left, bottom - top) / 2
        x, y = (left + right) / 2, (top + bottom) / 2
        square = (16 * round(side / 16) for side in (x - half, y - half, x + half, y + half))
        left, top, right, bottom = square
        squares.add((max(0, left), max(0, top), min(width, right), min(height, bottom)))
    return sorted(square for square in squares if square[0] < square[2] and square[1] < square[3])
