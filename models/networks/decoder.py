"""From deep features back to the picture's edges, with memory at 1/8."""

import torch
from torch import Tensor, nn

from .blocks import conv, doubled
from .config import KoutuSConfig
from .encoder import Features
from .memory import ConvGRU
from .series import frames


class Fusion(nn.Module):
    """High-level meaning says where low-level detail counts: it opens a gate in every pixel and channel.

    Guided aggregation of BiSeNet V2 (Yu et al., IJCV 2021), one way, from below.
    """

    def __init__(self, meaning: int, detail: int) -> None:
        super().__init__()
        self.lift = conv(meaning, detail, 1)
        self.gate = nn.Conv2d(detail, detail, 1)
        self.mix = conv(detail, detail)

    def forward(self, meaning: Tensor, detail: Tensor) -> Tensor:
        """`meaning` (N, M, h, w) and `detail` (N, D, 2h, 2w) to (N, D, 2h, 2w)."""
        lifted = self.lift(meaning)
        return self.mix(doubled(lifted) + detail * doubled(self.gate(lifted).sigmoid()))


class Decoder(nn.Module):
    """1/16 to 1/8, where it remembers, to the detail stream at 1/4, to 1/2."""

    def __init__(self, config: KoutuSConfig) -> None:
        super().__init__()
        self.lift = conv(config.context, config.middle, 1)
        self.merge = conv(config.middle + config.widths[2], config.middle)
        self.memory = ConvGRU(config.middle)
        self.to_quarter = Fusion(config.middle, config.detail)
        self.to_half = Fusion(config.detail, config.widths[0])

    def forward(self, deep: Tensor, features: Features, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """`deep` (B, T, C, h, w), `features` of its B T frames, `state` at 1/8 before them.

        To the maps (B T, ..., h, w) at 1/4 and at 1/2, and the state after them.
        """
        merged = self.merge(torch.cat([doubled(self.lift(frames(deep))), features.eighth], 1))
        kept, state = self.memory(merged.unflatten(0, deep.shape[:2]), state)
        quarter = self.to_quarter(frames(kept), features.detail)
        return quarter, self.to_half(quarter, features.half), state
