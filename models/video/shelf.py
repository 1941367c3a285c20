"""Where one pass over a span lays its planes until the other pass comes: on disk, so that memory stays flat."""

import tempfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

Key = tuple[int, ...]
Packed = tuple[tuple[int, int], bytes]  # a plane's shape, and its levels compressed
_LEVELS = 255


class _Place(NamedTuple):
    offset: int
    length: int
    shape: tuple[int, int]


class Shelf:
    """Planes in 0..1 by key, kept to 1/255 in a file without a name; it goes with the object."""

    def __init__(self, contents: Mapping[Key, Packed] | None = None) -> None:
        self._file = tempfile.TemporaryFile()
        self._places: dict[Key, _Place] = {}
        for key, (shape, data) in (contents or {}).items():
            self._write(key, shape, data)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: Key) -> bool:
        return key in self._places

    def put(self, key: Key, plane: np.ndarray) -> None:
        """Lay a plane (H, W) float in 0..1 down; what lay there is forgotten."""
        levels = np.rint(plane * _LEVELS).astype(np.uint8)
        self._write(key, levels.shape, zlib.compress(levels.tobytes(), 1))

    def get(self, key: Key) -> np.ndarray:
        """The plane (H, W) float32 in 0..1. Raises KeyError."""
        shape, data = self._read(key)
        return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape).astype(np.float32) / np.float32(_LEVELS)

    def contents(self) -> dict[Key, Packed]:
        """All that lies here, as it lies: to make another shelf of."""
        return {key: self._read(key) for key in self._places}

    def _write(self, key: Key, shape: tuple[int, int], data: bytes) -> None:
        self._places[key] = _Place(self._file.seek(0, 2), len(data), shape)
        self._file.write(data)

    def _read(self, key: Key) -> Packed:
        place = self._places[key]
        self._file.seek(place.offset)
        return place.shape, self._file.read(place.length)
