"""Closed-form alpha in torch: for wide bands, and for graphics cards. It is what the platform solves with.

The equations are those of `closed_form` (Levin, Lischinski, Weiss, PAMI 2008, what is known eliminated), here without
a matrix: the band is cut into tiles, conjugate gradients run over them in single precision, and one coarse system of
colour models a tile gives both their start, from coarse to fine, and half of their preconditioner.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch

from .tile_laplacian import TileLaplacian
from .tile_models import TileModels
from .tiles import Tiles, cut, inner

Operator = Callable[[torch.Tensor], torch.Tensor]

# Remaining error beside that of alpha 0, in the norm of the energy. Measured at 5e-4 and at this value, 1920x1080 with
# a tenth unknown, the mean alpha of the band is within 0.0052 and 0.0024 of PyMatting's (22 and 33 rounds). On street
# photographs with grey walls 0.0057 and 0.0047; there 0.0042 stay however long one seeks.
_TOLERANCE = 2e-4
_MOST_ROUNDS = 500
_ONE_PIXEL = 1.0  # about the energy of one pixel that is wrong: less than a share of it is rounding


def torch_closed_form(
    image: np.ndarray,
    trimap: np.ndarray,
    prior: np.ndarray | None = None,
    epsilon: float = 1e-7,
    tolerance: float = _TOLERANCE,
    device: str | None = None,
) -> np.ndarray:
    """Alpha (H, W) float32 in 0..1 of `image` (H, W, 3) uint8 RGB.

    `trimap` (H, W) uint8: 0 is background, 255 person, all else unknown. `prior` (H, W) float in 0..1, such as the
    alpha of the frame before, is where the iteration starts, and the answer where nothing is known.
    `device` is torch's name of one; None takes the graphics card where there is one. Memory is about 250 bytes for
    each pixel of the tiles that hold the band. The processor's answer is the same to the bit whatever the threads.
    """
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    free = (trimap != 0) & (trimap != 255)
    guess = np.full(trimap.shape, 0.5, np.float32) if prior is None else prior.astype(np.float32)
    if free.all():
        return guess  # every constant has energy 0
    alpha = (trimap == 255).astype(np.float32)
    if not free.any():
        return alpha
    picture, level, unknown, start = (
        torch.from_numpy(np.require(array, requirements=["C", "W"])).to(place) for array in (image, trimap, free, guess)
    )
    with _one_thread():
        tiles = cut(free, place)
        mine = unknown.view(-1)[tiles.own] & inner(tiles.inside)
        found = _solve(tiles, picture.view(-1, 3), level.view(-1), mine, start.view(-1), epsilon, tolerance)
    alpha.ravel()[tiles.own[mine].cpu().numpy()] = found[mine].clamp(0, 1).cpu().numpy()
    return alpha


@contextmanager
def _one_thread() -> Iterator[None]:
    """Some thousand steps of a tenth of a millisecond: threads that wait for each other after every one win little on
    an idle machine and lose all on a busy one (2 cores, load 15: 18.8 s on two threads, 1.7 s on one; the coarse
    system's factors 2,400 ms instead of 15)."""
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


def _solve(
    tiles: Tiles,
    picture: torch.Tensor,
    level: torch.Tensor,
    mine: torch.Tensor,
    start: torch.Tensor,
    epsilon: float,
    tolerance: float,
) -> torch.Tensor:
    """Alpha of the unknown pixels, a field (SIDE, SIDE, n) that is 0 where `mine` is False: L_uu x = -L_uk alpha_k."""
    laplacian = TileLaplacian(tiles, picture, mine, epsilon)
    models = TileModels(laplacian, picture[tiles.own], mine)
    inverse = torch.where(laplacian.diagonal > 0, 1 / laplacian.diagonal, 0)
    known = (level[tiles.pixel] == 255) & tiles.inside
    right = -laplacian.wide(known.float())
    first = start[tiles.own] * mine
    first += models(right - laplacian(first))
    return conjugate_gradients(laplacian, lambda rest: rest * inverse + models(rest), right, first, tolerance)[0]


def conjugate_gradients(
    product: Operator, precondition: Operator, right: torch.Tensor, start: torch.Tensor, tolerance: float
) -> tuple[torch.Tensor, int]:
    """The x with product(x) = `right`, sought from `start`, and after how many rounds it was found.

    It ends where the error left, in the norm of the energy as the preconditioner sees it, is `tolerance` of that of
    x = 0, so a good start ends sooner (Hestenes and Stiefel, 1952). Where 0 is the answer, that of the start counts.
    """
    found, rest = start.clone(), right - product(start)
    direction = better = precondition(rest)
    left = _dot(rest, better)
    enough = tolerance**2 * max(_dot(right, precondition(right)), left, _ONE_PIXEL)
    rounds = 0
    while left > enough and rounds < _MOST_ROUNDS:
        change = product(direction)
        length = left / _dot(direction, change)
        found.add_(direction, alpha=length)
        rest.sub_(change, alpha=length)
        better = precondition(rest)
        before, left = left, _dot(rest, better)
        direction = torch.add(better, direction, alpha=left / before)
        rounds += 1
    return found, rounds


def _dot(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.dot(one.reshape(-1), other.reshape(-1)))
