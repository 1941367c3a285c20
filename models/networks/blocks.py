"""The bricks of Koutu-S. Once trained, nothing in them depends on other pictures of the batch."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def norm(channels: int) -> nn.BatchNorm2d:
    """Batch normalisation (Ioffe and Szegedy, ICML 2015), which runtimes fold into the convolution before it.

    Group normalisation learned as well, but took 40 % of the time of an answer. Steps differ in kind, stills, films
    and clicks, so that what is kept of a batch's statistics follows them slowly.
    """
    return nn.BatchNorm2d(channels, momentum=0.03)


def conv(inner: int, outer: int, side: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, normalisation, hard swish."""
    layer = nn.Conv2d(inner, outer, side, stride, side // 2, bias=False)
    return nn.Sequential(layer, norm(outer), nn.Hardswish())


def zero_conv(inner: int, outer: int) -> nn.Conv2d:
    """A 1x1 convolution that starts as a closed gate: all zero, yet with a slope from the first step on.

    Zhang, Rao, Agrawala, "Adding Conditional Control to Text-to-Image Diffusion Models" (ICCV 2023), section 3.1.
    """
    layer = nn.Conv2d(inner, outer, 1)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


class Squeeze(nn.Module):
    """Each channel weighed by what the whole picture holds (Hu, Shen, Sun, CVPR 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, max(8, channels // 8), 1)
        self.up = nn.Conv2d(max(8, channels // 8), channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        weight = self.up(torch.relu(self.down(x.mean((2, 3), keepdim=True))))
        return x * functional.hardsigmoid(weight)


class Inverted(nn.Module):
    """The block of MobileNetV3 (Howard et al., ICCV 2019): widen, look round in each channel apart, narrow, add."""

    def __init__(self, channels: int, expansion: int, squeeze: bool) -> None:
        super().__init__()
        wide = channels * expansion
        around = nn.Conv2d(wide, wide, 5, padding=2, groups=wide, bias=False)
        self.wide = nn.Sequential(conv(channels, wide, 1), around, norm(wide), nn.Hardswish())
        self.squeeze = Squeeze(wide) if squeeze else nn.Identity()
        self.narrow = nn.Sequential(nn.Conv2d(wide, channels, 1, bias=False), norm(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.narrow(self.squeeze(self.wide(x)))


class Residual(nn.Module):
    """Two plain convolutions round which the input goes by: cheap and sharp where channels are few."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), norm(channels))

    def forward(self, x: Tensor) -> Tensor:
        return functional.hardswish(x + self.second(self.first(x)))


def doubled(x: Tensor) -> Tensor:
    """(N, C, H, W) to (N, C, 2H, 2W), bilinear."""
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
