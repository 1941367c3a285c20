"""From a decoder's picture to RGB, by the file's own matrix and range."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from koutu.clips.media.tone import ToneMapper


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
# Weights of red and blue in luma (ITU-R BT.601-7, BT.709-6, BT.2020-2; SMPTE 240M; FCC 73.682).
WEIGHTS = {
    Matrix.BT601: (0.299, 0.114),
    Matrix.BT709: (0.2126, 0.0722),
    Matrix.FCC: (0.30, 0.11),
    Matrix.SMPTE240M: (0.212, 0.087),
    Matrix.BT2020: (0.2627, 0.0593),
}
_LIMITED, _FULL = 1, 2
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
# H.273 table 3 (TransferCharacteristics).
_HDR_TRANSFERS = {16: "pq", 18: "hlg"}


@dataclass(frozen=True)
class Colour:
    """Matrix and range the frames are read with.

    ``tagged`` is False where the file names no matrix and the rule of thumb of players decided: BT.709 from
    720 lines on (BT.2020 for HDR), BT.601 below. ``transfer`` is pq or hlg for HDR, which is mapped to SDR by
    `ToneMapper`, else empty; ``primaries`` is the code of H.273 table 2 (2: unknown) and matters to HDR alone.
    """

    matrix: Matrix
    full_range: bool
    tagged: bool
    transfer: str = ""
    primaries: int = 2

    @property
    def hdr(self) -> bool:
        """Whether the picture is tone-mapped."""
        return self.transfer != ""

    def __str__(self) -> str:
        span = "full" if self.full_range else "limited"
        return f"{self.matrix} {span}{'' if self.tagged else ' (assumed)'}{self.transfer and ' ' + self.transfer}"


def colour_of(frame: VideoFrame) -> Colour:
    """Read the colour of a decoded frame (its tags are the stream's, where the picture carries none)."""
    transfer, primaries = _HDR_TRANSFERS.get(int(frame.color_trc), ""), int(frame.color_primaries)
    if frame.format.is_rgb:
        return Colour(Matrix.RGB, full_range=True, tagged=True, transfer=transfer, primaries=primaries)
    named = _BY_CODE.get(int(frame.colorspace))
    if named is Matrix.RGB:  # a YUV picture cannot be RGB: the tag is wrong
        named = None
    guess = Matrix.BT2020 if transfer else Matrix.BT709 if frame.height >= 720 else Matrix.BT601
    full = int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj")
    return Colour(named or guess, full, tagged=named is not None, transfer=transfer, primaries=primaries)


def rgb_to_ycc(matrix: Matrix) -> NDArray[np.float64]:
    """Return the 3 × 3 matrix from RGB in 0 … 1 to Y in 0 … 1 and Cb, Cr in -½ … ½."""
    red, blue = WEIGHTS[matrix]
    luma = np.array([red, 1 - red - blue, blue])
    return np.stack([luma, ([0, 0, 1] - luma) / (2 - 2 * blue), ([1, 0, 0] - luma) / (2 - 2 * red)])


def _to_signal(colour: Colour, bits: int) -> NDArray[np.float64]:
    """The 3 × 4 matrix from samples, of so many bits shifted up to 16, to R'G'B' in 0 … 65535."""
    if colour.matrix is Matrix.RGB:
        return np.eye(3, 4)
    most = (2**bits - 1) << (16 - bits)
    low, span, reach = (0, most, most) if colour.full_range else (16 << 8, 219 << 8, 224 << 8)
    turn = np.linalg.inv(rgb_to_ycc(colour.matrix)) * [1 / span, 1 / reach, 1 / reach] * 65535
    return np.column_stack([turn, -turn @ [low, 1 << 15, 1 << 15]])


class Converter:
    """Turns decoded frames into upright RGB, HDR into SDR. One per thread: it keeps the scaler's tables.

    Colour is exact to half a level. FFmpeg's default would be six times as fast and up to three levels too dark.
    HDR goes to 16 bits without a change of matrix or range, which FFmpeg does exactly; its own way to 16-bit RGB is
    0.4 % too dark, and from 10-bit 4:2:0 of false colours (libswscale 9.5, bilinear).
    """

    def __init__(self, colour: Colour, rotation: int) -> None:
        """``rotation`` is in degrees counter-clockwise, a multiple of 90, as PyAV gives it."""
        self._turns = rotation // 90 % 4
        self._colour = colour
        self._tone = ToneMapper(colour.transfer, colour.primaries) if colour.hdr else None
        self._scaler, self._shrinker = VideoReformatter(), VideoReformatter()
        code = _SCALER.get(colour.matrix, _SCALER[Matrix.BT709])
        span = _FULL if colour.full_range else _LIMITED
        deep = "rgb48le" if colour.matrix is Matrix.RGB else "yuv444p16le"
        self._options: dict[str, Any] = {
            "format": deep if colour.hdr else "rgb24",
            "src_colorspace": code,
            "dst_colorspace": code,
            # Told that the range stays limited, the scaler shifts samples up to 16 bits and does nothing else.
            "src_color_range": _LIMITED if colour.hdr else span,
            "dst_color_range": _LIMITED if colour.hdr else _FULL,
            "interpolation": _EXACT | Interpolation.BILINEAR,
            # The threads of the pipeline work on different frames; more inside one frame would only contend.
            "threads": 1,
        }

    def rgb(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Return the picture as uint8 (height, width, 3), turned as a player shows it."""
        return self._upright(self._scaler.reformat(frame, **self._options), frame)

    def small(self, frame: VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
        """Return the picture shrunk by area to an upright uint8 (height, width, 3).

        Straight from the decoder's planes it costs a third of shrinking the full RGB picture.
        """
        across, down = (height, width) if self._turns % 2 else (width, height)
        options = self._options | {"width": across, "height": down, "interpolation": _EXACT | Interpolation.AREA}
        return self._upright(self._shrinker.reformat(frame, **options), frame)

    def _upright(self, scaled: VideoFrame, frame: VideoFrame) -> NDArray[np.uint8]:
        image: NDArray = scaled.to_ndarray()
        if self._tone is not None:
            image = self._tone.sdr(image, _to_signal(self._colour, frame.format.components[0].bits))
        return np.ascontiguousarray(np.rot90(image, self._turns)) if self._turns else image
