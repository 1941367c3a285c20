"""A running mean of the weights, which answers better than the weights of any one step (Polyak and Juditsky, 1992)."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Average:
    """Exponential, in float32, of all that a network's state holds; young means forget faster."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state: dict[str, Tensor] = {name: one.detach().clone() for name, one in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """After `step` steps, counted from 0."""
        kept = min(self.decay, (1 + step) / (10 + step))
        for name, now in network.state_dict().items():
            mean = self.state[name]
            if mean.is_floating_point():
                mean.lerp_(now, 1 - kept)
            else:
                mean.copy_(now)

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state` of the same names and shapes."""
        for name, one in state.items():
            self.state[name].copy_(one)
