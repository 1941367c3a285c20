"""MobileNetV2 (Sandler et al., CVPR 2018), dilated, as the trunk of a small DeepLabV3+.

Every parameter bears the name it has in the checkpoints of DeepLabV3Plus-Pytorch, which part torchvision's
`features` in two.
"""

from collections import OrderedDict
from typing import ClassVar

from torch import Tensor, nn
from torch.nn.functional import pad

# Expansion, channels, blocks, stride of each stage: the paper's table 2.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
STEM = 32
FINE = 4  # parts up to and with stage two: what the decoder sees of the fine


class MobileNetV2(nn.Module):
    """The trunk of MobileNetV2.

    Strides that would go beyond `output_stride` (8 or 16) become dilation. Takes (B, 3 + extra_channels, H, W)
    float32, RGB first, normalised; gives features of stage two (B, 24, H / 4, W / 4) and of the last
    (B, 320, H / stride, W / stride), in places a pixel less: the first convolution has no border.
    """

    stem: ClassVar[str] = "low_level_features.0.0.weight"
    channels: ClassVar[tuple[int, int]] = (24, 320)

    def __init__(self, extra_channels: int = 0, output_stride: int = 16) -> None:
        super().__init__()
        parts: list[nn.Module] = [_normed(3 + extra_channels, STEM, 3, stride=2)]
        inside, reached, dilation = STEM, 2, 1
        for expansion, channels, blocks, stride in STAGES:
            before = dilation
            if reached == output_stride:
                stride, dilation = 1, dilation * stride  # noqa: PLW2901
            reached *= stride
            for place in range(blocks):
                step, wide = (stride, before) if place == 0 else (1, dilation)
                parts.append(InvertedResidual(inside, channels, step, wide, expansion))
                inside = channels
        named = [(str(place), part) for place, part in enumerate(parts)]  # counted on from the fine to the deep
        self.low_level_features = nn.Sequential(OrderedDict(named[:FINE]))
        self.high_level_features = nn.Sequential(OrderedDict(named[FINE:]))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.low_level_features(image)
        return fine, self.high_level_features(fine)


class InvertedResidual(nn.Module):
    """1x1 up, 3x3 by channel, 1x1 down; beside a shortcut where the shape stays.

    The border is added before the first convolution, not before the second as torchvision does it: the
    checkpoints learnt it so.
    """

    def __init__(self, inside: int, outside: int, stride: int, dilation: int, expansion: int) -> None:
        super().__init__()
        inner = inside * expansion
        up = [_normed(inside, inner, 1)] if expansion != 1 else []
        by_channel = _normed(inner, inner, 3, stride, dilation, groups=inner)
        self.conv = nn.Sequential(*up, by_channel, nn.Conv2d(inner, outside, 1, bias=False), nn.BatchNorm2d(outside))
        self.border = dilation
        self.shortcut = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        inner = self.conv(pad(x, [self.border] * 4))
        return x + inner if self.shortcut else inner


def _normed(inside: int, outside: int, size: int, stride: int = 1, dilation: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution without a border of its own, its batch norm, and ReLU6."""
    convolution = nn.Conv2d(inside, outside, size, stride, 0, dilation, groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outside), nn.ReLU6(inplace=True))
