"""A coarse system for closed-form matting: in every tile alpha is an affine function of colour.

Closed-form matting rests on alpha being affine in colour inside small windows, so fields that are affine in colour
over a whole tile cost next to nothing in its energy: they are what conjugate gradients are slow to find. Given four
unknowns a tile (one constant, three slopes) and solved directly, they leave the iteration a few rounds. Such
near-null vectors are the idea of smoothed aggregation (Vanek, Mandel, Brezina, "Algebraic Multigrid by Smoothed
Aggregation", Computing 1996); multigrid with constants alone, as in Lee and Wu, "Scalable Matting: A Sub-linear
Approach" (2014), needs ten times as many rounds on our pictures.
"""

import numpy as np
import torch

from .direct import Inverse, inverse
from .tile_laplacian import SHIFTS, TileLaplacian
from .tiles import REACH, SIDE

_RIDGE = 1e-5  # of each diagonal entry: a tile of one colour has no slopes
_ITSELF = 4  # among a tile's neighbours, row by row
_LATER = [(0, 0), (0, 1), (1, -1), (1, 0), (1, 1)]  # the tile itself and those after it; the rest by symmetry


class TileModels:
    """The Laplacian restricted to fields affine in colour tile by tile, factored once.

    `colours` (SIDE, SIDE, n, 3) uint8, `unknown` (SIDE, SIDE, n) bool.
    """

    def __init__(self, laplacian: TileLaplacian, colours: torch.Tensor, unknown: torch.Tensor) -> None:
        self._basis = _basis(colours, unknown)
        self._inverse = _inverse(_blocks(laplacian, self._basis), laplacian.tiles.neighbour)

    def __call__(self, residual: torch.Tensor) -> torch.Tensor:
        """The field (SIDE, SIDE, n) in this space whose product with the Laplacian comes nearest to `residual`."""
        right = (self._basis * residual).sum(dim=(1, 2))[:, :-1].T
        found = torch.from_numpy(self._inverse(right.cpu().numpy()))
        models = torch.nn.functional.pad(found.to(residual.device).T, (0, 1))
        return _mixed(self._basis, models)


def _basis(colours: torch.Tensor, unknown: torch.Tensor) -> torch.Tensor:
    """(4, SIDE, SIDE, n) float32: one, and the three colours less their mean over the tile; 0 where known."""
    inside = unknown.float()
    values = colours.movedim(-1, 0) / 255 * inside
    mean = values.sum(dim=(1, 2), keepdim=True) / inside.sum(dim=(0, 1)).clamp(min=1)
    return torch.cat([inside[None], (values - mean) * inside])


def _mixed(basis: torch.Tensor, models: torch.Tensor) -> torch.Tensor:
    """The field of `models` (4, n)."""
    field = basis[0] * models[0]
    for one, weight in zip(basis[1:], models[1:], strict=True):
        field.addcmul_(one, weight)
    return field


def _blocks(laplacian: TileLaplacian, basis: torch.Tensor) -> torch.Tensor:
    """(3, 3, 4, 4, n): for each tile and each of its neighbours, basis^T L basis."""
    wide = torch.stack([laplacian.tiles.widen(one) for one in basis])
    blocks = basis.new_zeros((3, 3, 4, 4, basis.shape[-1]))
    for step in _LATER:
        product = _product(laplacian.planes, wide, step)
        for one in range(4):
            blocks[step[0] + 1, step[1] + 1, one] = (basis[one] * product).sum(dim=(1, 2))
    for dy, dx in _LATER[1:]:
        before = laplacian.tiles.neighbour[1 - dy, 1 - dx]
        blocks[1 - dy, 1 - dx] = blocks[1 + dy, 1 + dx][..., before].transpose(0, 1)
    return blocks


def _product(planes: torch.Tensor, wide: torch.Tensor, step: tuple[int, int]) -> torch.Tensor:
    """(4, SIDE, SIDE, n): L basis, counting only what stands in the neighbour `step` away."""
    found = wide.new_zeros((4, *planes.shape[1:]))
    for plane, shift in zip(planes, SHIFTS, strict=True):
        (top, bottom), (left, right) = (_reaching(*both) for both in zip(shift, step, strict=True))
        if top < bottom and left < right:
            here = np.s_[top:bottom, left:right]
            dy, dx = REACH + shift[0], REACH + shift[1]
            there = wide[:, top + dy : bottom + dy, left + dx : right + dx]
            found[:, *here].addcmul_(plane[here], there)
    return found


def _reaching(shift: int, step: int) -> tuple[int, int]:
    """Which places of a tile, along one axis, `shift` leads into the neighbour `step` away."""
    return max(0, step * SIDE - shift), min(SIDE, (step + 1) * SIDE - shift)


def _inverse(blocks: torch.Tensor, neighbour: torch.Tensor) -> Inverse:
    """Of the matrix of the blocks; nobody's tile is left out."""
    near = neighbour.reshape(9, -1)[:, :-1].T.cpu().numpy()
    values = blocks.reshape(9, 4, 4, -1)[..., :-1].permute(3, 0, 1, 2).cpu().numpy()
    diagonal = values[:, _ITSELF, range(4), range(4)]
    values[:, _ITSELF, range(4), range(4)] = (1 + _RIDGE) * diagonal + _RIDGE**2
    return inverse(values, near)
