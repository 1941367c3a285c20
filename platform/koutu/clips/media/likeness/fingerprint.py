"""What a clip looks like over time, small enough to keep of every clip; compared by `match`.

The clip's time is cut into quarters of a second, whatever its frame rate, and of each the mean picture is kept: 28 ×
16 levels of grey. A mean over time, unlike a frame picked from it, changes little when the quarters of a copy begin
at other moments, and what lies between two of them can be told from both. (Fingerprints of mean pictures over
time: Malekesmaeili, Fatourechi & Ward, "Video copy detection using temporally informative representative images",
ICMLA 2009.)
"""

import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grids = NDArray[np.uint8]

RATE = 4
ROWS, COLUMNS = 16, 28
# A gap between two frames longer than this counts as this: a stray time stamp must not fill memory.
LONGEST_GAP = 4.0

# Frames are summed up this many times finer than they are kept, so that the edge of a bar lies exactly.
_FINE = 4
_FINE_SIZE = (COLUMNS * _FINE, ROWS * _FINE)
# Levels of luma that black bars stay under, encoded badly, and the greatest share of a side that is a bar.
_BLACK = 30.0
_WIDEST_BAR = 0.3

_MAGIC = b"KLIK"
_VERSION = 1
# Magic, version, first time, length, content (top, bottom, left, right), samples; then the deflated grids.
_HEAD = struct.Struct("<4sHdd4fI")


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a clip: 448 bytes for every quarter of a second, about 150 when stored.

    ``grids``: uint8 (samples, 16, 28), the mean luma of each quarter of a second, the whole picture squeezed to
    that size. ``start``: time of the first frame in seconds; ``length``: seconds from it to the last frame.
    ``content``: (top, bottom, left, right) as shares of the picture, without black bars.
    """

    grids: Grids
    start: float
    length: float
    content: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 1.0)

    def time(self, sample: float) -> float:
        """Return the time in seconds of the middle of a sample."""
        return self.start + min((sample + 0.5) / RATE, self.length)

    def to_bytes(self) -> bytes:
        """Return it in the stored format, version 1, little endian."""
        # Neighbours in time differ little: the differences deflate better than the pictures.
        steps = np.diff(self.grids, axis=0, prepend=np.zeros_like(self.grids[:1]))
        head = _HEAD.pack(_MAGIC, _VERSION, self.start, self.length, *self.content, len(self.grids))
        return head + zlib.compress(steps.tobytes(), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fingerprint":
        """Read what `to_bytes` wrote; raise ValueError for anything else, and for another version."""
        if len(data) < _HEAD.size or data[:4] != _MAGIC:
            raise ValueError("this is no fingerprint of a clip")
        _, version, start, length, *content, count = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise ValueError(f"fingerprints of version {version} are not known, only of {_VERSION}")
        grids = np.cumsum(_inflated(data[_HEAD.size :], count), axis=0, dtype=np.uint8)
        return cls(grids, start, length, (content[0], content[1], content[2], content[3]))


def _inflated(data: bytes, count: int) -> Grids:
    size = count * ROWS * COLUMNS
    try:
        # Never more than the head promises: a few bytes may inflate to thousands of times as many.
        steps = zlib.decompressobj().decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError("the fingerprint is damaged") from error
    if len(steps) != size:
        raise ValueError("the fingerprint is damaged")
    return np.frombuffer(steps, np.uint8).reshape(count, ROWS, COLUMNS)


class Fingerprinter:
    """Makes the fingerprint of a clip from its small pictures, in one pass.

    Push every frame in order, then `finish`. Holds one picture of 112 × 64 and the samples made so far.
    """

    def __init__(self) -> None:
        self._grids: list[Grids] = []
        self._sum = np.zeros(_FINE_SIZE[::-1], np.float32)
        self._brightest = np.zeros_like(self._sum)
        self._filled = 0.0
        self._last: NDArray[np.float32] | None = None
        self._start = self._last_time = self._length = self._gap = 0.0

    def push(self, rgb: NDArray[np.uint8], time: float) -> None:
        """Take the next frame, RGB uint8 (height, width, 3) of any size, shown from ``time`` (seconds) on."""
        if self._last is None:
            self._start = time
        else:
            self._gap = min(max(time - self._last_time, 0.0), LONGEST_GAP)
            self._length += self._gap
            self._show(self._last, self._gap)
        luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        self._last = cv2.resize(luma, _FINE_SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        self._last_time = time

    def finish(self) -> Fingerprint:
        """End the clip. Its last frame is shown as long as the one before; without frames there are no samples."""
        if self._last is not None:
            self._show(self._last, self._gap or 1 / RATE)
        # The rest of a quarter counts when it is half a one.
        if self._filled >= 0.5 / RATE or (self._filled > 0 and not self._grids):
            self._close()
        grids = np.array(self._grids, np.uint8).reshape(-1, ROWS, COLUMNS)
        content = (*_lit(self._brightest.max(axis=1)), *_lit(self._brightest.max(axis=0)))
        return Fingerprint(grids, self._start, self._length, content)

    def _show(self, luma: NDArray[np.float32], seconds: float) -> None:
        while seconds > 1e-9:
            part = min(seconds, 1 / RATE - self._filled)
            self._sum += luma * part
            self._filled += part
            seconds -= part
            if self._filled >= 1 / RATE - 1e-9:
                self._close()

    def _close(self) -> None:
        mean = self._sum / self._filled
        np.maximum(self._brightest, mean, out=self._brightest)
        grid = cv2.resize(mean, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
        self._grids.append(np.rint(grid).astype(np.uint8))
        self._sum[:] = 0
        self._filled = 0.0


def _lit(brightest: NDArray[np.float32]) -> tuple[float, float]:
    """Return where the bars end, as shares, from the brightest each row (or column) ever gets."""
    lit = np.flatnonzero(brightest > _BLACK)
    if not len(lit):
        return 0.0, 1.0
    low, high = int(lit[0]) / len(brightest), (int(lit[-1]) + 1) / len(brightest)
    return (low if low <= _WIDEST_BAR else 0.0), (high if high >= 1 - _WIDEST_BAR else 1.0)
