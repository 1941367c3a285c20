"""What a network may be told beside the picture. One network pre-labels, refines by click and propagates by it."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .encoder import STRIDE
from .series import ShapeError, check_plane

# Of a probability: a quarter of a grey level of 8 bits, so that a prior comes back as the same level.
_LEAST = 1 / 1020


@dataclass(frozen=True)
class Hints:
    """All of the picture's size and rank with one channel, float; what is None is absent.

    `prior` (..., 1, H, W) in 0..1 is a mask to start from: another network's, last frame's, the one to correct.
    `given` (B,) or (B, T) bool says which pictures of the batch have one; None: all. `positive` and `negative`
    (..., 1, H, W) are 1 on the discs of clicks inside and outside the person (`models.clicks`), else 0.
    """

    prior: Tensor | None = None
    positive: Tensor | None = None
    negative: Tensor | None = None
    given: Tensor | None = None

    def check(self, image: Tensor) -> None:
        """Raise ShapeError unless these fit the picture."""
        for name in ("prior", "positive", "negative"):
            check_plane(getattr(self, name), image, f"the hint {name!r}")
        if self.given is not None and self.given.shape != image.shape[:-3]:
            raise ShapeError(f"given is {tuple(self.given.shape)}: give one bool a picture, {tuple(image.shape[:-3])}")

    def weight(self, image: Tensor) -> Tensor:
        """(..., 1, 1, 1): 1 for pictures with a prior, else 0."""
        if self.prior is None:
            return image.new_zeros(*image.shape[:-3], 1, 1, 1)
        if self.given is None:
            return image.new_ones(*image.shape[:-3], 1, 1, 1)
        return self.given[..., None, None, None].to(image)


def planes(image: Tensor, hints: Hints) -> Tensor:
    """The encoder's input (..., 6, H, W): picture and prior in -1..1, clicks in 0..1, zero what is absent."""
    absent = torch.zeros_like(image[..., :1, :, :])
    prior = absent if hints.prior is None else (hints.prior * 2 - 1) * hints.weight(image)
    positive, negative = (absent if clicks is None else clicks for clicks in (hints.positive, hints.negative))
    return torch.cat([image * 2 - 1, prior, positive, negative], -3)


def padded(x: Tensor) -> Tensor:
    """(N, C, H, W) with the last row and column repeated up to multiples of STRIDE."""
    height, width = x.shape[-2:]
    right, below = -width % STRIDE, -height % STRIDE
    return functional.pad(x, (0, right, 0, below), mode="replicate") if right or below else x


def prior_logits(x: Tensor) -> Tensor:
    """Logits (N, 1, H, W) of the prior in the encoder's input (N, 6, H, W): 0 where there is none."""
    return ((x[:, 3:4] + 1) / 2).clamp(_LEAST, 1 - _LEAST).logit()
