"""Koutu-S, stage 2: alpha and foreground in patches along a mask's edge, at the picture's own size."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import zero_conv
from .config import RefinerConfig
from .heads import softened
from .series import ShapeError, check_picture, check_plane

STEP = 4  # what height and width of a patch must be multiples of
_LEAST = 1 / 1020
_MODEST = 3.0  # logit: before training a twentieth of the network's own sight counts


@dataclass(frozen=True)
class Edges:
    """`alpha` (N, 1, h, w) and `foreground` (N, 3, h, w) float in 0..1. Foreground means something where alpha > 0."""

    alpha: Tensor
    foreground: Tensor


class Refiner(nn.Module):
    """A small U-Net (Ronneberger et al., MICCAI 2015) that mends what the closed form solved in the unknown band.

    It begins as the closed form's own answer: what alpha is by the network's sight comes in place of it as far as the
    network is sure to know better, and at first that is a little everywhere.

    Four pixels of it are the channels of one cell at 1/2 and come apart at the end (sub-pixel convolution, Shi et al.,
    CVPR 2016): at full size nothing is computed. It is without normalisation: what a pixel becomes depends on the
    picture up to `REACH` pixels away and on nothing else, so that patches cut anywhere, one by one or many at once,
    give the same answer as the whole. Refining only where it is needed follows Background Matting V2 (Lin et al., CVPR
    2021).
    """

    name = "koutu-s-refiner"

    def __init__(self, config: RefinerConfig | None = None) -> None:
        super().__init__()
        self.config = config or RefinerConfig()
        fine, wide = self.config.widths
        self.first = nn.Conv2d(4 * 7, fine, 3, padding=1)
        self.down = nn.Conv2d(fine, wide, 3, 2, 1)
        self.deep = nn.Sequential(*(_Step(wide) for _ in range(self.config.depth)))
        self.lift = nn.Conv2d(wide, 4 * fine, 1)
        self.mix = nn.Conv2d(fine, fine, 3, padding=1)
        self.gate = zero_conv(fine, 4 * 5)

    def forward(self, image: Tensor, solved: Tensor, trimap: Tensor) -> Edges:
        """Edges of patches: `image` (N, 3, h, w) RGB, `solved` (N, 1, h, w) alpha, `trimap` (N, 1, h, w).

        All float in 0..1, the trimap 0, 1, and all else unknown; h and w multiples of STEP. Alpha is the trimap's
        where that is known, foreground the picture's own. Raises ShapeError for what does not fit together.
        """
        _check(image, solved, trimap)
        return self.run(image, solved, trimap)

    def run(self, image: Tensor, solved: Tensor, trimap: Tensor) -> Edges:
        """`forward` without its checks, which a graph for export cannot hold."""
        known = torch.cat([trimap <= 0, (trimap > 0) & (trimap < 1), trimap >= 1], 1).to(image)
        answer = self._answer(torch.cat([image * 2 - 1, solved * 2 - 1, known], 1))
        start = softened(solved.clamp(_LEAST, 1 - _LEAST).logit())
        better, sure = (start + answer[:, :1]).sigmoid(), (answer[:, 1:2] - _MODEST).sigmoid()
        unknown = known[:, 1:2]
        alpha = unknown * (solved + sure * (better - solved)) + known[:, 2:]
        return Edges(alpha, (image + unknown * answer[:, 2:]).clamp(0, 1))

    def _answer(self, x: Tensor) -> Tensor:
        fine = functional.hardswish(self.first(functional.pixel_unshuffle(x, 2)))
        deep = self.deep(functional.hardswish(self.down(fine)))
        lifted = functional.hardswish(functional.pixel_shuffle(self.lift(deep), 2) + fine)
        return functional.pixel_shuffle(self.gate(functional.hardswish(self.mix(lifted))), 2)


class _Step(nn.Module):
    """x + W2 h(W1 h(x)): one look round and one look within, so that the reach grows by one cell only."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(channels, channels, 3, padding=1)
        self.within = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.within(functional.hardswish(self.around(functional.hardswish(x))))


def _check(image: Tensor, solved: Tensor, trimap: Tensor) -> None:
    check_picture(image)
    if image.dim() != 4 or image.shape[-2] % STEP or image.shape[-1] % STEP:
        raise ShapeError(f"patches are {tuple(image.shape)}: give (N, 3, h, w) with h and w multiples of {STEP}")
    check_plane(solved, image, "the solved alpha")
    check_plane(trimap, image, "the trimap")
