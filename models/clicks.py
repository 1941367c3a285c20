"""A person's click answered by Koutu-S: on a zoomed window round it, in the time of one small picture.

The window follows RITM (Sofiiuk et al., ICIP 2022) and FocalClick (Chen et al., CVPR 2022): the mask so far goes in
as prior, clicks as discs. Nothing is kept from click to click, so any mask from anywhere can be corrected.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .backends.answers import sigmoid
from .backends.prompt import Prompt, check_picture, unit
from .views import View, around, whole

if TYPE_CHECKING:
    import torch

    from .networks.hints import Hints
    from .networks.koutu_s import KoutuS

SIDE = 384  # of the canvas: what a click may cost
RADIUS = 5  # of a click's disc on the canvas, as RITM found best
_MARGIN = 1.4  # of the window round a box or a mask, as in FocalClick
_SHARE = 0.5  # of the mask's longer side that the window round a correcting click shows
_LEAST = 1 / 1020  # as the network's own prior


def answer(network: "KoutuS", image: np.ndarray, prompt: Prompt, side: int = SIDE) -> np.ndarray:
    """Probability (H, W) float32 in 0..1 that a pixel is of what `prompt` means, on `image` (H, W, 3) uint8 RGB.

    The mask of the prompt is corrected in the window round the newest point, the last one, and there only in pieces
    that hang together with a point; all else stays as it is, at its full resolution. Raises BadInput.
    """
    import torch

    height, width = check_picture(image)
    prompt.check(height, width)
    prior = prior_of(prompt, height, width)
    view = view_of(prompt, prior, height, width, side)
    device = next(network.parameters()).device
    with torch.no_grad():
        hints = _on(device, hints_of(prompt, prior, view))
        logits = network(view.picture(image).to(device), hints)[0].mask
    if prior is None or hints.prior is None:
        return sigmoid(view.back(logits))
    before = view.window(prior)
    after = _corrected(before, view.back(logits - hints.prior.clamp(_LEAST, 1 - _LEAST).logit()))
    if prompt.points and not is_question(prior):
        after = merged(before, after, np.array(prompt.points) - [view.left, view.top])
    result = prior.copy()
    view.window(result)[...] = after
    return result


def prior_of(prompt: Prompt, height: int, width: int) -> np.ndarray | None:
    """What is thought so far, (H, W) float32 in 0..1: the mask, or 0 outside the box and a half in it, or None."""
    if prompt.mask is not None and prompt.mask.any():
        return unit(prompt.mask, height, width)
    if prompt.box is None:
        return None
    left, top, right, bottom = (round(place) for place in prompt.box)
    prior = np.zeros((height, width), np.float32)
    prior[top : bottom + (top == bottom), left : right + (left == right)] = 0.5
    return prior


def is_question(prior: np.ndarray) -> bool:
    """Whether nothing in it is said to be the person's: a box asks what it holds, a mask claims to know."""
    return bool(prior.max() <= 0.5)


def view_of(prompt: Prompt, prior: np.ndarray | None, height: int, width: int, side: int = SIDE) -> View:
    """The window to look at: the frame without a prior; all of a box, and of a mask without points; else round the
    newest point, at the frame's own pixels or as wide as half of the mask."""
    if prior is None:
        return whole(height, width, side)
    left, top, right, bottom = _bounds(prior)
    if not prompt.points or is_question(prior):
        centre = ((left + right) / 2, (top + bottom) / 2)
        high, wide = (max(side, _MARGIN * length) for length in (bottom - top, right - left))
        return around(centre, wide, high, height, width, side)
    length = max(side, _SHARE * max(right - left, bottom - top))
    return around(prompt.points[-1], length, length, height, width, side)


def hints_of(prompt: Prompt, prior: np.ndarray | None, view: View) -> "Hints":
    """Prior and discs on the view's canvas; points outside its window are left out."""
    import torch

    from .networks.hints import Hints

    inside = [label for label, held in zip(prompt.labels, _held(prompt, view), strict=True) if held]
    places = view.to_canvas(np.array(prompt.points).reshape(-1, 2)[_held(prompt, view)])
    drawn = [discs(places[np.array(inside, int) == label], view.height, view.width) for label in (1, 0)]
    positive, negative = (torch.from_numpy(plane)[None, None] for plane in drawn)
    return Hints(None if prior is None else view.plane(prior), positive, negative)


def discs(points: np.ndarray | Sequence[tuple[float, float]], height: int, width: int) -> np.ndarray:
    """(height, width) float32: 1 within RADIUS of a place (x, y) of the canvas, else 0."""
    rows, columns = np.ogrid[0.5:height, 0.5:width]
    plane = np.zeros((height, width), np.float32)
    for x, y in points:
        plane[(columns - x) ** 2 + (rows - y) ** 2 <= RADIUS**2] = 1
    return plane


def merged(
    before: np.ndarray, after: np.ndarray, points: np.ndarray | Sequence[tuple[float, float]], radius: float = 16
) -> np.ndarray:
    """`after` where it differs from `before` in one piece with one of the `points`, `before` elsewhere.

    Planes (H, W) in 0..1. A click is about the place it is at: what a network changes elsewhere by the way is
    undone, as in FocalClick's progressive merging. A piece belongs to a point if it comes within `radius` pixels.
    """
    import cv2

    changed = (before > 0.5) != (after > 0.5)
    _, pieces = cv2.connectedComponents(changed.astype(np.uint8), connectivity=8)
    rows, columns = np.ogrid[0.5 : before.shape[0], 0.5 : before.shape[1]]
    touched = np.zeros(pieces.max() + 1, bool)
    for x, y in points:
        touched[pieces[(columns - x) ** 2 + (rows - y) ** 2 <= radius**2]] = True
    return np.where(touched[pieces] & changed, after, before)


def _bounds(prior: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what may be the person's; the whole frame where that is nothing."""
    some = prior >= 0.5
    rows, columns = np.flatnonzero(some.any(1)), np.flatnonzero(some.any(0))
    if not len(rows):
        return 0, 0, prior.shape[1], prior.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _held(prompt: Prompt, view: View) -> np.ndarray:
    return view.holds(np.array(prompt.points, np.float64).reshape(-1, 2))


def _on(device: "torch.device", hints: "Hints") -> "Hints":
    values = (hints.prior, hints.positive, hints.negative)
    return type(hints)(*(None if value is None else value.to(device) for value in values))


def _corrected(prior: np.ndarray, change: np.ndarray) -> np.ndarray:
    """`prior` in 0..1 with its logits changed: where nothing changes it is kept to the bit, not to rounding."""
    base = np.clip(prior, _LEAST, 1 - _LEAST)
    return np.where(np.abs(change) < 1e-3, prior, sigmoid(np.log(base / (1 - base)) + change))
