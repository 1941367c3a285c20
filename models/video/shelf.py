"""Where one pass over a span lays its planes until the other pass comes: on disk, so that memory stays flat."""

import tempfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

import numpy as np

Key = tuple[int, ...]
Packed = tuple[tuple[int, int], bytes | memoryview]  # a plane's shape, and its levels compressed
_LEVELS = 255


class _Place(NamedTuple):
    offset: int
    length: int
    shape: tuple[int, int]


class Shelf:
    """Planes in 0..1 by key, kept to 1/255 in a file without a name; it goes with the object."""

    def __init__(self, contents: Mapping[Key, Packed] | None = None) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile()
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
        shape, data = _read(self._file, self._places[key])
        return np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape).astype(np.float32) / np.float32(_LEVELS)

    def contents(self) -> Mapping[Key, Packed]:
        """All that lies here by now, as it lies: to make another shelf of. Planes are read when they are asked for."""
        return _Contents(self._file, dict(self._places))

    def _write(self, key: Key, shape: tuple[int, int], data: bytes | memoryview) -> None:
        self._places[key] = _Place(self._file.seek(0, 2), len(data), shape)
        self._file.write(data)


class _Contents(Mapping[Key, Packed]):
    """What lay on a shelf: nothing is ever written over in its file."""

    def __init__(self, file: BinaryIO, places: Mapping[Key, _Place]) -> None:
        self._file, self._places = file, places

    def __getitem__(self, key: Key) -> Packed:
        return _read(self._file, self._places[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _read(file: BinaryIO, place: _Place) -> Packed:
    file.seek(place.offset)
    return place.shape, file.read(place.length)
