"""Colours alone: what hangs together with a place, by GrabCut (Rother et al., SIGGRAPH 2004) in a window.

It needs no network, and follows edges of the picture closely where the colours of both sides differ.
"""

import cv2
import numpy as np

SIDE = 256  # pixels of the window's longer side that the cut is made at: what a click may cost
_ROUNDS = 2
_LEAST = 24  # pixels of context round what may change
_CONTEXT = 0.3  # of its sides, besides


def cut(
    image: np.ndarray, mask: np.ndarray, free: np.ndarray, likely: np.ndarray, marks: np.ndarray, inside: bool
) -> np.ndarray:
    """(H, W) bool: `mask` (H, W) bool with the pixels of `free` (H, W) bool as colours and edges decide.

    `image` is (H, W, 3) uint8 RGB. Where free, `likely` (H, W) bool is what is thought first; `marks` (H, W) int8 are
    1 and 0 where somebody said so, -1 elsewhere. Only pixels that become as `inside` says are changed. Without both
    sides in sight there is nothing to compare, and `likely` is the answer.
    """
    open_ = free & (mask != inside)
    window = _window(open_)
    believed = np.where(open_, likely, mask)
    answer = mask.copy()
    if window is None:
        return answer
    shown = _small(image[window], cv2.INTER_AREA)
    labels = _labels(*(_small(plane[window], cv2.INTER_NEAREST) for plane in (believed, open_, marks)))
    found = _large(_grabbed(shown, labels), open_[window].shape)
    changed = open_[window] & (found == inside)
    answer[window][changed] = inside
    return answer


def _window(free: np.ndarray) -> tuple[slice, slice] | None:
    """The box round all that may change, with context."""
    left, top, wide, high = cv2.boundingRect(free.astype(np.uint8))
    if not wide:
        return None
    margin = _LEAST + round(_CONTEXT * max(wide, high))
    return slice(max(0, top - margin), top + high + margin), slice(max(0, left - margin), left + wide + margin)


def _small(plane: np.ndarray, how: int) -> np.ndarray:
    """At most SIDE long, never enlarged; one kind of array for bool, int8 and pictures."""
    height, width = plane.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(plane.astype(np.uint8) if plane.dtype == bool else plane, size, interpolation=how)


def _labels(believed: np.ndarray, free: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """GrabCut's: what is not free is known, and so is what somebody said."""
    labels = np.where(believed > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[free == 0] -= 2  # GC_BGD 0, GC_FGD 1, GC_PR_BGD 2, GC_PR_FGD 3
    labels[marks == 0] = cv2.GC_BGD
    labels[marks == 1] = cv2.GC_FGD
    return labels


def _grabbed(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(h, w) bool on the small picture."""
    inside = (labels & 1).astype(bool)
    if not inside.any() or inside.all():
        return inside
    cv2.setRNGSeed(0)  # the same question gets the same answer
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), labels, (0, 0, 1, 1), *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return (labels & 1).astype(bool)


def _large(found: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(h, w) bool of a small answer, its edge smooth."""
    if found.shape == shape:
        return found
    soft = cv2.resize(found.astype(np.float32), shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(soft >= 0.5)
