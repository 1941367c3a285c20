"""RepViT-M1 (Wang et al., CVPR 2024), the encoder of EdgeTAM.

transformers takes it from timm, and timm needs torchvision, which Koutu does without. The parts bear the names
that EdgeTAM's checkpoints give them.
"""

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from .protocol import WeightsMissing

# repvit_m1 of timm, which EdgeTAM names.
WIDTHS = (48, 96, 192, 384)
DEPTHS = (2, 2, 14, 2)


def without_timm(described: dict[str, Any]) -> dict[str, Any]:
    """config.json of a network, with our RepViT in place of timm's wherever it names that; else as it is.

    As a dict and not as transformers' config: that cannot even be read without timm. Raises WeightsMissing for
    another network of timm's.
    """
    vision = described.get("vision_config") or {}
    backbone = vision.get("backbone_config") or {}
    if backbone.get("model_type") != "timm_wrapper":
        return described
    named = backbone.get("architecture") or "repvit_m1"
    if named.split(".")[0] != "repvit_m1":
        raise WeightsMissing(
            f"the encoder {named} is timm's, which Koutu does without: give a checkpoint with repvit_m1, EdgeTAM's own"
        )
    ours = {"model_type": RepVitConfig.model_type}
    return described | {"vision_config": vision | {"backbone_config": ours}}


class RepVitConfig(PreTrainedConfig):
    """Channels (`widths`) and blocks (`depths`) of the four stages, at 1/4 to 1/32 of the picture."""

    model_type = "koutu_repvit"
    widths: tuple[int, ...] | list[int] = WIDTHS
    depths: tuple[int, ...] | list[int] = DEPTHS


def _conv(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution `c` without bias and its batch norm `bn`."""
    parts = nn.Sequential()
    parts.add_module("c", nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False))
    parts.add_module("bn", nn.BatchNorm2d(outputs))
    return parts


class TokenMixer(nn.Module):
    """Depthwise 3x3, depthwise 1x1 and the input itself, added up (section 3.2)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = _conv(width, width, 3, groups=width)
        self.conv1 = _conv(width, width, groups=width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x) + self.conv1(x) + x


class ChannelMixer(nn.Module):
    """Two 1x1 convolutions, twice as wide between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = _conv(width, 2 * width)
        self.act = nn.GELU()
        self.conv2 = _conv(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv2(self.act(self.conv1(x)))


class SqueezeExcite(nn.Module):
    """Channels weighted by what the whole picture holds (Hu et al., CVPR 2018), squeezed to a quarter."""

    def __init__(self, width: int) -> None:
        super().__init__()
        squeezed = max(8, int(width / 4 + 4) // 8 * 8)
        self.fc1 = nn.Conv2d(width, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.fc2(torch.relu(self.fc1(x.mean((2, 3), keepdim=True))))
        return x * torch.sigmoid(weight)


class Block(nn.Module):
    """Mix places, then channels."""

    def __init__(self, width: int, squeeze: bool) -> None:
        super().__init__()
        self.token_mixer = TokenMixer(width)
        self.se = SqueezeExcite(width) if squeeze else nn.Identity()
        self.channel_mixer = ChannelMixer(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.se(self.token_mixer(x))
        return x + self.channel_mixer(x)


class Downsample(nn.Module):
    """Half the resolution and the next stage's channels."""

    def __init__(self, width: int, wider: int) -> None:
        super().__init__()
        self.pre_block = Block(width, squeeze=False)
        self.spatial_downsample = _conv(width, width, 3, stride=2, groups=width)
        self.channel_downsample = _conv(width, wider)
        self.ffn = ChannelMixer(wider)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.channel_downsample(self.spatial_downsample(self.pre_block(x)))
        return x + self.ffn(x)


class Stage(nn.Module):
    """`depth` blocks of one width, each second one without squeeze."""

    def __init__(self, before: int, width: int, depth: int) -> None:
        super().__init__()
        self.downsample = nn.Identity() if before == width else Downsample(before, width)
        self.blocks = nn.Sequential(*(Block(width, squeeze=number % 2 == 0) for number in range(depth)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.blocks(self.downsample(x))


class Features(nn.Module):
    """The picture at the resolution of each stage, finest first."""

    def __init__(self, widths: tuple[int, ...], depths: tuple[int, ...]) -> None:
        super().__init__()
        first = widths[0]
        self.stem = nn.Sequential()
        self.stem.add_module("conv1", _conv(3, first // 2, 3, stride=2))
        self.stem.add_module("act1", nn.GELU())
        self.stem.add_module("conv2", _conv(first // 2, first, 3, stride=2))
        for number, (before, width, depth) in enumerate(zip((first, *widths), widths, depths, strict=False)):
            self.add_module(f"stages_{number}", Stage(before, width, depth))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        maps = []
        for part in self.children():
            x = part(x)
            maps.append(x)
        return maps[1:]


class RepVit(PreTrainedModel):
    """The encoder as EdgeTAM of transformers calls it. Pictures are (n, 3, h, w), normalised."""

    config_class = RepVitConfig
    main_input_name = "pixel_values"

    def __init__(self, config: RepVitConfig) -> None:
        super().__init__(config)
        self.timm_model = Features(tuple(config.widths), tuple(config.depths))
        self.post_init()

    def forward(self, pixel_values: torch.Tensor, **_: Any) -> BaseModelOutput:
        """Maps of all stages in `last_hidden_state`, where timm's wrapper puts them."""
        return BaseModelOutput(last_hidden_state=self.timm_model(pixel_values))  # type: ignore[arg-type]


AutoConfig.register(RepVitConfig.model_type, RepVitConfig)
AutoModel.register(RepVitConfig, RepVit)
