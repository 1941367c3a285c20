"""How big Koutu-S is: one frozen record, JSON through and through, and the presets by name."""

from dataclasses import asdict, dataclass, replace
from typing import Any


class ConfigError(ValueError):
    """A network that cannot be built as asked. The message says what is wrong and what to do."""


def at_least(least: int, **values: int) -> None:
    """Raise ConfigError, naming it, for the first of `values` that is smaller."""
    for name, value in values.items():
        if value < least:
            raise ConfigError(f"{name} {value}: give {least} or more")


@dataclass(frozen=True)
class KoutuSConfig:
    """Channels and depths of Koutu-S.

    `widths` are channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture, `depths` the blocks at 1/4, 1/8, 1/16 and
    1/32, `expansion` how much wider the inside of a block is. `detail` channels of the kept 1/4 stream, `context`
    of the 1/16 map that memory works on (half of them recurrent), `middle` of the decoder at 1/8 (half of them
    recurrent), `key` of what anchors are found and read by. `one_stage` gives stage 1 heads for alpha and
    foreground, so that it can be measured without stage 2. All channels are multiples of 8, those of `context` and
    `middle` of 16: they are halved.
    """

    widths: tuple[int, int, int, int, int] = (16, 24, 48, 112, 192)
    depths: tuple[int, int, int, int] = (1, 2, 4, 5)
    expansion: int = 4
    detail: int = 24
    context: int = 128
    middle: int = 48
    key: int = 64
    one_stage: bool = False

    def __post_init__(self) -> None:
        # From JSON these come as lists.
        object.__setattr__(self, "widths", tuple(self.widths))
        object.__setattr__(self, "depths", tuple(self.depths))
        if len(self.widths) != 5 or len(self.depths) != 4 or min(self.depths) < 1 or self.expansion < 1:
            raise ConfigError("give 5 widths, 4 depths of 1 or more, and an expansion of 1 or more")
        if any(width % 8 or width < 8 for width in (*self.widths, self.detail, self.key)):
            raise ConfigError(
                f"widths {self.widths}, detail {self.detail}, key {self.key}: give multiples of 8, 8 or more"
            )
        if any(width % 16 or width < 16 for width in (self.context, self.middle)):
            raise ConfigError(f"context {self.context}, middle {self.middle}: give multiples of 16, 16 or more")

    def as_json(self) -> dict[str, Any]:
        """For a checkpoint's card; `KoutuSConfig(**values)` is the way back."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class RefinerConfig:
    """Channels of stage 2 at 1/2 and 1/4 of a patch, and its blocks at 1/4."""

    widths: tuple[int, int] = (32, 64)
    depth: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))
        if len(self.widths) != 2 or min(self.widths) < 1 or self.depth < 1:
            raise ConfigError("give 2 widths and a depth, all of 1 or more")

    def as_json(self) -> dict[str, Any]:
        """For a checkpoint's card; `RefinerConfig(**values)` is the way back."""
        return {"widths": list(self.widths), "depth": self.depth}


_TINY = KoutuSConfig((8, 8, 16, 16, 24), (1, 1, 1, 1), expansion=2, detail=8, context=32, middle=16, key=16)

# For a click in the browser: three megabytes at most, a byte a weight. It is the large one without its last two blocks,
# which hold a quarter of all weights, and can begin with the large one's.
_SMALL = KoutuSConfig(depths=(1, 2, 4, 3))

# Tiny ones are for tests and for overfitting a few pictures in seconds, not for use.
PRESETS = {
    "koutu-s": KoutuSConfig(),
    "koutu-s-one-stage": KoutuSConfig(one_stage=True),
    "koutu-s-small": _SMALL,
    "koutu-s-tiny": _TINY,
    "koutu-s-tiny-one-stage": replace(_TINY, one_stage=True),
}
REFINERS = {"koutu-s-refiner": RefinerConfig(), "koutu-s-refiner-tiny": RefinerConfig((8, 16), 1)}
