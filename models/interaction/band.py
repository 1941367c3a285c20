"""The matte after a mask changed: solved again in the band of what changed, and kept to the bit everywhere else."""

import cv2
import numpy as np

from models import planes
from models.matting.trimap import band_radius, band_trimap

from .marks import INSIDE, OUTSIDE

# In radii of the band, from what changed: what is written, what is solved with it, and what is looked at for that.
_WRITTEN, _SOLVED, _SEEN = 2, 3, 12


def matte_after(
    image: np.ndarray, matte: np.ndarray, before: np.ndarray, after: np.ndarray, marks: np.ndarray
) -> np.ndarray:
    """The matte (H, W) uint8 of the mask `after`.

    `image` (H, W, 3) uint8 RGB, `matte` (H, W) uint8 of the mask `before`, masks (H, W) bool. Pixels of `marks`
    (H, W) int8 that are 0 or 1 are background or person without a doubt.
    """
    result = matte.copy()
    if (before == after).all():
        return result
    radius = band_radius(*matte.shape)
    box = _box(before != after, _SEEN * radius)
    alpha, here = _solved(image[box], before[box], after[box], marks[box], radius)
    result[box][here] = alpha[here]
    return result


def _box(changed: np.ndarray, margin: int) -> tuple[slice, slice]:
    left, top, wide, high = cv2.boundingRect(changed.astype(np.uint8))
    return slice(max(0, top - margin), top + high + margin), slice(max(0, left - margin), left + wide + margin)


def _solved(
    image: np.ndarray, before: np.ndarray, after: np.ndarray, marks: np.ndarray, radius: int
) -> tuple[np.ndarray, np.ndarray]:
    """Alpha (h, w) uint8, and where it is to be written: the old edge and the new one round what changed."""
    away = cv2.distanceTransform((before == after).astype(np.uint8), cv2.DIST_L2, 5)
    old, new = (band_trimap(mask.astype(np.uint8) * np.uint8(255), radius) for mask in (before, after))
    sure = after.astype(np.uint8) * np.uint8(255)
    trimap = np.where(away <= _SOLVED * radius, new, sure)
    trimap[marks == INSIDE] = 255
    trimap[marks == OUTSIDE] = 0
    here = (away <= _WRITTEN * radius) & ((old == 128) | (new == 128) | (before != after))
    return _alpha(image, trimap, sure), here


def _alpha(image: np.ndarray, trimap: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Where one side is missing there is nothing to solve by, and the mask is the matte."""
    if not all((trimap == level).any() for level in (0, 128, 255)):
        return np.where(trimap == 128, sure, trimap)
    from models.matting.torch_closed_form import torch_closed_form  # torch takes seconds: only when it is needed

    return planes.snap(torch_closed_form(image, trimap))
