"""A save sends only the tiles it changed; here they meet the plane they were painted on."""

from collections.abc import Iterable

import numpy as np

from .raster import PlaneError

TILE = 128


def tile_box(height: int, width: int, tx: int, ty: int, size: int = TILE) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of tile (tx, ty), clipped at the right and bottom border, in pixels.

    Raises PlaneError when the tile lies outside the plane.
    """
    left, top = tx * size, ty * size
    if tx < 0 or ty < 0 or left >= width or top >= height:
        raise PlaneError(f"tile ({tx}, {ty}) lies outside a plane of {width}x{height}")
    return left, top, min(left + size, width), min(top + size, height)


def apply_tiles(base: np.ndarray, tiles: Iterable[tuple[int, int, bytes]], size: int = TILE) -> np.ndarray:
    """A copy of `base` (height, width) uint8 with these tiles laid in.

    A tile is (tx, ty, raster): its column and row among the tiles, and the pixels of the clipped tile row by row,
    one byte a pixel. Raises PlaneError on a tile outside the plane, one of the wrong length, or one sent twice.
    """
    height, width = base.shape
    out = base.copy()
    seen: set[tuple[int, int]] = set()
    for tx, ty, data in tiles:
        left, top, right, bottom = tile_box(height, width, tx, ty, size)
        expected = (right - left) * (bottom - top)
        if len(data) != expected:
            raise PlaneError(f"tile ({tx}, {ty}) has {len(data)} bytes, not {expected}")
        if (tx, ty) in seen:
            raise PlaneError(f"tile ({tx}, {ty}) was sent twice")
        seen.add((tx, ty))
        out[top:bottom, left:right] = np.frombuffer(data, np.uint8).reshape(bottom - top, right - left)
    return out


def changed_tiles(before: np.ndarray, after: np.ndarray, size: int = TILE) -> list[list[int]]:
    """Column and row of each tile in which two planes (height, width) differ, row by row."""
    rows, columns = np.nonzero(before != after)
    return [[int(tx), int(ty)] for ty, tx in sorted(set(zip(rows // size, columns // size, strict=True)))]
