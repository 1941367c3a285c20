"""Which of transformers' classes the SAM 2 family is made of, and how they are loaded."""

from dataclasses import dataclass
from typing import Any

from .hub import Weights


@dataclass(frozen=True)
class Family:
    """The names, in transformers, of a family's network for pictures, for video, and of its state on a video."""

    image: str
    video: str
    session: str

    def image_net(self, weights: Weights, device: str) -> Any:
        """The network for pictures. The checkpoints hold the one for video, of which it is a part."""
        import transformers

        return _load(weights, getattr(transformers, self.image), device)

    def video_net(self, weights: Weights, device: str) -> Any:
        """The network for video."""
        import transformers

        net = _load(weights, getattr(transformers, self.video), device)
        _make_scores_alike(net)
        return net

    def new_session(self, height: int, width: int, device: str) -> Any:
        """An empty state for frames of this size."""
        import torch
        import transformers

        session = getattr(transformers, self.session)
        return session(
            video_height=height, video_width=width, dtype=torch.float32,
            inference_device=device, inference_state_device=device, video_storage_device=device,
        )  # fmt: skip


SAM2 = Family("Sam2Model", "Sam2VideoModel", "Sam2VideoInferenceSession")
EDGETAM = Family("EdgeTamModel", "EdgeTamVideoModel", "EdgeTamVideoInferenceSession")


def _load(weights: Weights, network: Any, device: str) -> Any:
    from .repvit import without_timm

    described = without_timm(weights.described())
    return weights.load(network, device, config=network.config_class.from_dict(described))


def _make_scores_alike(net: Any) -> None:
    """Give the score of a thing said by its mask the shape that a clicked one's has.

    transformers (5.23) does so for SAM 2; EdgeTAM lacks it and fails where both kinds stand on one frame.
    """
    answer = net._use_mask_as_output

    def with_three_dimensions(*inputs: Any, **named: Any) -> Any:
        found = answer(*inputs, **named)
        score = found.object_score_logits
        found.object_score_logits = score[..., None] if score.dim() == 2 else score
        return found

    net._use_mask_as_output = with_three_dimensions
