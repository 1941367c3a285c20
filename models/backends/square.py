"""A frame of any shape on the square that SAM 2 and EdgeTAM look at, there and back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

# Of ImageNet, in RGB and 0..1, as all checkpoints of the family were trained.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Square:
    """The map between a frame (`height`, `width`) and a square of `side` pixels: both sides stretched to fit.

    The networks add half a pixel to what they are given, for they expect a pixel's column and row; a frame's
    places count from its corner (see `Prompt`). With the half taken off here, the two agree exactly.
    """

    height: int
    width: int
    side: int

    def to_model(self, points: np.ndarray) -> np.ndarray:
        """Frame places (..., 2) as x, y, to the network's: float32 of the same shape."""
        return (np.asarray(points, np.float64) * self._scale - 0.5).astype(np.float32)

    def to_frame(self, points: np.ndarray) -> np.ndarray:
        """The inverse of `to_model`: float64."""
        return (np.asarray(points, np.float64) + 0.5) / self._scale

    @property
    def _scale(self) -> np.ndarray:
        return np.array([self.side / self.width, self.side / self.height])

    def pixels(self, image: np.ndarray) -> "torch.Tensor":
        """The picture (height, width, 3) uint8 as (1, 3, side, side) float32, normalised as SAM 2 was trained."""
        import torch

        bytes_ = torch.from_numpy(np.require(image, requirements=["C", "W"])).permute(2, 0, 1)[None]
        small = _resized(bytes_.float() / 255, (self.side, self.side))
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
        return (small - mean) / std

    def shrunk(self, mask: np.ndarray) -> "torch.Tensor":
        """A mask (height, width) float32 of 0..1 as (1, 1, side, side)."""
        import torch

        return _resized(torch.from_numpy(np.ascontiguousarray(mask))[None, None], (self.side, self.side))

    def back(self, logits: "torch.Tensor") -> np.ndarray:
        """Logits (h, w) of the square, at any resolution, as probabilities (height, width) float32 in 0..1."""
        import torch

        full = torch.nn.functional.interpolate(
            logits.float()[None, None], size=(self.height, self.width), mode="bilinear", align_corners=False
        )
        return torch.sigmoid(full)[0, 0].cpu().numpy()


def _resized(values: "torch.Tensor", size: tuple[int, int]) -> "torch.Tensor":
    import torch

    return torch.nn.functional.interpolate(values, size=size, mode="bilinear", align_corners=False, antialias=True)
