"""The codec of planes: 8-bit single-channel rasters at the frame's size, their address, bytes and tiles.

A plane is a **mask** (0 or 255), a **matte** (soft alpha, 0..255) or a **trimap** (0, 128 or 255). Everything
here needs numpy and Pillow only, so the web process, the client and the challenge kit can all use it.
"""

from .codec import decode, encode, header, kind_of
from .raster import MAX_PIXELS, MAX_SIDE, Kind, PlaneError, address, bounding_box, check, check_size, snap
from .tiles import TILE, apply_tiles, changed_tiles, tile_box

__all__ = [
    "MAX_PIXELS",
    "MAX_SIDE",
    "TILE",
    "Kind",
    "PlaneError",
    "address",
    "apply_tiles",
    "bounding_box",
    "changed_tiles",
    "check",
    "check_size",
    "decode",
    "encode",
    "header",
    "kind_of",
    "snap",
    "tile_box",
]
