"""COCO compressed run lengths, in numpy: the base install needs no C library, and broken bytes cannot crash it.

Runs go down the columns, beginning with background. From the fourth on, each is written as its difference to
the run two before; numbers are groups of 5 bits, lowest first, bit 5 says "more follows", bit 4 of the last group
is the sign, and 48 is added to make ASCII (pycocotools, maskApi.c, rleToString). Equal to pycocotools byte for
byte; a test holds them together.
"""

import numpy as np

from .raster import PlaneError

_GROUPS = 7  # 7 x 5 bits carry any difference of runs in a plane within the limits


def run_lengths(raster: np.ndarray) -> np.ndarray:
    """Runs (n,) int64 of a (height, width) raster, column-major, the first one background (it may be 0)."""
    flat = np.ascontiguousarray((raster != 0).T).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate(([0], changes, [flat.size])))
    return np.concatenate(([0], runs)) if flat[0] else runs


def to_ascii(runs: np.ndarray) -> bytes:
    """The COCO string of run lengths (n,) int64."""
    value = runs.astype(np.int64)
    value[3:] -= runs[1:-2]
    digits = np.zeros((value.size, _GROUPS), np.uint8)
    used = np.zeros(digits.shape, bool)
    open_ = np.ones(value.size, bool)
    for group in range(_GROUPS):
        low = value & 0x1F
        value >>= 5
        more = np.where(low & 0x10, value != -1, value != 0)
        digits[:, group] = low + 48 + (more << 5)
        used[:, group] = open_
        open_ &= more
    return digits[used].tobytes()


def from_ascii(text: bytes) -> np.ndarray:
    """Run lengths (n,) int64 of a COCO string. Raises PlaneError when it is not one."""
    digit = np.frombuffer(text, np.uint8).astype(np.int64) - 48
    last = np.flatnonzero((digit & 0x20) == 0)
    if digit.size == 0 or digit.min() < 0 or digit.max() > 63 or digit[-1] & 0x20:
        raise PlaneError("the run lengths are no COCO string")
    first = np.concatenate(([0], last[:-1] + 1))
    place = np.arange(digit.size) - np.repeat(first, last - first + 1)
    if place.max() >= _GROUPS:
        raise PlaneError("a run length is too long for a plane")
    value = np.add.reduceat((digit & 0x1F) << (5 * place), first)
    negative = (digit[last] & 0x10) != 0
    value[negative] -= 1 << (5 * (place[last][negative] + 1))
    value[1::2] = np.cumsum(value[1::2])
    value[2::2] = np.cumsum(value[2::2])
    return value


def fill(runs: np.ndarray, height: int, width: int) -> np.ndarray:
    """The mask (height, width) uint8 of these runs. Raises PlaneError when they do not cover it exactly."""
    if runs.min() < 0 or runs.max() > height * width or runs.sum() != height * width:
        raise PlaneError(f"the run lengths do not cover {width}x{height}")
    values = np.zeros(runs.size, np.uint8)
    values[1::2] = 255
    return np.ascontiguousarray(np.repeat(values, runs).reshape(width, height).T)
