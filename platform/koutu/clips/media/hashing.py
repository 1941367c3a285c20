"""What a picture is known by: exactly, and by its looks."""

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 32


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of a stored file as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def perceptual_hash(rgb: NDArray[np.uint8]) -> int:
    """Return the 64-bit DCT hash of RGB uint8 (height, width, 3) as a signed integer, ready for a database.

    Luma is shrunk to 32 × 32 by area and its DCT-II taken; each of the 8 × 8 lowest coefficients gives one bit,
    1 where it lies above the median of all but the mean (Zauner, "Implementation and benchmarking of perceptual
    image hash functions", 2010, §3.2.1). Scaling, recompression and small changes of tone move few bits; compare
    with `hamming`.
    """
    luma = cv2.cvtColor(cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    low = cv2.dct(luma.astype(np.float32))[:8, :8].ravel()
    bits = np.packbits(low > np.median(low[1:]))
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def hamming(one: int, other: int) -> int:
    """Return in how many of 64 bits two perceptual hashes differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
