"""From HDR (PQ, HLG) to the SDR picture an annotator sees: the tone-mapped picture is the frame.

1. The signal becomes display light in cd/m²: PQ by the EOTF of SMPTE ST 2084 (ITU-R BT.2100-2 table 4); HLG by its
   inverse OETF and the OOTF of a 1000 cd/m² display, gamma 1.2 (BT.2100-2 table 5).
2. The source's primaries become BT.709's by a linear matrix; what lies outside of BT.709 is clipped at zero.
3. The largest of R, G and B goes through the EETF of ITU-R BT.2390-10 §5.4.1.1, from `PEAK` to `WHITE` cd/m², and the
   other two are scaled along, so hue and saturation stay and nothing below `PEAK` clips.
4. Light becomes signal by the inverse of BT.1886, a power of 1/2.4, as all other 8-bit video here is meant.

With `WHITE` at 250 cd/m² a white sheet (203 cd/m², ITU-R BT.2408-7 §2) comes to 0.81 of the range, a grey card
(26 cd/m²) to 0.39, near the 0.41 of SDR video, and 1000 cd/m² to 0.98. `PEAK` is that of the brightest masters;
a file's own is not read, so that all clips of a film get one curve.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

PEAK = 4000.0
HLG_PEAK = 1000.0
WHITE = 250.0
NAME = f"tone BT.2390 {PEAK:.0f}-{WHITE:.0f}"
_GAMMA = 2.4
_HLG_GAMMA = 1.2
# ST 2084 §5: m1, m2, c1, c2, c3.
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
# BT.2100-2 table 5: the constants of HLG.
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
_LUMA_2020 = (0.2627, 0.6780, 0.0593)
# CIE xy of red, green, blue and white (D65) by H.273 table 2.
BT709 = (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290)
_BT2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
_P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
_PRIMARIES = {1: BT709, 9: _BT2020, 12: _P3}
# So many rows at a time stay in the processor's cache.
_BAND = 24
_GAINS = 1 << 16
# Light that has a logarithm and still is 0 of 255.
_BLACK = np.float32(1e-9)

Light = NDArray[np.float32]


def pq_light(signal: NDArray) -> NDArray:
    """PQ signal 0 … 1 to cd/m², 0 … 10,000 (ST 2084 eq. 4)."""
    power = np.power(np.clip(signal, 0, 1), 1 / _M2)
    return 10000 * np.power(np.maximum(power - _C1, 0) / (_C2 - _C3 * power), 1 / _M1)


def pq_signal(light: NDArray) -> NDArray:
    """The inverse of `pq_light`."""
    power = np.power(np.clip(light, 0, 10000) / 10000, _M1)
    return np.power((_C1 + _C2 * power) / (1 + _C3 * power), _M2)


def hlg_scene(signal: NDArray) -> NDArray:
    """HLG signal 0 … 1 to scene light 0 … 1 (BT.2100-2, inverse OETF)."""
    signal = np.clip(signal, 0, 1)
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)


def compressed(light: NDArray) -> NDArray:
    """Display light in cd/m² from 0 … `PEAK` to 0 … `WHITE` (BT.2390-10 §5.4.1.1, black at zero); more is `PEAK`."""
    peak, most = pq_signal(np.array(PEAK)), pq_signal(np.array(WHITE)) / pq_signal(np.array(PEAK))
    source = np.minimum(pq_signal(light) / peak, 1)
    knee = 1.5 * most - 0.5
    t = np.maximum(source - knee, 0) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return pq_light(np.where(source < knee, source, spline) * peak)


def to_bt709(primaries: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the 3 × 3 matrix that brings linear RGB of these primaries to BT.709's; a grey stays that grey.

    ``primaries`` are CIE xy of red, green, blue and white.
    """
    matrix = np.linalg.solve(_to_xyz(BT709), _to_xyz(primaries))
    return matrix / matrix.sum(axis=1, keepdims=True)


def _to_xyz(primaries: tuple[float, ...]) -> NDArray[np.float64]:
    """RGB of these primaries to CIE XYZ, white at Y = 1 (SMPTE RP 177)."""
    red, green, blue, white = (
        np.array([x / y, 1, (1 - x - y) / y]) for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    )
    columns = np.stack([red, green, blue], axis=1)
    return columns * np.linalg.solve(columns, white)


class ToneMapper:
    """Turns HDR pictures into SDR. May be shared by threads."""

    def __init__(self, transfer: str, primaries: int) -> None:
        """``transfer`` is pq or hlg; ``primaries`` a code of H.273 table 2, BT.2020 where it is none we know."""
        signal = np.arange(65536) / 65535
        light = pq_light(signal) / WHITE if transfer == "pq" else hlg_scene(signal)
        self._light = light.astype(np.float32)
        self._is_hlg = transfer == "hlg"
        self._matrix = to_bt709(_PRIMARIES.get(primaries, _BT2020)).astype(np.float32)
        self._gains = self._gains_by_root()

    @staticmethod
    def _gains_by_root() -> Light:
        """What the curve does to a signal, by the fourth root of its light over 10,000 cd/m²."""
        light = np.maximum((np.arange(_GAINS) / (_GAINS - 1)) ** 4 * 10000, 1e-6)
        # Above the peak the gain still falls, so that a bright colour keeps its hue and clips as a whole.
        return np.power(compressed(light) / light, 1 / _GAMMA).astype(np.float32) * np.float32(255)

    def sdr(self, samples: NDArray[np.uint16], to_signal: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return BT.709 uint8 (height, width, 3).

        ``samples`` are uint16 (height, width, 3); ``to_signal`` is the 3 × 4 matrix that makes R'G'B' in 0 … 65535
        of them.
        """
        mapped = np.empty(samples.shape, np.uint8)
        for top in range(0, len(samples), _BAND):
            # OpenCV rounds and clips to 16 bits.
            mapped[top : top + _BAND] = self._band(cv2.transform(samples[top : top + _BAND], to_signal))
        return mapped

    def _band(self, signal: NDArray) -> NDArray:
        light: NDArray = np.take(self._light, signal)
        if self._is_hlg:
            luma = np.maximum(cv2.transform(light, np.array([_LUMA_2020], np.float32)), _BLACK)
            ootf = _power(luma, _HLG_GAMMA - 1) * np.float32(HLG_PEAK / WHITE)
            light = cv2.multiply(light, cv2.merge([ootf, ootf, ootf]))
        light = np.maximum(cv2.transform(light, self._matrix), _BLACK)
        red, green, blue = cv2.split(light)
        top = cv2.max(cv2.max(red, green), blue)
        root = cv2.sqrt(cv2.sqrt(top * np.float32(WHITE / 10000)))
        places = np.minimum(root * np.float32(_GAINS - 1) + np.float32(0.5), _GAINS - 1).astype(np.intp)
        gains = np.take(self._gains, places)
        return cv2.convertScaleAbs(cv2.multiply(_power(light, 1 / _GAMMA), cv2.merge([gains, gains, gains])))


def _power(light: NDArray, exponent: float) -> NDArray:
    """Positive light to a power, by logarithms: ten times as fast as cv2.pow, and exact to 1e-5 of a level."""
    return cv2.exp(cv2.log(light) * np.float32(exponent))
