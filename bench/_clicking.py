"""Who answers a robot: ours, the network by itself, GrabCut as it comes, SAM where weights are at hand."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np

from models.backends import Prompt
from models.backends.prompt import unit
from models.backends.registry import find, open_backend
from models.interaction.answering import answer
from models.interaction.words import Point, Words
from models.robots.clicks import Answer

NETWORK = "koutu-s"
SAMS = ("sam2.1-tiny", "sam2.1-small", "edgetam")
_LONGEST = 512  # of the picture that plain GrabCut sees
_DISC = 3  # pixels of a click's radius on it


def answers() -> dict[str, Callable[[bool], Answer]]:
    """By row, who answers about a whole person (False) or a part (True)."""
    named: dict[str, Callable[[bool], Answer]] = {
        "ours": lambda part: lambda image, prompt: ours(image, prompt, part),
        NETWORK: lambda part: network().mask,
        "GrabCut": lambda part: grabcut,
    }
    return named | {name: lambda part, name=name: open_backend(name).mask for name in SAMS if not find(name).missing()}


@cache
def network():
    return open_backend(NETWORK)


def words_of(prompt: Prompt) -> Words:
    """The newest point, and those before it."""
    points = [Point(x, y, bool(label)) for (x, y), label in zip(prompt.points, prompt.labels, strict=True)]
    return Words(points=points[-1:], earlier=points[:-1])


def ours(image: np.ndarray, prompt: Prompt, part: bool) -> np.ndarray:
    """The mask that the platform would show, (H, W) float32 of 0 and 1."""
    before = np.zeros(image.shape[:2]) if prompt.mask is None else unit(prompt.mask, *image.shape[:2])
    matte = np.where(before >= 0.5, np.uint8(255), np.uint8(0))
    return answer(image, matte, words_of(prompt), network(), part).mask.astype(np.float32)


def grabcut(image: np.ndarray, prompt: Prompt) -> np.ndarray:
    """Everything by colours: the mask so far is probable, clicks are sure; without one side, the clicks alone."""
    height, width = image.shape[:2]
    scale = min(1.0, _LONGEST / max(height, width))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    before = np.zeros((height, width), np.float32) if prompt.mask is None else unit(prompt.mask, height, width)
    labels = np.where(cv2.resize(before, small.shape[1::-1]) >= 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    for (x, y), label in zip(prompt.points, prompt.labels, strict=True):
        cv2.circle(labels, (int(x * scale), int(y * scale)), _DISC, cv2.GC_FGD if label else cv2.GC_BGD, -1)
    if len(np.unique(labels & 1)) == 2:
        cv2.setRNGSeed(0)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(np.ascontiguousarray(small[..., ::-1]), labels, (0, 0, 1, 1), *models, 2, cv2.GC_INIT_WITH_MASK)
    return cv2.resize((labels & 1).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
