"""SAM 2.1 and EdgeTAM on pictures: a click, a box or an earlier mask gives a mask.

SAM 2 (Ravi et al., 2024), EdgeTAM (Zhou et al., CVPR 2025), as transformers has them. Both look at a square of
1024 pixels and answer at a quarter of it. Looking takes nearly all of the time; answering a further click on the
same picture takes tens of milliseconds.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .hub import Weights
from .prompt import Prompt, check_picture, unit
from .sam_nets import Family
from .square import Square

# SAM's own mask prompts are logits; beyond this its answers are as good as certain.
_SUREST = 10.0


@dataclass
class SamImage:
    """One of the family as `Interactive`. Loaded on first use; threads take turns."""

    weights: Weights
    family: Family
    name: str
    licence: str
    device: str = "cpu"
    _net: Any = field(default=None, init=False, repr=False)
    _seen: tuple[bytes, Any] | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def version(self) -> str:
        """Of the weights; see `Weights.version`."""
        return self.weights.version

    def mask(self, image: np.ndarray, prompt: Prompt) -> np.ndarray:
        """See `Interactive`. One lone click may mean a button, a coat or its wearer: the surest answer counts."""
        import torch

        height, width = check_picture(image)
        prompt.check(height, width)
        with self._lock, torch.inference_mode():
            net = self._loaded()
            square = Square(height, width, net.config.prompt_encoder_config.image_size)
            answer = net(
                image_embeddings=self._look(net, square, image),
                multimask_output=len(prompt.points) == 1 and prompt.box is None and prompt.mask is None,
                **_asked(prompt, square, self.device),
            )
            best = int(answer.iou_scores[0, 0].argmax())
            return square.back(answer.pred_masks[0, 0, best])

    def _loaded(self) -> Any:
        if self._net is None:
            self._net = self.family.image_net(self.weights, self.device)
        return self._net

    def _look(self, net: Any, square: Square, image: np.ndarray) -> Any:
        """The embeddings of the picture; those of the last one are kept."""
        digest = hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest() + repr(image.shape).encode()
        if self._seen is None or self._seen[0] != digest:
            self._seen = digest, net.get_image_embeddings(square.pixels(image).to(self.device))
        # A copy of the list: a network may change what it is given.
        return list(self._seen[1])


def _asked(prompt: Prompt, square: Square, device: str) -> dict[str, Any]:
    """The prompt as the networks' arguments."""
    import torch

    asked: dict[str, Any] = {}
    if prompt.points:
        asked["input_points"] = torch.from_numpy(square.to_model(np.array(prompt.points)))[None, None]
        asked["input_labels"] = torch.tensor(prompt.labels, dtype=torch.int32)[None, None]
    if prompt.box is not None:
        corners = square.to_model(np.array(prompt.box).reshape(2, 2))
        asked["input_boxes"] = torch.from_numpy(corners.reshape(1, 1, 4))
    if prompt.mask is not None:
        soft = square.shrunk(unit(prompt.mask, square.height, square.width))
        asked["input_masks"] = torch.logit(soft, eps=1e-6).clamp(-_SUREST, _SUREST)
    return {name: value.to(device) for name, value in asked.items()}
