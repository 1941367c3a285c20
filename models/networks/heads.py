"""What is read from the decoder's maps. Fine answers come as channels at 1/2 or 1/4, unfolded to full size.

That is sub-pixel convolution (Shi et al., CVPR 2016): edges to the pixel without a convolution at full size.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import conv, zero_conv
from .config import KoutuSConfig

_SURE = 0.9  # how far a mask binds the alpha that starts from it: surer, and the slope of the sigmoid vanishes


class FineHead(nn.Module):
    """Logits of the hard mask and of its boundary, (N, 1, 2h, 2w) from a map (N, C, h, w).

    The mask is the network's own, or, where a prior is given, a correction of the prior's. The correction comes
    through a gate that starts closed: until it is trained the answer is the prior itself. All is one layer, which
    takes a third of the time of three; looking round in it makes edges much sharper than a 1x1 layer does.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layer = nn.Conv2d(channels, 12, 3, padding=1)
        with torch.no_grad():
            for parameter in self.layer.parameters():
                parameter[4:8] = 0

    def forward(self, half: Tensor, prior: Tensor, given: Tensor) -> tuple[Tensor, Tensor]:
        """`prior` (N, 1, H, W) are its logits, 0 where there is none; `given` (N, 1, 1, 1) is 0 or 1."""
        own, correction, boundary = functional.pixel_shuffle(self.layer(half), 2).split(1, 1)
        return prior + given * correction + (1 - given) * own, boundary


class ErrorHead(nn.Module):
    """Logits of the chance that the mask is wrong at a pixel. It sees the mask, and cannot change it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = conv(channels + 16, 16)
        self.answer = nn.Conv2d(16, 16, 1)

    def forward(self, quarter: Tensor, logits: Tensor) -> Tensor:
        """`quarter` (N, C, h, w), the mask's `logits` (N, 1, 4h, 4w), as is what it answers."""
        seen = functional.pixel_unshuffle(logits.detach().tanh(), 4)
        return functional.pixel_shuffle(self.answer(self.look(torch.cat([quarter, seen], 1))), 4)


class InstanceHead(nn.Module):
    """At 1/4: logits of a person's centre, and the way from each cell to the centre of its person.

    Panoptic-DeepLab (Cheng et al., CVPR 2020). `centre` (N, 1, h, w); `offset` (N, 2, h, w) as x, y in cells of
    four pixels.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = conv(channels, 16)
        self.answer = nn.Conv2d(16, 3, 1)

    def forward(self, quarter: Tensor) -> tuple[Tensor, Tensor]:
        answer = self.answer(self.look(quarter))
        # A picture is some tens of cells wide: weights of usual size should reach across it.
        return answer[:, :1], answer[:, 1:] * 8


class PresenceHead(nn.Module):
    """The logit (N, 1) of there being anybody: the mean finds crowds, the maximum one far away."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.answer = nn.Linear(2 * channels, 1)

    def forward(self, deep: Tensor) -> Tensor:
        return self.answer(torch.cat([deep.mean((2, 3)), deep.amax((2, 3))], 1))


class MatteHead(nn.Module):
    """Alpha and foreground by stage 1 alone, for the variant of one stage."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = conv(channels, channels)
        self.answer = zero_conv(channels, 16)

    def forward(self, half: Tensor, logits: Tensor, image: Tensor) -> tuple[Tensor, Tensor]:
        """`image` (N, 3, H, W) in 0..1; alpha (N, 1, H, W) and foreground (N, 3, H, W) in 0..1."""
        answer = functional.pixel_shuffle(self.answer(self.look(half)), 2)
        return (softened(logits) + answer[:, :1]).sigmoid(), (image + answer[:, 1:]).clamp(0, 1)


def softened(logits: Tensor) -> Tensor:
    """Logits no surer than 0.9: alpha can still leave them within a few steps of training."""
    most = float(torch.logit(torch.tensor(_SURE, dtype=torch.float64)))
    return logits.clamp(-most, most)


class Heads(nn.Module):
    """All of them; see each."""

    def __init__(self, config: KoutuSConfig) -> None:
        super().__init__()
        self.fine, self.error = FineHead(config.widths[0]), ErrorHead(config.detail)
        self.instance, self.presence = InstanceHead(config.detail), PresenceHead(config.context)
        self.matte = MatteHead(config.widths[0]) if config.one_stage else None
