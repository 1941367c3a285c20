"""A second, closer look at people who were small in the first: where to look, and how the two answers are joined."""

import numpy as np

from models.prelabel.regions import boxes_of, scaled
from models.views import View, around

SIDE = 384  # pixels of the longer side of a close look
CONTEXT = 1.6  # the window's sides, in sides of the person's box
_SMALLEST = 0.001  # of the picture's area, below which nobody is told from a speck
_GAIN = 1.3  # how much larger than in the first look pixels have to be
_MOST = 8  # looks at a picture
_FADE = 0.12  # of a window's shorter side: towards its border the first look counts


def windows(found: np.ndarray, first: View) -> list[View]:
    """Round every region of `found` (h, w) bool, on the canvas of `first`, a look at the whole frame; largest first.

    Who was shown as large in the first look is left out.
    """
    height, width = first.bottom, first.right
    views = []
    for box, _ in boxes_of(found, _SMALLEST):
        left, top, right, bottom = scaled(box, width / first.width)
        side = CONTEXT * max(right - left, bottom - top)
        middle = ((left + right) / 2, (top + bottom) / 2)
        view = around(middle, side, side, height, width, SIDE)
        if view.height / (view.bottom - view.top) >= _GAIN * first.height / height:
            views.append(view)
    return views[:_MOST]


def join(whole: np.ndarray, view: View, close: np.ndarray) -> None:
    """Write `close`, the window of `view` at the frame's size, into `whole` (height, width), in place."""
    height, width = close.shape
    fade = max(1.0, _FADE * min(height, width))
    down = _rising(height, fade, view.top > 0, view.bottom < whole.shape[0])
    across = _rising(width, fade, view.left > 0, view.right < whole.shape[1])
    weight = np.minimum(down[:, None], across[None])
    before = view.window(whole)
    before += weight * (close - before)


def _rising(length: int, fade: float, start: bool, end: bool) -> np.ndarray:
    """(length,) float32 from 0 to 1 within `fade` pixels of each side that is not the frame's own."""
    place = np.arange(0.5, length, dtype=np.float32)
    weight = np.ones(length, np.float32)
    for away in [place] * start + [length - place] * end:
        weight = np.minimum(weight, away / np.float32(fade))
    return weight
