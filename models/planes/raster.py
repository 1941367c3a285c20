"""What a plane is: its legal values, its limits, its address."""

import hashlib
import struct
from typing import Literal

import numpy as np

Kind = Literal["mask", "matte", "trimap"]

MAX_SIDE = 16384
MAX_PIXELS = 100_000_000

_LEGAL: dict[str, tuple[int, ...]] = {"mask": (0, 255), "trimap": (0, 128, 255)}


class PlaneError(ValueError):
    """A raster, or the bytes of one, is not a plane. The message says what is wrong, fit for a person to read."""


def check_size(height: int, width: int) -> None:
    """Refuse a size no plane may have, before any memory is taken for it.

    Raises PlaneError when a side is below 1 or above `MAX_SIDE`, or the area is above `MAX_PIXELS`.
    """
    if height < 1 or width < 1:
        raise PlaneError(f"a plane of {width}x{height} has no pixels")
    if max(height, width) > MAX_SIDE or height * width > MAX_PIXELS:
        raise PlaneError(f"a plane of {width}x{height} is above the limit of {MAX_SIDE} a side and {MAX_PIXELS} pixels")


def check(kind: Kind, raster: np.ndarray) -> None:
    """Refuse what is not a plane of this kind.

    `raster` is (height, width) uint8. Raises PlaneError on another dtype or shape, on a size outside the limits,
    on a value the kind does not know (mask: 0, 255; trimap: 0, 128, 255; matte: any), and on an unknown kind.
    """
    if kind not in ("mask", "matte", "trimap"):
        raise PlaneError(f"unknown kind of plane {kind!r}: it is mask, matte or trimap")
    _check_shape(raster)
    if kind == "matte":
        return
    counts = np.bincount(raster.ravel(), minlength=256)
    counts[list(_LEGAL[kind])] = 0
    if counts.any():
        value = int(np.flatnonzero(counts)[0])
        legal = ", ".join(map(str, _LEGAL[kind]))
        raise PlaneError(f"a {kind} may hold {legal} only; {int(counts[value])} pixels hold {value}")


def _check_shape(raster: np.ndarray) -> None:
    if not isinstance(raster, np.ndarray) or raster.dtype != np.uint8:
        raise PlaneError(f"a plane is uint8, not {getattr(raster, 'dtype', type(raster).__name__)}")
    if raster.ndim != 2:
        raise PlaneError(f"a plane is (height, width), not {raster.shape}")
    check_size(*raster.shape)


def address(raster: np.ndarray, version: int = 1) -> str:
    """The plane's identity: 64 hex digits, whatever encoding carries it.

    SHA-256 over the bytes `koutu-plane` (ASCII, 11 bytes), version (u8), height (u32 little endian), width
    (u32 little endian), then the raster row by row, one byte a pixel. The browser's engine computes the same.
    `raster` is (height, width) uint8; raises PlaneError otherwise.
    """
    _check_shape(raster)
    digest = hashlib.sha256(b"koutu-plane" + struct.pack("<BII", version, *raster.shape))
    digest.update(np.ascontiguousarray(raster).data)
    return digest.hexdigest()


def snap(alpha: np.ndarray) -> np.ndarray:
    """Quantise a float alpha (height, width) in 0..1 to a matte, uint8.

    Values within 1/255 of 0 or 1 become exactly 0 or 255: solvers leave noise there that costs four times the
    bytes and shows as a haze. Only for float alphas: planes of people and of imports are stored untouched.
    Raises PlaneError on an integer dtype, or on NaN. Values outside 0..1 are clipped.
    """
    if not np.issubdtype(alpha.dtype, np.floating):
        raise PlaneError(f"snap quantises a float alpha, not {alpha.dtype}")
    if np.isnan(alpha).any():
        raise PlaneError("the alpha holds NaN")
    level = np.rint(np.clip(alpha, 0.0, 1.0) * 255.0)
    level[alpha <= 1 / 255] = 0
    level[alpha >= 254 / 255] = 255
    return level.astype(np.uint8)


def bounding_box(raster: np.ndarray) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of what is not 0, right and bottom exclusive, in pixels; None when all is 0."""
    rows = np.flatnonzero(raster.any(axis=1))
    if rows.size == 0:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(raster[top:bottom].any(axis=0))
    return int(columns[0]), top, int(columns[-1]) + 1, bottom
