"""Koutu-S as plain functions of tensors, for export: no records, nothing optional, no checks."""

from dataclasses import fields

from torch import Tensor, nn

from .anchors import Anchors
from .hints import Hints
from .koutu_s import KoutuS
from .memory import State
from .refiner import Refiner


class StageOneGraph(nn.Module):
    """One frame of a series with all hints and the state, `anchored` with anchors too.

    Where there is no prior `given` is 0 and `prior` is 0.5 all over, where there are no clicks they are 0; the
    first frame's state is zero (`KoutuS.start`).
    """

    def __init__(self, network: KoutuS, anchored: bool = False) -> None:
        super().__init__()
        self.network = network
        self.inputs = ["image", "prior", "positive", "negative", "given", "deep", "middle"]
        self.inputs += ["keys", "values"] if anchored else []
        answers = ["mask", "boundary", "error", "centre", "offset", "presence"]
        self.outputs = [*answers, *(["alpha", "foreground"] if network.config.one_stage else [])]
        self.outputs += ["deep_after", "middle_after"]

    def forward(
        self,
        image: Tensor,
        prior: Tensor,
        positive: Tensor,
        negative: Tensor,
        given: Tensor,
        deep: Tensor,
        middle: Tensor,
        keys: Tensor | None = None,
        values: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """Shapes as in `Hints` (`given` (B,) float), `State`, `Anchors`; answers in the order of `outputs`."""
        anchors = None if keys is None or values is None else Anchors(keys, values)
        hints = Hints(prior, positive, negative, given)
        answer, state = self.network.run(image, hints, State(deep, middle), anchors)
        found = [getattr(answer, field.name) for field in fields(answer)]
        return (*(tensor for tensor in found if tensor is not None), state.deep, state.middle)


class ClicksGraph(nn.Module):
    """A click on one picture without a past: the mask alone, of the hints that `models.clicks` draws.

    For a browser, where nothing is kept from click to click (`models.clicks`): neither state, anchors nor other heads.
    """

    def __init__(self, network: KoutuS) -> None:
        super().__init__()
        self.network = network
        self.inputs, self.outputs = ["image", "prior", "positive", "negative", "given"], ["mask"]

    def forward(self, image: Tensor, prior: Tensor, positive: Tensor, negative: Tensor, given: Tensor) -> Tensor:
        """Logits (B, 1, H, W). Shapes as in `Hints`; absent is as in `StageOneGraph`."""
        return self.network.run(image, Hints(prior, positive, negative, given), None, None)[0].mask


class StageTwoGraph(nn.Module):
    """Patches to alpha and foreground; see `Refiner.forward`. `patches.SIDE` is the size to export."""

    def __init__(self, refiner: Refiner) -> None:
        super().__init__()
        self.refiner = refiner
        self.inputs, self.outputs = ["image", "solved", "trimap"], ["alpha", "foreground"]

    def forward(self, image: Tensor, solved: Tensor, trimap: Tensor) -> tuple[Tensor, Tensor]:
        edges = self.refiner.run(image, solved, trimap)
        return edges.alpha, edges.foreground
