"""What the colours known round about say of a pixel: where it lies on the way from the background's to the person's."""

import torch
from torch import Tensor
from torch.nn import functional

CELL = 4  # pixels a side of what colours are gathered in
_AROUND = (3, 7)  # cells a side of the windows
CHANNELS = 2 * len(_AROUND)
_SOME = 1e-4  # of a window known: less is nothing
_APART = 0.01  # squared distance of two colours of 0..1 that tells them half apart


def told_by_colours(image: Tensor, person: Tensor, background: Tensor) -> Tensor:
    """(N, CHANNELS, h, w): for a narrow and a wide window, first from -1 (the background's colour) to 1 (the person's)
    as far as it can be told, then from 0 to 1 how far it can.

    `image` (N, 3, h, w) float RGB in 0..1; `person` and `background` (N, 1, h, w) float, 1 where that is known; h and w
    multiples of CELL. Means are by normalised convolution (Knutsson and Westin, CVPR 1993), and a pixel is projected on
    the line between them, as sampling methods of matting do (Chuang et al., CVPR 2001).
    """
    sides = [_gathered(image, where) for where in (person, background)]
    return torch.cat([_told(image, *(_mean(side, cells) for side in sides)) for cells in _AROUND], 1)


def _gathered(image: Tensor, where: Tensor) -> Tensor:
    """(N, 4, h / CELL, w / CELL): of each cell the known colours, and how much is known."""
    return functional.avg_pool2d(torch.cat([image * where, where], 1), CELL)


def _mean(gathered: Tensor, cells: int) -> tuple[Tensor, Tensor]:
    """Of each cell the mean colour of what is known in the window round it, and whether anything is."""
    held = functional.avg_pool2d(gathered, cells, 1, cells // 2)
    known = held[:, 3:]
    return held[:, :3] / known.clamp(min=_SOME), (known > _SOME).to(held)


def _told(image: Tensor, person: tuple[Tensor, Tensor], background: tuple[Tensor, Tensor]) -> Tensor:
    """All but one product a pixel is done cell by cell: pixels are sixteen times as many."""
    line, both = person[0] - background[0], person[1] * background[1]
    length = (line * line).sum(1, keepdim=True)
    sure = both * length / (length + _APART)
    slope = 2 * sure * line / length.clamp(min=1e-4)
    start = (background[0] * slope).sum(1, keepdim=True) + sure
    plan = torch.cat([slope, start, sure], 1)
    plan = functional.interpolate(plan, scale_factor=float(CELL), mode="bilinear", align_corners=False)
    sure = plan[:, 4:]
    along = (image * plan[:, :3]).sum(1, keepdim=True) - plan[:, 3:4]
    return torch.cat([torch.maximum(torch.minimum(along, sure), -sure), sure], 1)
