"""Koutu-S of a checkpoint of ours as back ends: who is there and what a click means, and soft edges.

Name, version and licence are the card's.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.checkpoints import Card, CheckpointError, open_network, read_card

from . import closer
from .answers import finite, sigmoid
from .grouping import grouped
from .guides import check_guide
from .prompt import Prompt, check_picture
from .protocol import Matte, Segmenter, WeightsMissing

if TYPE_CHECKING:
    import torch
    from torch import nn

    from models.networks.koutu_s import Answer
    from models.views import View

LONGEST = 512  # pixels of the longer side that stage 1 is shown at first: what it learned from was not much larger
VIDEO = "koutu-s-video"
# By back end, of which network its checkpoint is.
NETWORKS = {
    "koutu-s": "koutu-s", "koutu-s-small": "koutu-s", VIDEO: "koutu-s", "koutu-s-refiner": "koutu-s-refiner",
}  # fmt: skip
_SHIPPED = Path(__file__).parents[1] / "weights"
_LEAST = 1 / 1020  # of a probability, for its logit: a quarter of a grey level
# Both err, and mostly apart. On 28 rendered people of the training part, which favours the network, over film frames:
# SAD 1.04 of the closed form's alone, 0.92 with a half of it, 0.91 with this.
_OWN = 0.3


@dataclass
class OfCard:
    """A network with its card; threads take turns."""

    network: "nn.Module"
    card: Card
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def name(self) -> str:
        return self.card.network

    @property
    def version(self) -> str:
        return self.card.version

    @property
    def licence(self) -> str:
        return self.card.licence

    def _numbers(self, answer: np.ndarray) -> np.ndarray:
        return finite(answer, f"{self.name} {self.version}", "its weights are spoilt; give another checkpoint")


@dataclass
class KoutuPeople(OfCard):
    """Stage 1 as `Segmenter` and `Interactive`. It mends what `prior` finds, if there is one."""

    prior: Segmenter | None = None

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`: there is one view."""
        return self.person_probability(image)[None]

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`. Who is small in the picture is looked at again from near by."""
        view, _, thought = self._first(image)
        return self._numbers(sigmoid(self._near(image, view, thought)))

    def instances(self, image: np.ndarray) -> np.ndarray:
        """See `TellsApart`."""
        import cv2

        view, answer, _ = self._first(image)
        heat, offset = (plane[0].float().cpu().numpy() for plane in (answer.centre, answer.offset))
        cells = grouped(self._numbers(sigmoid(heat[0])), self._numbers(offset))
        on_canvas = cells.repeat(4, axis=0).repeat(4, axis=1)[: view.height, : view.width]
        return np.asarray(cv2.resize(on_canvas, image.shape[1::-1], interpolation=cv2.INTER_NEAREST))

    def _first(self, image: np.ndarray) -> "tuple[View, Answer, torch.Tensor]":
        """A view of the whole of `image`, what the network answers to it, and logits (1, 1, height, width) of who is
        there by the network and its prior."""
        from models.views import whole

        view = whole(*check_picture(image), LONGEST)
        if self.prior is None:
            answer = self._look(image, view, None)
            return view, answer, _thought(answer)
        before = self.prior.person_probability(image)
        answer = self._look(image, view, before)
        thought = _thought(answer)
        # The mean of both: where the network errs in surroundings it never saw, the prior mostly does not.
        return view, answer, (thought + _logits(view.plane(before).to(thought))) / 2

    def _near(self, image: np.ndarray, view: "View", thought: "torch.Tensor") -> np.ndarray:
        """Logits (H, W) of what was `thought` after a look with `view`, and of one at everybody who was small in it."""
        logits = np.array(view.back(thought))
        for near in closer.windows(view.plane(logits)[0, 0].numpy() >= 0, view):
            closer.join(logits, near, near.back(_thought(self._look(image, near, sigmoid(logits)))))
        return logits

    def _look(self, image: np.ndarray, view: "View", prior: np.ndarray | None) -> "Answer":
        """What the network answers to a window of `image`, told `prior` (H, W), what is thought so far."""
        import torch

        from models.networks.hints import Hints

        device = next(self.network.parameters()).device
        hints = Hints(None if prior is None else view.plane(prior).to(device))
        with self._lock, torch.no_grad():
            return self.network(view.picture(image).to(device), hints)[0]

    def mask(self, image: np.ndarray, prompt: Prompt) -> np.ndarray:
        """See `Interactive`. Nothing is kept from picture to picture."""
        from models import clicks

        with self._lock:
            return self._numbers(clicks.answer(self.network, image, prompt))  # type: ignore[arg-type]


def _thought(answer: "Answer") -> "torch.Tensor":
    """Logits of the mask, of one stage alone those of its alpha."""
    return answer.mask if answer.alpha is None else _logits(answer.alpha)


def _logits(probability: "torch.Tensor") -> "torch.Tensor":
    return probability.clamp(_LEAST, 1 - _LEAST).logit()


class KoutuEdges(OfCard):
    """Stage 2 as `Matter`: the band along a mask, with the person's own colours."""

    guide = "mask"

    def matte(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """See `Matter`. Beyond the band along the mask's edge the matte is the mask; see `edge_trimap`."""
        from models.matting.edges import edge_trimap

        mask = check_guide("mask", guide, *check_picture(image))
        trimap = edge_trimap(mask)
        return Matte(mask / np.float32(255)) if trimap is None else self.solved(image, trimap)

    def solved(self, image: np.ndarray, trimap: np.ndarray) -> Matte:
        """The matte of a `trimap` (height, width) uint8, 0 background, 255 person: the closed form, mended.

        Of the network's own alpha `_OWN` counts.
        """
        import torch

        from models.matting.edges import begun
        from models.networks.patches import refine

        before = torch.from_numpy(begun(image, trimap))[None]
        known = torch.from_numpy(trimap / np.float32(255))[None]
        picture = torch.from_numpy(np.require(image, requirements=["C", "W"])).permute(2, 0, 1).float() / 255
        with self._lock, torch.no_grad():
            edges = refine(self.network, picture, before, known)  # type: ignore[arg-type]
        alpha, foreground = torch.lerp(before, edges.alpha, _OWN)[0].numpy(), edges.foreground.permute(1, 2, 0).numpy()
        return Matte(self._numbers(alpha), self._numbers(foreground))


def shipped(name: str) -> str | None:
    """The checkpoint of that network that comes with Koutu, if one does."""
    path = _SHIPPED / f"{name}.safetensors"
    return str(path) if path.is_file() else None


def missing(name: str, path: str) -> str | None:
    """None when the checkpoint at `path` is one of `name`, else why not and what to do; torch is not loaded."""
    from .registry import UnknownBackend, find

    try:
        card = read_card(path)
        if card.network != NETWORKS[name]:
            return f"{path} holds weights of {card.network}: give a checkpoint of {NETWORKS[name]}"
        # Who follows has its own last answer in place of the prior.
        lacks = None if card.prior is None or name == VIDEO else find(card.prior).missing()
    except (CheckpointError, UnknownBackend) as error:
        return str(error)
    return lacks and f"{path} mends what {card.prior} finds: {lacks}"


def open_koutu(name: str, path: str, device: str) -> OfCard:
    """The back end `name` of `NETWORKS` with the weights at `path`. Raises WeightsMissing."""
    from .registry import open_backend

    reason = missing(name, path)
    if reason:
        raise WeightsMissing(reason)
    try:
        network, card = open_network(path)
    except CheckpointError as error:
        raise WeightsMissing(str(error)) from error
    if NETWORKS[name] == "koutu-s-refiner":
        return KoutuEdges(network.to(device), card)
    if name == VIDEO:
        from .koutu_video import KoutuVideo

        return KoutuVideo(network.to(device), card)
    prior = None if card.prior is None else open_backend(card.prior, device=device)
    return KoutuPeople(network.to(device), card, prior)
