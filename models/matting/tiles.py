"""The unknown band as small square tiles, laid out for array work.

A field over the band is a tensor (..., SIDE, SIDE, n) with the tile last: a shift by a pixel is then a slice, and
every step one pass over contiguous memory, on the processor as on the graphics card. Cost follows the tiles and
not the picture.
"""

from dataclasses import dataclass

import numpy as np
import torch

SIDE = 8
REACH = 2  # a pixel's row of the matting Laplacian holds its 5x5 neighbours
_WIDE = SIDE + 2 * REACH


@dataclass(frozen=True)
class Tiles:
    """`n` tiles in raster order; the last is nobody's, and stands for every neighbour that is not held.

    `pixel` (12, 12, n) int64: flat indices into the picture of a tile and the REACH pixels round it, beyond the
    border the nearest pixel. `inside` (12, 12, n) bool: whether that place lies in the picture. `neighbour`
    (3, 3, n) int64: which tile lies above left, above, ..., below right. `around` (144 n,) int64: where each place
    of a widened field stands in the field.
    """

    pixel: torch.Tensor
    inside: torch.Tensor
    neighbour: torch.Tensor
    around: torch.Tensor

    @property
    def count(self) -> int:
        return self.pixel.shape[-1]

    @property
    def own(self) -> torch.Tensor:
        """Flat indices (SIDE, SIDE, n) of the tiles' own pixels."""
        return inner(self.pixel)

    def widen(self, field: torch.Tensor) -> torch.Tensor:
        """A field (SIDE, SIDE, n) with what its neighbours hold round it, (12, 12, n); 0 where there is no tile,
        if nobody's tile is 0."""
        return torch.index_select(field.reshape(-1), 0, self.around).view(_WIDE, _WIDE, self.count)


def inner(wide: torch.Tensor) -> torch.Tensor:
    """(..., SIDE, SIDE, n) of a widened field."""
    return wide[..., REACH : REACH + SIDE, REACH : REACH + SIDE, :]


def cut(unknown: np.ndarray, device: torch.device) -> Tiles:
    """The tiles that hold a True of `unknown` (H, W) bool, in the picture's own grid."""
    rows, columns, neighbour = _held(unknown)
    (y, in_y), (x, in_x) = (_along(first, size) for first, size in zip((rows, columns), unknown.shape, strict=True))
    pixel = y[:, None] * unknown.shape[1] + x
    inside = in_y[:, None] & in_x
    inside[..., -1] = False
    step, within = np.divmod(np.arange(-REACH, SIDE + REACH), SIDE)
    source = (within[:, None] * SIDE + within) * rows.size
    around = source[..., None] + neighbour[step[:, None] + 1, step + 1]
    return Tiles(*(torch.from_numpy(array).to(device) for array in (pixel, inside, neighbour, around.reshape(-1))))


def _held(unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row and column (n,) of each tile in the grid of tiles, nobody's at 0, 0; and the neighbours (3, 3, n)."""
    by_rows = np.logical_or.reduceat(unknown, np.arange(0, unknown.shape[0], SIDE), axis=0)
    held = np.logical_or.reduceat(by_rows, np.arange(0, unknown.shape[1], SIDE), axis=1)
    rows, columns = np.nonzero(held)
    number = np.full((held.shape[0] + 2, held.shape[1] + 2), rows.size)
    number[1:-1, 1:-1][held] = np.arange(rows.size)
    step = np.arange(3)
    near = number[rows + step[:, None, None], columns + step[:, None]]
    nobody = np.full((3, 3, 1), rows.size)
    return np.append(rows, 0), np.append(columns, 0), np.concatenate([near, nobody], axis=2)


def _along(first: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates (12, n) of the tiles `first` (n,) along one axis, and whether they lie in the picture."""
    place = SIDE * first + np.arange(-REACH, SIDE + REACH)[:, None]
    return np.clip(place, 0, size - 1), (place >= 0) & (place < size)
