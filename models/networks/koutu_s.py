"""Koutu-S, stage 1: our own small network. It pre-labels, refines by click and propagates, by what it is told.

A hard mask at the size of the input (192 to 512 pixels on the short side do best), with instance, boundary, error
and presence beside it; edges down to single hairs are stage 2's (`refiner`).
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn

from .anchors import AnchorMemory, Anchors
from .config import KoutuSConfig
from .decoder import Decoder
from .encoder import STRIDE, Encoder, Features
from .heads import Heads
from .hints import Hints, padded, planes, prior_logits
from .memory import ConvGRU, State
from .series import ShapeError, as_given, as_series, check_picture, check_plane, frames


@dataclass(frozen=True)
class Answer:
    """Of a batch of pictures; for series all have T after B. Logits but where said otherwise.

    `mask`, `boundary` and `error` (B, 1, H, W); `centre` (B, 1, h, w) and `offset` (B, 2, h, w) with h = ceil(H / 4)
    (see `InstanceHead`); `presence` (B, 1); `alpha` (B, 1, H, W) and `foreground` (B, 3, H, W) in 0..1, of the
    one-stage variant only.
    """

    mask: Tensor
    boundary: Tensor
    error: Tensor
    centre: Tensor
    offset: Tensor
    presence: Tensor
    alpha: Tensor | None = None
    foreground: Tensor | None = None


class KoutuS(nn.Module):
    """Encoder, anchors, memory, decoder, heads. Sizes need not divide by anything; see `forward`."""

    name = "koutu-s"

    def __init__(self, config: KoutuSConfig | None = None) -> None:
        super().__init__()
        self.config = config or KoutuSConfig()
        self.encoder = Encoder(self.config)
        self.anchors = AnchorMemory(self.config)
        self.memory = ConvGRU(self.config.context)
        self.decoder = Decoder(self.config)
        self.heads = Heads(self.config)

    def forward(
        self, image: Tensor, hints: Hints | None = None, state: State | None = None, anchors: Anchors | None = None
    ) -> tuple[Answer, State]:
        """What is seen in `image`, (B, 3, H, W) or (B, T, 3, H, W) float RGB in 0..1, and the state after it.

        A series in one call answers as its frames one by one with the state handed on. `state` None is the start
        of a shot, `anchors` None changes nothing. Raises ShapeError for what does not fit together.
        """
        hints = hints or Hints()
        check_picture(image)
        hints.check(image)
        if state is not None:
            self._check_state(image, state)
        return self.run(image, hints, state, anchors)

    def run(
        self, image: Tensor, hints: Hints, state: State | None, anchors: Anchors | None
    ) -> tuple[Answer, State]:
        """`forward` without its checks, which a graph for export cannot hold."""
        single = image.dim() == 4
        x = as_series(planes(image, hints), single)
        given = frames(as_series(hints.weight(image), single))
        inputs = padded(frames(x))
        features = self.encoder(inputs)
        deep = features.deep.unflatten(0, x.shape[:2])
        deep = deep if anchors is None else self.anchors.read(deep, anchors)
        before = state or self._blank(features, deep)
        deep, after_deep = self.memory(deep, before.deep)
        quarter, half, after_middle = self.decoder(deep, features, before.middle)
        answer = self._answer(inputs, given, frames(deep), quarter, half)
        return _fitted(answer, x, single), State(after_deep, after_middle)

    def remember(self, image: Tensor, mask: Tensor) -> Anchors:
        """Anchors of frames whose masks are known: `image` as in `forward`, `mask` (..., 1, H, W) in 0..1.

        One anchor a picture, or T of a series. Raises ShapeError for what does not fit together.
        """
        check_picture(image)
        check_plane(mask, image, "the mask")
        x = as_series(planes(image, Hints(prior=mask)), image.dim() == 4)
        inputs = padded(frames(x))
        deep, seen = self.encoder(inputs).deep, (inputs[:, 3:4] + 1) / 2
        return self.anchors.write(deep.unflatten(0, x.shape[:2]), seen.unflatten(0, x.shape[:2]))

    def start(self, batch: int, height: int, width: int) -> State:
        """The state at the start of a shot, for `batch` series of that size: all zero, on the CPU."""
        rows, columns = -(-height // STRIDE) * STRIDE, -(-width // STRIDE) * STRIDE
        return State(
            torch.zeros(batch, self.memory.kept, rows // 16, columns // 16),
            torch.zeros(batch, self.decoder.memory.kept, rows // 8, columns // 8),
        )

    def _blank(self, features: Features, deep: Tensor) -> State:
        rows, columns = features.eighth.shape[-2:]
        return State(
            torch.zeros_like(deep[:, 0, : self.memory.kept]),
            deep.new_zeros(deep.shape[0], self.decoder.memory.kept, rows, columns),
        )

    def _answer(self, inputs: Tensor, given: Tensor, deep: Tensor, quarter: Tensor, half: Tensor) -> Answer:
        heads = self.heads
        mask, boundary = heads.fine(half, prior_logits(inputs), given)
        centre, offset = heads.instance(quarter)
        error = heads.error(quarter, mask)
        answer = Answer(mask, boundary, error, centre, offset, heads.presence(deep))
        if heads.matte is None:
            return answer
        alpha, foreground = heads.matte(half, mask, (inputs[:, :3] + 1) / 2)
        return replace(answer, alpha=alpha, foreground=foreground)

    def _check_state(self, image: Tensor, state: State) -> None:
        wanted = self.start(image.shape[0], *image.shape[-2:])
        for name in ("deep", "middle"):
            found, fit = (tuple(getattr(one, name).shape) for one in (state, wanted))
            if found != fit:
                raise ShapeError(
                    f"the state is of other frames: {name} is {found}, these frames need {fit}. Start without a state"
                )


def _fitted(answer: Answer, x: Tensor, single: bool) -> Answer:
    """Without the padding, in the rank that was asked in. `x` (B, T, ..., H, W) is the input before the padding."""
    height, width = x.shape[-2:]
    cells = (-(-height // 4), -(-width // 4))
    sizes = {"centre": cells, "offset": cells}

    def fit(name: str, tensor: Tensor) -> Tensor:
        rows, columns = sizes.get(name, (height, width))
        cut = tensor if name == "presence" else tensor[..., :rows, :columns]
        return as_given(cut.unflatten(0, x.shape[:2]), single)

    values = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return Answer(**{name: fit(name, tensor) for name, tensor in values.items() if tensor is not None})
