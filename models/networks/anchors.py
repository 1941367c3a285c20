"""What the network looks up: frames of the shot whose masks are known, read by attention."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import zero_conv
from .config import KoutuSConfig

CELL = 16  # pixels a side that one key and one value stand for


@dataclass(frozen=True)
class Anchors:
    """Keys and values (B, N, C, h, w) of N frames with known masks, at 1/16. Four to eight are plenty."""

    keys: Tensor
    values: Tensor

    @classmethod
    def joined(cls, several: Sequence["Anchors"]) -> "Anchors":
        """One after the other. Frames must be of one size."""
        return cls(torch.cat([one.keys for one in several], 1), torch.cat([one.values for one in several], 1))


class AnchorMemory(nn.Module):
    """Space-time memory (Oh et al., ICCV 2019) at 1/16, in one small head.

    A value holds, besides features, the mask's own pixels in its cell: 256 of them, folded into channels. What is
    read passes a gate that starts closed, so that a network that never learned to read is not harmed by it.
    """

    def __init__(self, config: KoutuSConfig) -> None:
        super().__init__()
        self.query = nn.Conv2d(config.context, config.key, 1)
        self.key = nn.Conv2d(config.context, config.key, 1)
        self.value = nn.Conv2d(config.context + CELL * CELL, config.key, 1)
        self.gate = zero_conv(config.key, config.context)

    def write(self, deep: Tensor, mask: Tensor) -> Anchors:
        """`deep` (B, N, C, h, w) features of N frames, `mask` (B, N, 1, 16h, 16w) in 0..1."""
        frames, count = deep.flatten(0, 1), deep.shape[1]
        cells = functional.pixel_unshuffle(mask.flatten(0, 1) * 2 - 1, CELL)
        keys, values = self.key(frames), self.value(torch.cat([frames, cells], 1))
        return Anchors(keys.unflatten(0, (-1, count)), values.unflatten(0, (-1, count)))

    def read(self, deep: Tensor, anchors: Anchors) -> Tensor:
        """`deep` (B, T, C, h, w) with what the anchors tell of each of its cells added to it."""
        query = self.query(deep.flatten(0, 1)).unflatten(0, deep.shape[:2])
        # Fused attention: the table of all pairs, gigabytes at film size, is never made.
        found = functional.scaled_dot_product_attention(_cells(query), _cells(anchors.keys), _cells(anchors.values))
        maps = found[:, 0].unflatten(1, (deep.shape[1], *deep.shape[-2:])).permute(0, 1, 4, 2, 3)
        return deep + self.gate(maps.flatten(0, 1)).unflatten(0, deep.shape[:2])


def _cells(maps: Tensor) -> Tensor:
    """(B, N, C, h, w) as tokens (B, 1, N h w, C): one head."""
    return maps.permute(0, 1, 3, 4, 2).flatten(1, 3)[:, None]
