"""The matting Laplacian over tiles, without a matrix: 25 planes of coefficients.

Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting" (PAMI 2008), equation 12. He, Sun,
Tang, "Fast Matting Using Large Kernel Matting Laplacian Matrices" (CVPR 2010) keep less and apply it by box filters:
window sums of p and I p, a 3x3 product, window sums again. Measured over 3,600 tiles on one core, that product takes
15 ms in single precision and 38 ms in double, which its differences of large sums want; the planes, made once from
exact sums, take 2.7 ms and are good in single.
"""

import numpy as np
import torch

from .tiles import REACH, SIDE, Tiles

_AROUND = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
SHIFTS = [(dy, dx) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)]
_MIDDLE = len(SHIFTS) // 2
_CHUNK = 1024  # tiles at once: bounds the memory for what is made of the windows


class TileLaplacian:
    """Rows of the Laplacian for the unknown pixels of `tiles`; the rows of all others are 0.

    `image` (H * W, 3) uint8 on the tiles' device, `unknown` (SIDE, SIDE, n) bool, `epsilon` Levin's regulariser for
    colours in 0..1. `planes` (25, SIDE, SIDE, n) float32: the weight of each of the 5x5 neighbours, row by row.
    """

    def __init__(self, tiles: Tiles, image: torch.Tensor, unknown: torch.Tensor, epsilon: float) -> None:
        self.tiles = tiles
        self.planes = torch.empty((len(SHIFTS), *unknown.shape), device=image.device)
        for first in range(0, tiles.count, _CHUNK):
            some = slice(first, first + _CHUNK)
            colours = image[tiles.pixel[..., some]].movedim(-1, 0).float()
            _fill(self.planes[..., some], colours, _windows(tiles.inside[..., some]), unknown[..., some], epsilon)

    @property
    def diagonal(self) -> torch.Tensor:
        return self.planes[_MIDDLE]

    def __call__(self, field: torch.Tensor) -> torch.Tensor:
        """The product with a field (SIDE, SIDE, n) float32 that is 0 outside the tiles."""
        return self.wide(self.tiles.widen(field))

    def wide(self, field: torch.Tensor) -> torch.Tensor:
        """The product (SIDE, SIDE, n) with a field whose values round the tiles are given."""
        found = torch.zeros_like(self.diagonal)
        for plane, (dy, dx) in zip(self.planes, SHIFTS, strict=True):
            found.addcmul_(plane, _shifted(field, dy, dx))
        return found


def _shifted(wide: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
    top, left = REACH + dy, REACH + dx
    return wide[..., top : top + SIDE, left : left + SIDE, :]


def _windows(inside: torch.Tensor) -> torch.Tensor:
    """Which 3x3 windows, by their middles (SIDE + 2, SIDE + 2, m), lie in the picture, as float64 0 or 1."""
    rows = inside[:-2] & inside[2:]
    return (rows[:, :-2] & rows[:, 2:]).double()


def _fill(
    rows: torch.Tensor, colours: torch.Tensor, window: torch.Tensor, counts: torch.Tensor, epsilon: float
) -> None:
    """Make `rows` (25, SIDE, SIDE, m): for each window of `colours` (3, SIDE + 4, SIDE + 4, m) and two of its pixels
    i and j, -(1 + (I_i - m)^T (S + eps/9)^-1 (I_j - m)) / 9; on the diagonal what brings the row's sum to 0.
    `counts` (SIDE, SIDE, m) is 1 for the pixels that have a row."""
    white = _whitened(colours, window, epsilon)
    share, scale = window.float(), counts / -9
    for number, (dy, dx) in enumerate(SHIFTS[_MIDDLE + 1 :], 1):
        weights = _weights(white, share, dy, dx)
        # Of a pixel to its neighbour, and of that one to the pixel: the same weight, a shift apart.
        torch.mul(weights[_tile(max(0, dy)), _tile(max(0, dx))], scale, out=rows[_MIDDLE + number])
        torch.mul(weights[_tile(max(0, -dy)), _tile(max(0, -dx))], scale, out=rows[_MIDDLE - number])
    rows[_MIDDLE] = 0
    rows[_MIDDLE] = -rows.sum(dim=0)


def _tile(first: int) -> slice:
    return slice(first, first + SIDE)


def _weights(white: list[tuple[torch.Tensor, ...]], share: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
    """What the windows say of each pixel and the one (dy, dx) from it, -9 times their weight: (SIDE + |dy|,
    SIDE + |dx|, m), for the pairs of which one pixel lies in the tile."""
    height, width = SIDE + abs(dy), SIDE + abs(dx)
    found = share.new_zeros((height, width, share.shape[-1]))
    for i, (y, x) in enumerate(_AROUND):
        if (y + dy, x + dx) not in _AROUND:
            continue
        j = _AROUND.index((y + dy, x + dx))
        # The window in which the first pixel stands (y, x) from the middle; windows begin one before the tile.
        top, left = 1 - max(0, dy) - y, 1 - max(0, dx) - x
        here = np.s_[top : top + height, left : left + width]
        found += share[here]
        for one, other in zip(white[i], white[j], strict=True):
            found.addcmul_(one[here], other[here])
    return found


def _whitened(colours: torch.Tensor, window: torch.Tensor, epsilon: float) -> list[tuple[torch.Tensor, ...]]:
    """For each of the 9 pixels of the windows the three parts (SIDE + 2, SIDE + 2, m) float32 of a vector q with
    q_i . q_j = (I_i - m)^T (S + eps/9)^-1 (I_j - m), by Cholesky; 0 for windows that do not count.

    Colours are whole numbers to 255, so 9 I - sum(I) = 9 (I - m) and 9 sum(xy) - sum(x) sum(y) = 81 S are exact in
    float32; only the factors need float64.
    """
    total = _box(colours)
    ridge = 9 * 255**2 * epsilon
    a, b, c, ab, ac, bc = (
        (9 * _box(colours[i] * colours[j]) - total[i] * total[j]).double() + ridge * (i == j)
        for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
    )
    first = window * a.rsqrt()
    low, lower = ab * first, ac * first
    second = window * (b - low * low).rsqrt()
    lowest = (bc - low * lower) * second
    third = window * (c - lower * lower - lowest * lowest).rsqrt()
    first, low, lower, second, lowest, third = (one.float() for one in (first, low, lower, second, lowest, third))
    found: list[tuple[torch.Tensor, ...]] = []
    for dy, dx in _AROUND:
        red, green, blue = (9 * _at(colours, dy, dx)).sub_(total)
        red *= first
        green.addcmul_(low, red, value=-1).mul_(second)
        blue.addcmul_(lower, red, value=-1).addcmul_(lowest, green, value=-1).mul_(third)
        found.append((red, green, blue))
    return found


def _at(wide: torch.Tensor, dy: int, dx: int) -> torch.Tensor:
    """The pixel that stands (dy, dx) from the middle of each window."""
    height, width = wide.shape[-3:-1]
    return wide[..., 1 + dy : height - 1 + dy, 1 + dx : width - 1 + dx, :]


def _box(wide: torch.Tensor) -> torch.Tensor:
    """Sum over each 3x3 window."""
    rows = wide[..., :-2, :, :] + wide[..., 1:-1, :, :] + wide[..., 2:, :, :]
    return rows[..., :-2, :] + rows[..., 1:-1, :] + rows[..., 2:, :]
