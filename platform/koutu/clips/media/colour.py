"""From a decoder's picture to RGB, by the file's own matrix and range."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray


class Matrix(StrEnum):
    """How luma and chroma make RGB."""

    RGB = "rgb"
    BT601 = "bt601"
    BT709 = "bt709"
    FCC = "fcc"
    SMPTE240M = "smpte240m"
    BT2020 = "bt2020"


# ITU-T H.273 table 4 (MatrixCoefficients) to ours. What is not here counts as untagged.
_BY_CODE = {
    0: Matrix.RGB,
    1: Matrix.BT709,
    4: Matrix.FCC,
    5: Matrix.BT601,
    6: Matrix.BT601,
    7: Matrix.SMPTE240M,
    9: Matrix.BT2020,
    10: Matrix.BT2020,
}
# The same as FFmpeg's scaler numbers them (SWS_CS_…).
_SCALER = {
    Matrix.BT709: 1,
    Matrix.FCC: 4,
    Matrix.BT601: 5,
    Matrix.SMPTE240M: 7,
    Matrix.BT2020: 9,
}
_LIMITED, _FULL = 1, 2
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
# PQ and HLG (H.273 table 3).
_HDR_TRANSFERS = (16, 18)


@dataclass(frozen=True)
class Colour:
    """Matrix and range the frames are read with.

    ``tagged`` is False where the file names no matrix and the rule of thumb of players decided: BT.709 from
    720 lines on, BT.601 below. ``hdr`` marks PQ and HLG, which are read plainly, without tone mapping.
    """

    matrix: Matrix
    full_range: bool
    tagged: bool
    hdr: bool

    def __str__(self) -> str:
        span = "full" if self.full_range else "limited"
        return f"{self.matrix} {span}{'' if self.tagged else ' (assumed)'}{' hdr' if self.hdr else ''}"


def colour_of(frame: VideoFrame) -> Colour:
    """Read the colour of a decoded frame (its tags are the stream's, where the picture carries none)."""
    hdr = int(frame.color_trc) in _HDR_TRANSFERS
    if frame.format.is_rgb:
        return Colour(Matrix.RGB, full_range=True, tagged=True, hdr=hdr)
    named = _BY_CODE.get(int(frame.colorspace))
    if named is Matrix.RGB:  # a YUV picture cannot be RGB: the tag is wrong
        named = None
    guess = Matrix.BT709 if frame.height >= 720 else Matrix.BT601
    full = int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj")
    return Colour(named or guess, full, tagged=named is not None, hdr=hdr)


class Converter:
    """Turns decoded frames into upright RGB. One per thread: it keeps the scaler's tables.

    Colour is exact to half a level. FFmpeg's default would be six times as fast and up to three levels too dark.
    """

    def __init__(self, colour: Colour, rotation: int) -> None:
        """``rotation`` is in degrees counter-clockwise, a multiple of 90, as PyAV gives it."""
        self._turns = rotation // 90 % 4
        self._scaler, self._shrinker = VideoReformatter(), VideoReformatter()
        code = _SCALER.get(colour.matrix, _SCALER[Matrix.BT709])
        self._options: dict[str, Any] = {
            "format": "rgb24",
            "src_colorspace": code,
            "dst_colorspace": code,
            "src_color_range": _FULL if colour.full_range else _LIMITED,
            "dst_color_range": _FULL,
            "interpolation": _EXACT | Interpolation.BILINEAR,
            # The threads of the pipeline work on different frames; more inside one frame would only contend.
            "threads": 1,
        }

    def rgb(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Return the picture as uint8 (height, width, 3), turned as a player shows it."""
        return self._upright(self._scaler.reformat(frame, **self._options))

    def small(self, frame: VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
        """Return the picture shrunk by area to an upright uint8 (height, width, 3).

        Straight from the decoder's planes it costs a third of shrinking the full RGB picture.
        """
        across, down = (height, width) if self._turns % 2 else (width, height)
        options = self._options | {"width": across, "height": down, "interpolation": _EXACT | Interpolation.AREA}
        return self._upright(self._shrinker.reformat(frame, **options))

    def _upright(self, frame: VideoFrame) -> NDArray[np.uint8]:
        image = np.asarray(frame.to_ndarray(), np.uint8)
        return np.ascontiguousarray(np.rot90(image, self._turns)) if self._turns else image
