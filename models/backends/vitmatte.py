"""ViTMatte (Yao et al., Information Fusion 2024): a picture and its trimap give a matte.

Its public weights were trained on Adobe's Composition-1k, whose terms forbid commercial use: Koutu neither ships
nor fetches them unasked. Whoever may use them plugs them in by folder or hub id.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .guides import check_guide
from .hub import Weights
from .prompt import check_picture
from .protocol import Matte

STRIDE = 32
# Pixels kept round the unknown band: what the network should see of both sides.
CONTEXT = 64


@dataclass
class VitMatte:
    """ViTMatte as `Matter`. Loaded on first use; threads take turns.

    Only the box round the unknown pixels is looked at, with CONTEXT round it: the attention's memory grows with
    the square of the area.
    """

    weights: Weights
    name: str
    licence: str
    device: str = "cpu"
    guide: str = field(default="trimap", init=False)
    _net: Any = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def version(self) -> str:
        """Of the weights; see `Weights.version`."""
        return self.weights.version

    def matte(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """See `Matter`. Where the trimap knows, the matte says the same."""
        trimap = check_guide("trimap", guide, *check_picture(image))
        rows, columns = _around(trimap == 128)
        alpha = (trimap == 255).astype(np.float32)
        unknown = trimap[rows, columns] == 128
        alpha[rows, columns][unknown] = self._answer(image[rows, columns], trimap[rows, columns])[unknown]
        return Matte(alpha)

    def _answer(self, image: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        import torch
        import transformers

        with self._lock, torch.inference_mode():
            if self._net is None:
                self._net = self.weights.load(transformers.VitMatteForImageMatting, self.device)
            alphas = self._net(_prepared(image, trimap).to(self.device)).alphas
            height, width = trimap.shape
            return alphas[0, 0, :height, :width].float().clamp(0, 1).cpu().numpy()


def _around(unknown: np.ndarray) -> tuple[slice, slice]:
    """The rows and columns of the box round the unknown pixels, with their context."""
    sides = []
    for axis in (1, 0):
        held = np.flatnonzero(unknown.any(axis=axis))
        sides.append(slice(max(0, int(held[0]) - CONTEXT), int(held[-1]) + 1 + CONTEXT))
    return sides[0], sides[1]


def _prepared(image: np.ndarray, trimap: np.ndarray) -> Any:
    """(1, 4, h, w) float32, h and w whole strides: RGB of -1..1 and the trimap of 0..1, zeros below and right."""
    import torch

    colours = (torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1).float() / 255 - 0.5) / 0.5
    marks = torch.from_numpy(np.ascontiguousarray(trimap))[None].float() / 255
    height, width = trimap.shape
    return torch.nn.functional.pad(torch.cat([colours, marks])[None], (0, -width % STRIDE, 0, -height % STRIDE))
