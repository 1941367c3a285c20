"""Where a person clicks who looks at a mask: into the middle of its largest error."""

from typing import NamedTuple

import cv2
import numpy as np


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
    error, size = max((largest_piece(missed), largest_piece(added)), key=lambda found: found[1])
    if not size:
        return None
    depth = cv2.distanceTransform(np.pad(error, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click(float(column) + 0.5, float(row) + 0.5, bool(missed[row, column]), error)


def largest_piece(wrong: np.ndarray) -> tuple[np.ndarray, int]:
    """The largest 8-connected piece of `wrong` (H, W) bool, and its pixels."""
    _, label, sizes, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=8)
    areas = sizes[1:, cv2.CC_STAT_AREA]
    if not len(areas):
        return wrong, 0
    return label == 1 + int(areas.argmax()), int(areas.max())
