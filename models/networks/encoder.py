"""From the picture and its hints to features at five resolutions."""

from dataclasses import dataclass

from torch import Tensor, nn

from .blocks import Inverted, Residual, conv, doubled
from .config import KoutuSConfig

STRIDE = 32  # what height and width of the encoder's input must be multiples of
CHANNELS = 6  # red, green, blue, prior, positive clicks, negative clicks


@dataclass(frozen=True)
class Features:
    """All (N, C, ...): `half`, `detail` at 1/4, `eighth`, and `deep` at 1/16, which has seen the whole picture."""

    half: Tensor
    detail: Tensor
    eighth: Tensor
    deep: Tensor


class Encoder(nn.Module):
    """Inverted residuals down to 1/32, come back to 1/16; beside them a stream that stays at 1/4.

    Two streams: meaning needs a wide view and bears low resolution, edges the other way round (BiSeNet V2, Yu et
    al., IJCV 2021; DDRNet, Hong et al., 2021). Most parameters lie at 1/16 and 1/32, where a pixel is seldom.
    """

    def __init__(self, config: KoutuSConfig) -> None:
        super().__init__()
        first, second, third, fourth, fifth = config.widths
        wide = config.expansion
        self.stem = conv(CHANNELS, first, stride=2)
        fine = (Residual(second) for _ in range(config.depths[0]))
        self.quarter = nn.Sequential(conv(first, second, stride=2), *fine)
        self.eighth = _stage(second, third, config.depths[1], wide, False)
        self.sixteenth = _stage(third, fourth, config.depths[2], wide, True)
        self.last = _stage(fourth, fifth, config.depths[3], wide, True)
        self.detail = nn.Sequential(conv(second, config.detail, 1), Residual(config.detail))
        self.down, self.across = conv(fifth, config.context, 1), conv(fourth, config.context, 1)

    def forward(self, x: Tensor) -> Features:
        """`x` (N, 6, H, W), H and W multiples of STRIDE; all channels about -1..1."""
        half = self.stem(x)
        quarter = self.quarter(half)
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        deep = self.across(sixteenth) + doubled(self.down(self.last(sixteenth)))
        return Features(half, self.detail(quarter), eighth, deep)


def _stage(inner: int, outer: int, depth: int, expansion: int, squeeze: bool) -> nn.Sequential:
    """Half the size by a plain convolution, for a widened one is the dearest of all where maps are large."""
    blocks = (Inverted(outer, expansion, squeeze) for _ in range(depth))
    return nn.Sequential(conv(inner, outer, stride=2), *blocks)
