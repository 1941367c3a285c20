"""ResNet (He et al., CVPR 2016) whose last stages widen their view instead of shrinking the picture.

Every parameter bears the name it has in torchvision's checkpoints.
"""

from typing import ClassVar

from torch import Tensor, nn

from .residual import Bottleneck, conv

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
STEM = 64


class ResNet(nn.Module):
    """The trunk of ResNet-50 or -101 (`depth`).

    With `output_stride` 16 the last stage is dilated by 2, with 8 the last two by 2 and 4 (Chen et al., arXiv
    1706.05587, section 3.1). Takes (B, 3 + extra_channels, H, W) float32, RGB first, normalised; gives the
    features of its first stage (B, 256, H / 4, W / 4) and of its last (B, 2048, H / stride, W / stride).
    """

    stem: ClassVar[str] = "conv1.weight"
    channels: ClassVar[tuple[int, int]] = (256, 2048)

    def __init__(self, depth: int = 101, extra_channels: int = 0, output_stride: int = 16) -> None:
        super().__init__()
        self.conv1 = conv(3 + extra_channels, STEM, 7, stride=2)
        self.bn1 = nn.BatchNorm2d(STEM)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        first, second, third, fourth = DEPTHS[depth]
        late = {16: ((2, 1, 1), (1, 1, 2)), 8: ((1, 1, 2), (1, 2, 4))}[output_stride]
        self.layer1 = _stage(first, STEM, 64)
        self.layer2 = _stage(second, 256, 128, stride=2)
        self.layer3 = _stage(third, 512, 256, *late[0])
        self.layer4 = _stage(fourth, 1024, 512, *late[1])

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))
        fine = self.layer1(x)
        return fine, self.layer4(self.layer3(self.layer2(fine)))


def _stage(blocks: int, inside: int, width: int, stride: int = 1, first: int = 1, dilation: int = 1) -> nn.Sequential:
    """`blocks` blocks; the `first` block's dilation is the stage before's, all others' is `dilation`."""
    inner = width * Bottleneck.expansion
    rest = (Bottleneck(inner, width, dilation=dilation) for _ in range(blocks - 1))
    return nn.Sequential(Bottleneck(inside, width, stride, first), *rest)
