"""Whether a picture is a copy of one that is kept for judging: encoded again, scaled, cropped, mirrored.

A picture is known by the signs of its lowest frequencies (perceptual hash by the discrete cosine transform; Zauner,
"Implementation and benchmarking of perceptual image hash functions", 2010), and its crops by those of windows cut out
of it, so that a crop of either is found in the other.
"""

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

SIDE = 32  # pixels of a window that is transformed
_KEPT = 8  # frequencies each way
_SMALL = 128  # pixels of the picture's longer side that windows are cut from
_CUTS = (0.0, 0.05, 0.1)  # shares cut off at each side
LEAST = 10  # bits: who differs in fewer is a copy, see `Album`


# The first rows of the orthonormal DCT-II.
_COSINES = (
    np.cos(np.pi / SIDE * np.arange(_KEPT)[:, None] * (np.arange(SIDE) + 0.5)) * np.sqrt(2 / SIDE)
).astype(np.float32)  # fmt: skip


class Album:
    """Pictures that others are compared with; 650 bytes each.

    Measured with 150 street photographs of the training part as originals: copies encoded at quality 15 to 60, made
    smaller, mirrored and with up to 10 % cut off at each side differed in 8 bits at most (n = 375); of 67,000 pairs of
    different photographs three differed in fewer than `LEAST`, one of them of one street. Two more pairs turned out to
    be the same photograph under two names.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._windows: list[np.ndarray] = []

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, image: np.ndarray) -> None:
        """Keep `image` (H, W, 3) uint8 RGB in mind."""
        self._names.append(name)
        self._windows.append(hashes(image))

    def original(self, image: np.ndarray) -> str | None:
        """The name of the picture that `image` (H, W, 3) uint8 RGB is a copy of, None where there is none.

        Of several the most alike.
        """
        distances = self.distances(image)
        return self._names[int(distances.argmin())] if distances.size and distances.min() < LEAST else None

    def distances(self, image: np.ndarray) -> np.ndarray:
        """In how many of 64 bits `image` differs from each picture, (n,) int: the least over windows of either."""
        if not self._names:
            return np.zeros(0, np.int64)
        windows = np.stack(self._windows)
        return np.minimum.reduce([_least(windows, hashes(one)) for one in (image, image[:, ::-1])])


def hashes(image: np.ndarray) -> np.ndarray:
    """(81,) uint64 of the windows of `image` (H, W, 3) uint8 RGB, that of the whole first."""
    grey = _small(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY))
    squares = np.stack([cv2.resize(window, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for window in _windows(grey)])
    # Which of the lowest frequencies are above their median, the mean left out.
    lowest = (_COSINES @ squares.astype(np.float32) @ _COSINES.T).reshape(len(squares), -1)[:, 1:]
    signs = lowest > np.median(lowest, axis=1, keepdims=True)
    return np.packbits(signs, axis=1).view(">u8")[:, 0].astype(np.uint64)


def _windows(grey: np.ndarray) -> Iterator[np.ndarray]:
    height, width = grey.shape
    for top, bottom, left, right in product(_CUTS, repeat=4):
        yield grey[
            round(top * height) : height - round(bottom * height), round(left * width) : width - round(right * width)
        ]


def _least(windows: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Of pictures' windows (n, 81) and one's own (81,): the whole of one against all of the other, both ways."""
    whole = np.bitwise_count(windows ^ own[0]).min(axis=1)
    within = np.bitwise_count(windows[:, :1] ^ own[None]).min(axis=1)
    return np.minimum(whole, within).astype(np.int64)


def _small(grey: np.ndarray) -> np.ndarray:
    scale = _SMALL / max(grey.shape)
    size = max(SIDE, round(grey.shape[1] * scale)), max(SIDE, round(grey.shape[0] * scale))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
