"""Residual blocks of He et al. (CVPR 2016), their parts named as in HRNet's and torchvision's checkpoints."""

from collections.abc import Sequence

from torch import Tensor, nn


def conv(inside: int, outside: int, size: int = 3, stride: int = 1, dilation: int = 1, bias: bool = False) -> nn.Conv2d:
    """A convolution whose answer is of its input's size, or of that over `stride`, rounded up."""
    return nn.Conv2d(inside, outside, size, stride, dilation * (size // 2), dilation, bias=bias)


def normed(convolution: nn.Conv2d, relu: bool = True) -> nn.Sequential:
    """`convolution` with its batch norm, and a ReLU where asked."""
    parts: list[nn.Module] = [convolution, nn.BatchNorm2d(convolution.out_channels)]
    return nn.Sequential(*parts, nn.ReLU(inplace=True)) if relu else nn.Sequential(*parts)


def start(network: nn.Module, heads: Sequence[str]) -> None:
    """Weights to train `network` from: convolutions as He et al. (ICCV 2015) say, for the ReLUs behind them.

    Those called `heads` have none behind them: they begin small, so that no class is far ahead of another.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    for head in heads:
        nn.init.normal_(network.get_parameter(f"{head}.weight"), std=0.01)
        nn.init.zeros_(network.get_parameter(f"{head}.bias"))


def silence(weight: Tensor, channels: int) -> None:
    """Start the last `channels` inputs of a convolution's `weight` at zero: unheard until they have learnt to speak."""
    nn.init.zeros_(weight.detach()[:, weight.shape[1] - channels :])


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut: (B, channels, H, W) to the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = conv(channels, channels)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = conv(channels, channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(inner)) + x)


class Bottleneck(nn.Module):
    """1x1 down to `width`, 3x3, 1x1 up to 4 * `width`, beside a shortcut.

    (B, inside, H, W) to (B, 4 * width, H / stride, W / stride), rounded up. The stride is the 3x3
    convolution's, as torchvision and HRNet have it (He et al. had it in the first).
    """

    expansion = 4

    def __init__(self, inside: int, width: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        outside = width * self.expansion
        self.conv1 = conv(inside, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, stride, dilation)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv(width, outside, 1)
        self.bn3 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        changes = stride != 1 or inside != outside
        self.downsample = normed(conv(inside, outside, 1, stride), relu=False) if changes else None

    def forward(self, x: Tensor) -> Tensor:
        inner = self.relu(self.bn1(self.conv1(x)))
        inner = self.relu(self.bn2(self.conv2(inner)))
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(self.bn3(self.conv3(inner)) + shortcut)
