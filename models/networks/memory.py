"""What the network keeps from frame to frame: a recurrent state, typed and apart from the network."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class State:
    """The recurrent memory of a series: `deep` (B, C, h, w) at 1/16 and `middle` (B, C, h, w) at 1/8, float.

    It belongs to the caller, is never changed in place, and fits frames of one size only. Start anew at a cut.
    """

    deep: Tensor
    middle: Tensor

    def packed(self) -> bytes:
        """The state as safetensors, so that work on a shot can be put down and taken up by another process."""
        from safetensors.torch import save

        return save({"deep": self.deep.contiguous().cpu(), "middle": self.middle.contiguous().cpu()})

    @classmethod
    def unpacked(cls, data: bytes, device: str | torch.device = "cpu") -> "State":
        """The inverse of `packed`, on `device`."""
        from safetensors.torch import load

        return cls(**{name: tensor.to(device) for name, tensor in load(data).items()})


class ConvGRU(nn.Module):
    """A gated recurrent unit of convolutions, on half of the channels: the other half sees this frame alone.

    Ballas et al., ICLR 2016; halved as in Robust Video Matting (Lin et al., WACV 2022), section 4.1.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.kept = channels // 2
        self.gates = nn.Conv2d(2 * self.kept, 2 * self.kept, 3, padding=1)
        self.candidate = nn.Conv2d(2 * self.kept, self.kept, 3, padding=1)

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """`x` (B, T, C, h, w) and the state (B, C/2, h, w) before it, to both after it."""
        now, kept = x.split([x.shape[2] - self.kept, self.kept], 2)
        answers = []
        for frame in kept.unbind(1):
            state = self._step(frame, state)
            answers.append(state)
        return torch.cat([now, torch.stack(answers, 1)], 2), state

    def _step(self, frame: Tensor, state: Tensor) -> Tensor:
        update, reset = self.gates(torch.cat([frame, state], 1)).sigmoid().chunk(2, 1)
        candidate = self.candidate(torch.cat([frame, reset * state], 1)).tanh()
        return (1 - update) * state + update * candidate
