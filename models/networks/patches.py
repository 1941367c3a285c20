"""Stage 2 where it is needed: patches along the unknown band, picked, refined some at a time, put back."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from .refiner import STEP, Edges, Refiner
from .series import ShapeError

CORE = 64  # pixels a side of what a patch answers for
REACH = 20  # pixels round it that a patch sees: no less than the refiner's own reach, a multiple of STEP
SIDE = CORE + 2 * REACH


def cores(unknown: Tensor) -> list[tuple[int, int]]:
    """(top, left) of squares of CORE that cover all of `unknown` (H, W) bool and do not overlap.

    Strips of rows start where the next unknown row is, and squares in a strip where its next unknown column is:
    a fixed grid would need about a third more of them along a thin band. Starts are multiples of STEP.
    """
    found = []
    for top in _starts(unknown.any(1)):
        strip = unknown[top : top + CORE]
        found += [(top, left) for left in _starts(strip.any(0))]
    return found


def _starts(some: Tensor) -> Iterator[int]:
    """Where stretches of CORE must start, one after the other, to cover all that is true in `some` (n,)."""
    end = 0
    for place in torch.nonzero(some)[:, 0].tolist():
        if place >= end:
            # Aligned, for the refiner halves its maps: cut elsewhere the halves would be others.
            start = max(end, place - place % STEP)
            end = start + CORE
            yield start


@torch.no_grad()
def refine(refiner: Refiner, image: Tensor, solved: Tensor, trimap: Tensor, batch: int = 16) -> Edges:
    """Edges of one picture: `image` (3, H, W) RGB, `solved` (1, H, W) alpha, `trimap` (1, H, W), float in 0..1.

    Any size; time grows with the unknown band, memory with `batch`. `alpha` (1, H, W) is the trimap's where that is
    known and `foreground` (3, H, W) the picture's own, both on the picture's device. Every answer is to the pixel
    what the refiner would give for the whole picture at once. Raises ShapeError.
    """
    if image.dim() != 3 or solved.shape != (1, *image.shape[1:]) or trimap.shape != solved.shape:
        shapes = ", ".join(str(tuple(one.shape)) for one in (image, solved, trimap))
        raise ShapeError(f"picture, solved alpha and trimap are {shapes}: give (3, H, W), (1, H, W) and (1, H, W)")
    alpha, foreground = (trimap >= 1).to(image), image.clone()
    planes = [_padded(plane) for plane in (image, solved, trimap)]
    squares = cores((trimap[0] > 0) & (trimap[0] < 1))
    device = next(refiner.parameters()).device
    for start in range(0, len(squares), batch):
        chosen = squares[start : start + batch]
        corners = [_corner(square, planes[0]) for square in chosen]
        edges = refiner(*(_patches(plane, corners).to(device) for plane in planes))
        _put(edges.alpha, chosen, corners, alpha)
        _put(edges.foreground, chosen, corners, foreground)
    return Edges(alpha, foreground)


def _padded(whole: Tensor) -> Tensor:
    """With rows and columns repeated, up to multiples of STEP and to one patch at least."""
    height, width = whole.shape[1:]
    below, right = max(SIDE - height, -height % STEP), max(SIDE - width, -width % STEP)
    below, right = below + -(height + below) % STEP, right + -(width + right) % STEP
    # Most pictures of film need none, and a copy of a large one takes as long as several patches.
    return functional.pad(whole[None], (0, right, 0, below), mode="replicate")[0] if below or right else whole


def _corner(square: tuple[int, int], whole: Tensor) -> tuple[int, int]:
    """(top, left) of a square's patch. At the border it moves inwards: there it ends where the picture ends."""
    limits = (whole.shape[1] - SIDE, whole.shape[2] - SIDE)
    top, left = (min(max(place - REACH, 0), limit) for place, limit in zip(square, limits, strict=True))
    return top, left


def _patches(plane: Tensor, corners: Sequence[tuple[int, int]]) -> Tensor:
    """(n, C, SIDE, SIDE) out of (C, H, W), laid out as in `series.frames`."""
    cut = torch.stack([plane[:, top : top + SIDE, left : left + SIDE] for top, left in corners])
    return cut.contiguous(memory_format=torch.channels_last)


def _put(
    patches: Tensor, squares: Sequence[tuple[int, int]], corners: Sequence[tuple[int, int]], plane: Tensor
) -> None:
    """Write the core of each patch (n, C, SIDE, SIDE) to its square of `plane` (C, H, W)."""
    for patch, (top, left), (above, before) in zip(patches.to(plane.device), squares, corners, strict=True):
        target = plane[:, top : top + CORE, left : left + CORE]
        rows, columns = target.shape[1:]
        target.copy_(patch[:, top - above :, left - before :][:, :rows, :columns])
