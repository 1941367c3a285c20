"""From a decoder's planes straight to JPEG's, without a way through RGB.

JPEG stores BT.601 luma and chroma in full range (JFIF 1.02). A video's planes differ from that by their range and
their matrix, both linear: luma keeps its grid and chroma its own, so nothing is resampled, and the error stays below
one level of luma and half a level of chroma, without bias. Going through RGB with FFmpeg's fast path would darken
mid-tones by one level and more; its exact path costs as much as the JPEG encoder itself.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import simplejpeg
from av import VideoFrame
from numpy.typing import NDArray

from koutu.clips.media.colour import WEIGHTS, Colour, Matrix, rgb_to_ycc

_FORMATS = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p")

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]


def supports(pixel_format: str, colour: Colour, rotation: int) -> bool:
    """Whether frames of this format go straight to JPEG: 8-bit planar SDR YUV on a grid that turning keeps."""
    turned = rotation % 180 != 0
    plain = pixel_format in _FORMATS and colour.matrix in WEIGHTS and not colour.hdr
    return plain and not (turned and "422" in pixel_format)


@dataclass(frozen=True)
class _Tables:
    """What maps a source to JPEG.

    ``luma`` is the new luma of each of 256 values. ``chroma`` has a row for each of 65,536 pairs (Cr × 256 + Cb):
    new Cb, new Cr, what the pair adds to luma, what it takes away; a whole row is fetched as one number.
    """

    luma: NDArray[np.uint8]
    chroma: NDArray[np.uint32]
    same_matrix: bool


def _tables(colour: Colour) -> _Tables:
    low, span, reach = (0, 255, 255) if colour.full_range else (16, 219, 224)
    turn = rgb_to_ycc(Matrix.BT601) @ np.linalg.inv(rgb_to_ycc(colour.matrix))
    luma = np.round((np.arange(256) - low) * (255 / span))
    red, blue = np.divmod(np.arange(65536), 256)
    pairs = turn[:, 1:] @ np.stack([blue - 128, red - 128]) * (255 / reach)
    rows = np.round([128 + pairs[1], 128 + pairs[2], pairs[0], -pairs[0]])
    return _Tables(
        luma=np.clip(luma, 0, 255).astype(np.uint8),
        chroma=np.ascontiguousarray(np.clip(rows, 0, 255).astype(np.uint8).T).view(np.uint32).ravel(),
        same_matrix=colour.matrix is Matrix.BT601,
    )


class PlaneEncoder:
    """Writes decoded frames as JPEG. One per thread: it works in buffers it keeps.

    Fresh arrays of this size would come from the system page by page for every frame, which costs more than the
    arithmetic.
    """

    def __init__(self, colour: Colour, rotation: int, quality: int) -> None:
        """``rotation`` is in degrees counter-clockwise, a multiple of 90; ``quality`` 1 to 100."""
        self._tables = _tables(colour)
        self._untouched = self._tables.same_matrix and colour.full_range
        self._turns = rotation // 90 % 4
        self._quality = quality
        self._kept: dict[str, NDArray] = {}

    def encode(self, frame: VideoFrame) -> bytes:
        """Return the frame, upright, as JPEG on its own chroma grid. Its format must be one that `supports` names."""
        return simplejpeg.encode_jpeg_yuv_planes(*self.planes(frame), quality=self._quality)

    def planes(self, frame: VideoFrame) -> Planes:
        """Return Y, Cb and Cr in full-range BT.601, upright. They hold until the next call."""
        luma, blue, red = (_samples(plane) for plane in frame.planes)
        if not self._untouched:
            luma, blue, red = self._mapped(luma, blue, red)
        luma, blue, red = (np.ascontiguousarray(np.rot90(plane, self._turns)) for plane in (luma, blue, red))
        return luma, blue, red

    def _mapped(self, luma: Plane, blue: Plane, red: Plane) -> Planes:
        grid = blue.shape
        pairs = self._buffer("pairs", (*grid, 2))
        cv2.merge([blue, red], dst=pairs)
        rows = self._buffer("rows", (*grid, 4))
        # The mode is "clip" only because NumPy writes to `out` without a copy then; no pair is out of bounds.
        np.take(self._tables.chroma, pairs.view("<u2")[..., 0], out=rows.view(np.uint32)[..., 0], mode="clip")
        blue, red = self._buffer("blue", grid), self._buffer("red", grid)
        cv2.mixChannels([rows], [blue, red], [0, 0, 1, 1])
        source, luma = luma, self._buffer("luma", luma.shape)
        cv2.LUT(source, self._tables.luma, dst=luma)
        if not self._tables.same_matrix:
            self._shift(luma, rows)
        return luma, blue, red

    def _shift(self, luma: Plane, rows: Plane) -> None:
        """Do to luma what chroma adds and takes away: each sample covers its own one, two or four pixels."""
        down, across = -(-luma.shape[0] // rows.shape[0]), -(-luma.shape[1] // rows.shape[1])
        for channel, change in ((2, cv2.add), (3, cv2.subtract)):
            wide = self._widened(rows, channel, across)[:, : luma.shape[1]]
            for first in range(down):
                lines = luma[first::down]
                change(lines, wide[: len(lines)], dst=lines)

    def _widened(self, rows: Plane, channel: int, times: int) -> Plane:
        """A channel with each sample given so many times in its line: several times faster than a resize."""
        wide = self._buffer("wide", (*rows.shape[:2], times))
        cv2.mixChannels([rows], [wide], [number for copy in range(times) for number in (channel, copy)])
        return wide.reshape(len(rows), -1)

    def _buffer(self, name: str, shape: tuple[int, ...]) -> Plane:
        kept = self._kept.get(name)
        if kept is None or kept.shape != shape:
            kept = self._kept[name] = np.empty(shape, np.uint8)
        return kept


def _samples(plane: Any) -> Plane:
    """A decoder's plane (PyAV's, which offers its bytes as a buffer) without the padding of its lines."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
