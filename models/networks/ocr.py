"""HRNetV2 with object-contextual representations (Yuan et al., ECCV 2020, arXiv 1909.11065).

Every parameter bears the name it has in the checkpoints of HRNet-Semantic-Segmentation, branch HRNet-OCR.
"""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from .config import at_least
from .hrnet import HRNetTrunk
from .residual import conv, normed, silence, start


class HRNetOCR(HRNetTrunk):
    """HRNetV2 whose pixels look at what the picture's classes look like before they choose one.

    Takes (B, 3 + extra_channels, H, W) float32, RGB first, normalised (models.networks.imagenet), H and W at
    least 32. Gives {"logits": (B, classes, H, W)}, in training also "auxiliary" of the same shape: the first
    guess that the classes' looks are gathered by; its loss weighs 0.4 in the paper. `context` and `keys` are
    the channels of the looks and of their comparison; the other arguments are HRNetTrunk's.
    """

    name: ClassVar[str] = "hrnet-ocr"
    # Where the number of classes shows; the answer's first.
    heads: ClassVar[tuple[str, ...]] = ("cls_head", "aux_head.3")

    def __init__(
        self,
        width: int = 48,
        classes: int = 2,
        extra_channels: int = 0,
        modules: Sequence[int] = (1, 4, 3),
        blocks: int = 4,
        align_corners: bool = True,
        context: int = 512,
        keys: int = 256,
    ) -> None:
        super().__init__(width, extra_channels, modules, blocks, align_corners)
        at_least(1, classes=classes, context=context, keys=keys)
        channels = self.channels
        self.conv3x3_ocr = normed(conv(channels, context, bias=True))
        self.ocr_gather_head = SpatialGather()
        self.ocr_distri_head = ObjectContext(context, keys)
        self.cls_head = conv(context, classes, 1, bias=True)
        self.aux_head = nn.Sequential(
            *normed(conv(channels, channels, 1, bias=True)), conv(channels, classes, 1, bias=True)
        )
        start(self, self.heads)
        silence(self.conv1.weight, extra_channels)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        features = self.features(image)
        guess = self.aux_head(features)
        pixels = self.conv3x3_ocr(features)
        objects = self.ocr_gather_head(pixels, guess)
        answer = {"logits": self.enlarged(self.cls_head(self.ocr_distri_head(pixels, objects)), image)}
        if self.training:
            answer["auxiliary"] = self.enlarged(guess, image)
        return answer


class SpatialGather(nn.Module):
    """What each class looks like in this picture: the paper's equation 1."""

    def forward(self, pixels: Tensor, guess: Tensor) -> Tensor:
        """Pixels (B, C, H, W) and logits (B, K, H, W) to objects (B, C, K, 1).

        A class weighs the pixels against each other (a softmax over the picture), not the classes in a pixel.
        """
        weights = guess.flatten(2).softmax(dim=2)
        return (weights @ pixels.flatten(2).transpose(1, 2)).transpose(1, 2).unsqueeze(3)


class ObjectAttention(nn.Module):
    """Each pixel's mixture of the objects' looks, by how like it they are: the paper's equations 2 and 3."""

    def __init__(self, channels: int, keys: int) -> None:
        super().__init__()
        self.keys = keys
        self.f_pixel = nn.Sequential(*_step(channels, keys), *_step(keys, keys))
        self.f_object = nn.Sequential(*_step(channels, keys), *_step(keys, keys))
        self.f_down = nn.Sequential(*_step(channels, keys))
        self.f_up = nn.Sequential(*_step(keys, channels))

    def forward(self, pixels: Tensor, objects: Tensor) -> Tensor:
        """Pixels (B, C, H, W) and objects (B, C, K, 1) to (B, C, H, W)."""
        query = self.f_pixel(pixels).flatten(2).transpose(1, 2)
        key = self.f_object(objects).flatten(2)
        value = self.f_down(objects).flatten(2).transpose(1, 2)
        likeness = (query @ key * self.keys**-0.5).softmax(dim=-1)
        mixture = (likeness @ value).transpose(1, 2)
        return self.f_up(mixture.reshape(*mixture.shape[:2], *pixels.shape[2:]))


class ObjectContext(nn.Module):
    """Pixels with the objects' looks beside their own, made one: the paper's equation 4."""

    def __init__(self, channels: int, keys: int) -> None:
        super().__init__()
        self.object_context_block = ObjectAttention(channels, keys)
        self.conv_bn_dropout = nn.Sequential(*_step(2 * channels, channels), nn.Dropout2d(0.05))

    def forward(self, pixels: Tensor, objects: Tensor) -> Tensor:
        """Pixels (B, C, H, W) and objects (B, C, K, 1) to (B, C, H, W)."""
        return self.conv_bn_dropout(torch.cat([self.object_context_block(pixels, objects), pixels], 1))


def _step(inside: int, outside: int) -> tuple[nn.Conv2d, nn.Sequential]:
    """A 1x1 convolution, and its norm with a ReLU as one part: the checkpoints count them so."""
    return conv(inside, outside, 1), nn.Sequential(nn.BatchNorm2d(outside), nn.ReLU(inplace=True))
