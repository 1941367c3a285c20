"""DeepLabV3+ (Chen et al., ECCV 2018, arXiv 1802.02611), with plain convolutions as in DeepLabV3Plus-Pytorch.

Every parameter bears the name it has in that repository's checkpoints.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from .config import ConfigError, at_least
from .mobilenet import MobileNetV2
from .residual import conv, normed, silence, start
from .resnet import ResNet

WIDTH = 256  # channels of the pyramid and the decoder
FINE = 48  # channels kept of the fine features: the paper's table 1
TRUNKS: dict[str, Callable[..., ResNet | MobileNetV2]] = {
    "resnet50": partial(ResNet, 50), "resnet101": partial(ResNet, 101), "mobilenetv2": MobileNetV2,
}  # fmt: skip
RATES = {16: (6, 12, 18), 8: (12, 24, 36)}  # dilations of the pyramid by output stride


class DeepLabV3Plus(nn.Module):
    """A pyramid of widening views over deep features, and a decoder that adds fine ones.

    `backbone` is "resnet50", "resnet101" or "mobilenetv2". `output_stride` is 16 or 8: 8 is finer and about
    three times the work; weights fit both. Takes (B, 3 + extra_channels, H, W) float32, RGB first, normalised
    (models.networks.imagenet); the extra channels start unheard. Gives {"logits": (B, classes, H, W)}.
    Training wants batches of 2 or more: the pyramid's norm over a whole picture knows no spread in one. Raises
    ConfigError.
    """

    name: ClassVar[str] = "deeplabv3plus"
    # Where the number of classes shows.
    heads: ClassVar[tuple[str, ...]] = ("classifier.classifier.3",)

    def __init__(
        self, backbone: str = "resnet101", classes: int = 2, extra_channels: int = 0, output_stride: int = 16
    ) -> None:
        super().__init__()
        at_least(1, classes=classes)
        at_least(0, extra_channels=extra_channels)
        self.backbone = _trunk(backbone, extra_channels, output_stride)
        self.stem = f"backbone.{self.backbone.stem}"
        fine, deep = self.backbone.channels
        self.classifier = Decoder(fine, deep, classes, RATES[output_stride])
        start(self, self.heads)
        silence(self.get_parameter(self.stem), extra_channels)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        return {"logits": _enlarged(self.classifier(*self.backbone(image)), image)}


class Decoder(nn.Module):
    """Fine features (B, fine, H, W) and deep ones of any smaller size to logits (B, classes, H, W)."""

    def __init__(self, fine: int, deep: int, classes: int, rates: Sequence[int]) -> None:
        super().__init__()
        self.project = normed(conv(fine, FINE, 1))
        self.aspp = Pyramid(deep, rates)
        self.classifier = nn.Sequential(*normed(conv(WIDTH + FINE, WIDTH)), conv(WIDTH, classes, 1, bias=True))

    def forward(self, fine: Tensor, deep: Tensor) -> Tensor:
        kept = self.project(fine)
        return self.classifier(torch.cat([kept, _enlarged(self.aspp(deep), kept)], 1))


class Pyramid(nn.Module):
    """Atrous spatial pyramid pooling (Chen et al., arXiv 1706.05587, section 3.3).

    (B, deep, H, W) to (B, 256, H, W).
    """

    def __init__(self, deep: int, rates: Sequence[int]) -> None:
        super().__init__()
        views = [normed(conv(deep, WIDTH, dilation=rate)) for rate in rates]
        whole = nn.Sequential(nn.AdaptiveAvgPool2d(1), *normed(conv(deep, WIDTH, 1)))
        self.convs = nn.ModuleList([normed(conv(deep, WIDTH, 1)), *views, whole])
        self.project = nn.Sequential(*normed(conv(len(self.convs) * WIDTH, WIDTH, 1)), nn.Dropout(0.1))

    def forward(self, x: Tensor) -> Tensor:
        *views, whole = (view(x) for view in self.convs)
        return self.project(torch.cat([*views, _enlarged(whole, x)], 1))


def _trunk(backbone: str, extra_channels: int, output_stride: int) -> ResNet | MobileNetV2:
    if output_stride not in RATES:
        raise ConfigError(f"output_stride {output_stride}: give one of {', '.join(map(str, RATES))}")
    if backbone not in TRUNKS:
        raise ConfigError(f"there is no backbone {backbone}: give one of {', '.join(TRUNKS)}")
    return TRUNKS[backbone](extra_channels=extra_channels, output_stride=output_stride)


def _enlarged(x: Tensor, like: Tensor) -> Tensor:
    return interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)
