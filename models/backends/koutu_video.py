"""Koutu-S over time: what is shown on one frame is followed by its mask moved along, by memory, and by anchors.

Stage 1 with all that it may be told of a film: as prior what it believed a frame ago, moved by flow; its recurrent
memory; and up to eight frames of the shot whose masks are known, those after it too. As `Carrier` does it holds to what
was moved where motion can be trusted, and a thing stays near where it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import torch

from models.networks.anchors import Anchors
from models.networks.hints import Hints
from models.networks.memory import State
from models.video.carrier import AGEING, REACH, logits, within
from models.video.exclusive import exclusive
from models.video.flow import Flow, Flows
from models.views import View, whole

from .answers import sigmoid
from .koutu import OfCard
from .prompt import BadInput, Prompt, check_picture, unit

LONGEST = 384  # pixels of the longer side that it sees: it learns to follow at a size not much smaller
# Shares of what was moved beside the network's answer, where motion is to be trusted and where not.
_TRUSTED, _DOUBTED = 0.9, 0.5
MOST = 8  # anchors of a thing that are held: those nearest to the newest


class KoutuVideo(OfCard):
    """Stage 1 as `VideoTracker`."""

    @property
    def name(self) -> str:
        return f"{self.card.network}-video"

    def start(self, height: int, width: int) -> "KoutuTrack":
        """See `VideoTracker`."""
        return KoutuTrack(self, whole(height, width, LONGEST), Flows())

    def look(
        self, picture: torch.Tensor, prior: np.ndarray, state: State | None, anchors: Sequence[Anchors]
    ) -> tuple[np.ndarray, np.ndarray, State]:
        """What is believed and how sure it is, (h, w) float32 in 0..1, of a picture (1, 3, h, w); and the state after.

        `prior` (h, w) float32 in 0..1; one of `anchors` or more.
        """
        hints = Hints(self.on_device(prior)[None, None])
        with self._lock, torch.no_grad():
            answer, after = self.network(picture.to(self._device), hints, state, Anchors.joined(anchors))
        mask, error = (self._numbers(sigmoid(plane[0, 0].cpu().numpy())) for plane in (answer.mask, answer.error))
        return mask, 1 - error, after

    def remember(self, picture: torch.Tensor, mask: np.ndarray) -> Anchors:
        """A picture (1, 3, h, w) whose mask (h, w) float32 in 0..1 is known."""
        with self._lock, torch.no_grad():
            return self.network.remember(picture.to(self._device), self.on_device(mask)[None, None])  # type: ignore[operator]

    def on_device(self, values: np.ndarray) -> torch.Tensor:
        """The array where the network is."""
        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device


@dataclass(frozen=True)
class _Thing:
    """One thing on the last frame: what is believed and how sure, (h, w) float32 in 0..1 on the canvas; `age` is the
    number of frames since it was said."""

    belief: np.ndarray
    sure: np.ndarray
    state: State
    age: int = 0


@dataclass
class KoutuTrack:
    """One shot's state; see `Remembering` and `Resumable`. It holds the last frame as the network saw it."""

    net: KoutuVideo
    view: View
    _flows: Flows
    _things: dict[int, _Thing] = field(default_factory=dict)
    _anchors: dict[int, dict[int, Anchors]] = field(default_factory=dict)  # by thing and frame
    _waiting: dict[int, dict[int, np.ndarray]] = field(default_factory=dict)
    _last: np.ndarray | None = None

    def add(self, index: int, thing: int, prompt: Prompt) -> None:
        """See `Track`: by a mask alone."""
        if prompt.mask is None or prompt.points or prompt.box is not None:
            raise BadInput("what is followed is said by a mask: turn points and boxes into one first")
        self._waiting.setdefault(index, {})[thing] = unit(prompt.mask, *self._size)

    def remember(self, index: int, image: np.ndarray, masks: Mapping[int, np.ndarray]) -> None:
        """See `Remembering`."""
        self._check(index, image)
        for thing, mask in masks.items():
            self._keep(index, thing, self.view.picture(image), self._small(unit(mask, *self._size)))

    def step(self, index: int, image: np.ndarray, reverse: bool = False) -> dict[int, np.ndarray]:
        """See `Track`. Things never share a pixel: each goes to the likeliest."""
        self._check(index, image)
        picture, said = self.view.picture(image), self._waiting.pop(index, {})
        canvas = np.ascontiguousarray((picture[0] * 255).round().byte().permute(1, 2, 0).numpy())
        flow = None if self._last is None else self._flows.between(self._last, canvas)
        found = {name: self._said(index, name, picture, mask) for name, mask in said.items()}
        for name in self._things.keys() - said.keys():
            found[name] = self._followed(name, picture, cast(Flow, flow))
        held = exclusive({name: thing.belief for name, thing in sorted(found.items())})
        self._things = {name: replace(found[name], belief=belief) for name, belief in held.items()}
        self._last = canvas
        return exclusive({name: said.get(name, self._large(belief)) for name, belief in held.items()})

    def confidence(self) -> dict[int, np.ndarray]:
        """See `Track`: how unlikely the network thinks itself wrong, less from frame to frame."""
        return {name: self._large(thing.sure) for name, thing in self._things.items()}

    def state(self) -> dict[str, np.ndarray]:
        """See `Resumable`. What waits for its frame is not in it."""
        arrays = {} if self._last is None else {"last": self._last}
        for name, thing in self._things.items():
            memory = {"deep": thing.state.deep, "middle": thing.state.middle}
            arrays |= {f"{name}/belief": thing.belief, f"{name}/sure": thing.sure, f"{name}/age": np.array(thing.age)}
            arrays |= {f"{name}/{part}": value.cpu().numpy() for part, value in memory.items()}
        for name, known in self._anchors.items():
            for index, anchor in known.items():
                pair = {"keys": anchor.keys, "values": anchor.values}
                arrays |= {f"{name}/{part}/{index}": value.cpu().numpy() for part, value in pair.items()}
        return arrays

    def resume(self, state: Mapping[str, np.ndarray]) -> None:
        """See `Resumable`."""
        canvas = (self.view.height, self.view.width)
        seen = [plane for name, plane in state.items() if name == "last" or name.endswith("/belief")]
        if any(plane.shape[:2] != canvas for plane in seen):
            height, width = self._size
            raise BadInput(f"this state is not of frames of {width}x{height}: start the propagation anew")
        self._last = state.get("last")
        things = sorted({int(name.split("/")[0]) for name in state if name.endswith("/belief")})
        self._things = {thing: self._thing_of(state, thing) for thing in things}
        self._anchors = {thing: self._anchors_of(state, thing) for thing in things}

    def _thing_of(self, state: Mapping[str, np.ndarray], thing: int) -> _Thing:
        deep, middle = (self.net.on_device(state[f"{thing}/{part}"]) for part in ("deep", "middle"))
        belief, sure, age = (state[f"{thing}/{part}"] for part in ("belief", "sure", "age"))
        return _Thing(belief, sure, State(deep, middle), age.item())

    def _anchors_of(self, state: Mapping[str, np.ndarray], thing: int) -> dict[int, Anchors]:
        indices = [int(name.split("/")[2]) for name in state if name.startswith(f"{thing}/keys/")]
        pairs = {index: [state[f"{thing}/{part}/{index}"] for part in ("keys", "values")] for index in indices}
        return {index: Anchors(*map(self.net.on_device, pair)) for index, pair in pairs.items()}

    @property
    def _size(self) -> tuple[int, int]:
        return self.view.bottom, self.view.right

    def _check(self, index: int, image: np.ndarray) -> None:
        if check_picture(image) != self._size:
            raise BadInput(f"frame {index} is {image.shape[1]}x{image.shape[0]}, not of the shot's size: start anew")

    def _keep(self, index: int, thing: int, picture: torch.Tensor, mask: np.ndarray) -> None:
        known = self._anchors.setdefault(thing, {})
        known[index] = self.net.remember(picture, mask)
        if len(known) > MOST:
            del known[max(known, key=lambda other: abs(other - index))]

    def _said(self, index: int, name: int, picture: torch.Tensor, mask: np.ndarray) -> _Thing:
        small = self._small(mask)
        self._keep(index, name, picture, small)
        _, _, state = self._looked(name, picture, small)
        return _Thing(small, np.ones_like(small), state)

    def _followed(self, name: int, picture: torch.Tensor, flow: Flow) -> _Thing:
        before = self._things[name]
        moved = flow.carried(before.belief)
        answer, sure, state = self._looked(name, picture, moved)
        share = _DOUBTED + np.float32(_TRUSTED - _DOUBTED) * flow.trust
        belief = sigmoid(share * logits(moved) + (1 - share) * logits(answer))
        belief[~within((moved > 0.5) | (before.belief > 0.5), REACH)] = 0
        return _Thing(belief, sure * np.float32(AGEING ** (before.age + 1)), state, before.age + 1)

    def _looked(self, name: int, picture: torch.Tensor, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray, State]:
        before, known = self._things.get(name), self._anchors[name]
        in_order = [known[index] for index in sorted(known)]
        return self.net.look(picture, prior, before.state if before else None, in_order)

    def _small(self, plane: np.ndarray) -> np.ndarray:
        return self.view.plane(plane)[0, 0].numpy()

    def _large(self, plane: np.ndarray) -> np.ndarray:
        """By logits, so that an edge stays where it is."""
        return sigmoid(self.view.back(torch.from_numpy(logits(plane))[None, None]))
