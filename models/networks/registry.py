"""Every network by the name that checkpoints' cards give it."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from .config import ConfigError, KoutuSConfig, RefinerConfig
from .deeplab import DeepLabV3Plus
from .hrnet import HRNet
from .koutu_s import KoutuS
from .ocr import HRNetOCR
from .refiner import Refiner

NETWORKS: dict[str, Callable[..., nn.Module]] = {
    HRNet.name: HRNet,
    HRNetOCR.name: HRNetOCR,
    DeepLabV3Plus.name: DeepLabV3Plus,
    KoutuS.name: lambda **config: KoutuS(KoutuSConfig(**config)),
    Refiner.name: lambda **config: Refiner(RefinerConfig(**config)),
}


def build(name: str, config: Mapping[str, Any]) -> nn.Module:
    """The network `name` with fresh weights; `config` is what a card holds. Raises ConfigError."""
    if name not in NETWORKS:
        raise ConfigError(f"there is no network {name}: it is one of {', '.join(sorted(NETWORKS))}")
    try:
        return NETWORKS[name](**config)
    except TypeError as error:
        raise ConfigError(f"{name} cannot be built from {dict(config)}: {error}") from error
