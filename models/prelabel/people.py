"""Who is in one frame: a look at the whole, a second one at each person found, and how sure the views are."""

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


@dataclass(frozen=True)
class Person:
    """Somebody in one frame. `mask` (height, width) bool; `sure` 0..1: what the least convinced view gives the
    region on average. On things that are nobody the views disagree."""

    mask: np.ndarray
    sure: float


def find_people(image: np.ndarray, segmenter: Segmenter, expected: Sequence[Box] = ()) -> list[Person]:
    """People of `image` (height, width, 3) uint8 RGB, the largest first; nobody may be there.

    `expected` are boxes (left, top, right, bottom), in its pixels, where people were a moment ago: they are
    looked at again even where the look at the whole finds nobody.
    """
    small = resize_to(image, LOOK)
    views = _both_ways(segmenter.opinions, small)
    first = views.mean(axis=0)
    candidates = boxes_of(first >= CANDIDATE, SMALLEST)
    scale = image.shape[0] / small.shape[0]
    boxes = [scaled(box, scale) for box, _ in candidates]
    boxes += [box for box in expected if all(iou_of(box, other) < 0.5 for other in boxes)]
    if not boxes:
        return []
    probability = _second_look(image, segmenter, first, boxes)
    sure = np.zeros(first.shape, np.float32)
    for _, region in candidates:
        sure[region] = min(float(view[region].mean()) for view in views)
    return [Person(mask, _sureness(mask, sure)) for mask in join_specks(probability >= 0.5, SMALLEST)]


def _both_ways(look, image: np.ndarray) -> np.ndarray:
    """The answers (k, height, width) of `look`, and of the mirrored picture, mirrored back: (2k, height, width)."""
    mirrored = look(np.ascontiguousarray(image[:, ::-1]))[..., ::-1]
    return np.concatenate([look(image), mirrored])


def _second_look(image: np.ndarray, segmenter: Segmenter, first: np.ndarray, boxes: list) -> np.ndarray:
    """Probability (height, width) float32: weighted mean of the look at the whole and those at boxes; 0 beyond."""
    import cv2

    height, width = image.shape[:2]
    total = cv2.resize(first, (width, height), interpolation=cv2.INTER_LINEAR)
    looks = np.ones((height, width), np.float32)
    for left, top, right, bottom in _squares(boxes, height, width):
        part = image[top:bottom, left:right]
        answers = _both_ways(lambda picture: segmenter.person_probability(picture)[None], resize_to(part, LOOK))
        here = slice(top, bottom), slice(left, right)
        close = cv2.resize(answers.mean(axis=0), part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
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


def _sureness(mask: np.ndarray, sure: np.ndarray) -> float:
    """Mean of `sure` over the mask's part that the first look found, at its size; 0 where it found none."""
    import cv2

    small = cv2.resize(mask.view(np.uint8), sure.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    held = sure[small & (sure > 0)]
    return float(held.mean()) if held.size else 0.0
