"""Pictures that carry their own number, so a test sees which frame it got after any codec."""

import struct
from pathlib import Path

import numpy as np

BITS = 10
CELL = 16


def numbered_image(number: int, size: tuple[int, int] = (192, 96)) -> np.ndarray:
    """A grey picture with its number as black and white cells along the top, and a red mark at bottom right."""
    image = np.full((size[1], size[0], 3), 110, np.uint8)
    for bit in range(BITS):
        image[:CELL, bit * CELL : (bit + 1) * CELL] = 235 if number >> bit & 1 else 20
    image[-CELL:, -CELL:] = (220, 20, 20)
    return image


def read_number(image: np.ndarray) -> int:
    """The number written by `numbered_image`."""
    cells = (image[4 : CELL - 4, bit * CELL + 4 : (bit + 1) * CELL - 4].mean() > 128 for bit in range(BITS))
    return sum(int(lit) << bit for bit, lit in enumerate(cells))


def cut_edit_list(path: Path, first: int, count: int, ticks: int, rate: int) -> None:
    """Rewrite an MP4's edit list to present ``count`` frames from ``first`` on, as trimming tools do."""
    data = bytearray(path.read_bytes())
    entry = data.find(b"elst") + 12
    struct.pack_into(">II", data, entry, round(count * 1000 / rate), first * ticks)
    path.write_bytes(data)
