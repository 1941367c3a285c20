"""What somebody looks like: how frequent each colour is in the upper and the lower half of them.

Histograms are of CIE L*a*b* (Swain and Ballard, "Color indexing", IJCV 1991, compared as Bhattacharyya does). Lightness
is told coarsely and in shares of the picture's own, so that a lamp or a cloud does not make another person.
"""

from dataclasses import dataclass

import numpy as np

BANDS = 2
_SHAPE = 5, 10, 10  # bins of lightness, a* and b*
_CHROMA = 9.0  # units of a* or b* a bin; greys stand in the middle
_LIGHT = 0.5  # of the picture's mean lightness a bin
_RARE = 1e-4  # share of a colour nobody showed yet


@dataclass(frozen=True)
class Colours:
    """A picture's colours by number of their bin, (rows, columns) int32."""

    bins: np.ndarray

    @classmethod
    def of(cls, image: np.ndarray, size: tuple[int, int]) -> "Colours":
        """Of a picture (height, width, 3) uint8 RGB, at `size` (rows, columns)."""
        import cv2

        small = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
        lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
        light = lab[..., 0] / max(1.0, float(lab[..., 0].mean())) / _LIGHT
        chroma = lab[..., 1:] / _CHROMA + np.float32(_SHAPE[1] / 2)
        planes = np.stack([light, chroma[..., 0], chroma[..., 1]])
        numbers = np.clip(planes, 0, np.array(_SHAPE)[:, None, None] - 1).astype(np.int32)
        return cls(np.ravel_multi_index(tuple(numbers), _SHAPE).astype(np.int32))


def appearance_of(colours: Colours, mask: np.ndarray) -> np.ndarray:
    """(BANDS, bins) float32 that adds up to 1 in each band; the mask (rows, columns) bool holds somebody."""
    rows, columns = np.nonzero(mask)
    band = bands_of(rows, int(rows.min()), int(rows.max()))
    bins = int(np.prod(_SHAPE))
    counted = np.bincount(band * bins + colours.bins[rows, columns], minlength=BANDS * bins)
    smooth = _smoothed(counted.reshape(BANDS, *_SHAPE).astype(np.float32)).reshape(BANDS, bins)
    return smooth / np.maximum(smooth.sum(axis=1, keepdims=True), np.float32(1e-6))


def bands_of(rows: np.ndarray, top: int, bottom: int) -> np.ndarray:
    """Which band of somebody from `top` to `bottom` each row is in."""
    return np.clip((rows - top) * BANDS // max(1, bottom - top + 1), 0, BANDS - 1)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two appearances are, 0..1: the mean over bands of Bhattacharyya's coefficient."""
    return float(np.sqrt(one * other).sum() / BANDS)


def rarity(appearance: np.ndarray) -> np.ndarray:
    """(BANDS, bins) float32: minus the logarithm of how frequent each colour is."""
    return -np.log(np.maximum(appearance, np.float32(_RARE)))


def _smoothed(counted: np.ndarray) -> np.ndarray:
    """A quarter of each bin to either neighbour along each axis: a colour near a border is not another one."""
    for axis in (1, 2, 3):
        before, after = np.roll(counted, 1, axis), np.roll(counted, -1, axis)
        edge = [slice(None)] * 4
        edge[axis] = slice(0, 1)
        before[tuple(edge)] = counted[tuple(edge)]
        edge[axis] = slice(-1, None)
        after[tuple(edge)] = counted[tuple(edge)]
        counted = counted / 2 + (before + after) / 4
    return counted
