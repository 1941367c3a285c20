"""HRNetV2 (Wang et al., TPAMI 2020, arXiv 1908.07919): branches of four resolutions that never stop talking.

Every parameter bears the name it has in the checkpoints of HRNet-Semantic-Segmentation.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from .config import ConfigError, at_least
from .residual import BasicBlock, Bottleneck, conv, normed, silence, start

STEM = 64  # channels before the branches part


class HRNetTrunk(nn.Module):
    """All of HRNetV2 but its head.

    `width` is the channels of the finest branch (18, 32 and 48 are published), each coarser one has twice the
    last's. `extra_channels` come behind RGB in the input and start unheard. `modules` are the exchanges in
    stages 2, 3 and 4, `blocks` the residual blocks between two of them: (1, 4, 3) and 4, or (1, 3, 2) and 2
    in W18-Small-v2. `align_corners` is how pictures are enlarged: True in the branch HRNet-OCR of the official
    code and the checkpoints made with it, False in the first releases. Raises ConfigError.
    """

    stem: ClassVar[str] = "conv1.weight"

    def __init__(
        self,
        width: int,
        extra_channels: int = 0,
        modules: Sequence[int] = (1, 4, 3),
        blocks: int = 4,
        align_corners: bool = True,
    ) -> None:
        super().__init__()
        at_least(1, width=width, blocks=blocks)
        at_least(0, extra_channels=extra_channels)
        if len(modules) != 3 or min(modules) < 1:
            raise ConfigError(f"modules {tuple(modules)}: give 3, of 1 or more")
        widths = [width * 2**branch for branch in range(4)]
        self.channels = sum(widths)
        self.align_corners = align_corners
        self.conv1 = conv(3 + extra_channels, STEM, stride=2)
        self.bn1 = nn.BatchNorm2d(STEM)
        self.conv2 = conv(STEM, STEM, stride=2)
        self.bn2 = nn.BatchNorm2d(STEM)
        self.relu = nn.ReLU(inplace=True)
        inside = [STEM] + [STEM * Bottleneck.expansion] * (blocks - 1)
        self.layer1 = nn.Sequential(*(Bottleneck(channels, STEM) for channels in inside))
        self.transition1 = _transition([STEM * Bottleneck.expansion], widths[:2])
        self.stage2 = _stage(modules[0], widths[:2], blocks, align_corners)
        self.transition2 = _transition(widths[:2], widths[:3])
        self.stage3 = _stage(modules[1], widths[:3], blocks, align_corners)
        self.transition3 = _transition(widths[:3], widths)
        self.stage4 = _stage(modules[2], widths, blocks, align_corners)

    def features(self, image: Tensor) -> Tensor:
        """(B, 3 + extra, H, W) to (B, 15 * width, H / 4, W / 4): the four branches, enlarged to the finest's size."""
        x = self.relu(self.bn1(self.conv1(image)))
        x = self.layer1(self.relu(self.bn2(self.conv2(x))))
        parts = [x]
        for transition, stage in (
            (self.transition1, self.stage2),
            (self.transition2, self.stage3),
            (self.transition3, self.stage4),
        ):
            # The new branch grows from the coarsest.
            parts = stage([step(part) for step, part in zip(transition, [*parts, parts[-1]], strict=True)])
        return torch.cat([parts[0], *(self.enlarged(part, parts[0]) for part in parts[1:])], 1)

    def enlarged(self, x: Tensor, like: Tensor) -> Tensor:
        """`x` at the height and width of `like`."""
        return interpolate(x, like.shape[-2:], mode="bilinear", align_corners=self.align_corners)


class HRNet(HRNetTrunk):
    """HRNetV2 for classes of pixels, as in Sun et al. (arXiv 1904.04514).

    Takes (B, 3 + extra_channels, H, W) float32, RGB first, normalised (models.networks.imagenet), H and W at
    least 32. Gives {"logits": (B, classes, H, W)}. The arguments are HRNetTrunk's.
    """

    name: ClassVar[str] = "hrnet"
    # Where the number of classes shows; the answer's first.
    heads: ClassVar[tuple[str, ...]] = ("last_layer.3",)

    def __init__(
        self,
        width: int = 48,
        classes: int = 2,
        extra_channels: int = 0,
        modules: Sequence[int] = (1, 4, 3),
        blocks: int = 4,
        align_corners: bool = True,
    ) -> None:
        super().__init__(width, extra_channels, modules, blocks, align_corners)
        at_least(1, classes=classes)
        channels = self.channels
        self.last_layer = nn.Sequential(
            *normed(conv(channels, channels, 1, bias=True)), conv(channels, classes, 1, bias=True)
        )
        start(self, self.heads)
        silence(self.conv1.weight, extra_channels)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        return {"logits": self.enlarged(self.last_layer(self.features(image)), image)}


class Exchange(nn.Module):
    """Blocks in each branch, then every branch takes the sum of all (the paper's section 3.2).

    Lists of (B, widths[i], H / 2^i, W / 2^i), rounded up, to the same.
    """

    def __init__(self, widths: Sequence[int], blocks: int, align_corners: bool) -> None:
        super().__init__()
        self.align_corners = align_corners
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(width) for _ in range(blocks))) for width in widths)
        places = range(len(widths))
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(_path(widths, source, target) for source in places) for target in places
        )

    def forward(self, parts: list[Tensor]) -> list[Tensor]:
        parts = [branch(part) for branch, part in zip(self.branches, parts, strict=True)]
        return [torch.relu(reduce(add, self._brought(parts, target))) for target in range(len(parts))]

    def _brought(self, parts: list[Tensor], target: int) -> list[Tensor]:
        """All parts at the size and width of the branch `target`."""
        paths = cast(nn.ModuleList, self.fuse_layers[target])
        brought = [path(part) for path, part in zip(paths, parts, strict=True)]
        size = parts[target].shape[-2:]
        coarser = [
            interpolate(part, size, mode="bilinear", align_corners=self.align_corners) for part in brought[target + 1 :]
        ]
        return brought[: target + 1] + coarser


def _path(widths: Sequence[int], source: int, target: int) -> nn.Module:
    """From one branch to another: up by 1x1 (the enlarging follows), down by 3x3 of stride 2, as often as needed."""
    if source == target:
        return nn.Identity()
    if source > target:
        return normed(conv(widths[source], widths[target], 1), relu=False)
    steps = [normed(conv(widths[source], widths[source], stride=2)) for _ in range(target - source - 1)]
    return nn.Sequential(*steps, normed(conv(widths[source], widths[target], stride=2), relu=False))


def _transition(before: Sequence[int], after: Sequence[int]) -> nn.ModuleList:
    """One branch more: those there are get their new width, the last is made of the coarsest."""
    kept = [
        nn.Identity() if old == new else normed(conv(old, new)) for old, new in zip(before, after[:-1], strict=True)
    ]
    return nn.ModuleList([*kept, nn.Sequential(normed(conv(before[-1], after[-1], stride=2)))])


def _stage(modules: int, widths: Sequence[int], blocks: int, align_corners: bool) -> nn.Sequential:
    return nn.Sequential(*(Exchange(widths, blocks, align_corners) for _ in range(modules)))
