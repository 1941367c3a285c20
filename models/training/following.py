"""What a network is told of something it follows while it learns: its own last answer, moved along with the picture."""

import numpy as np
import torch
from torch import Tensor

from models.video.flow import Flows


def moved(belief: Tensor, before: Tensor, now: Tensor) -> Tensor:
    """`belief` (B, 1, H, W) in 0..1 of the pictures `before` as it lies on those of `now`, (B, 3, H, W) uint8 RGB.

    By the flow that is found, faults and all, for that is what it will be moved by in use.
    """
    flows = Flows()
    planes = [
        flows.between(_array(one), _array(other)).carried(plane[0].float().cpu().numpy())
        for plane, one, other in zip(belief.detach(), before, now, strict=True)
    ]
    return torch.from_numpy(np.stack(planes))[:, None].to(belief)


def _array(picture: Tensor) -> np.ndarray:
    return np.ascontiguousarray(picture.permute(1, 2, 0).cpu().numpy())
