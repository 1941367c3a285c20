"""Koutu-S over time: what is shown on one frame is followed by its mask moved along, by memory, and by anchors.

Stage 1 with all that it may be told of a film: as prior what it believed a frame ago, moved by flow; its recurrent
memory; and up to eight frames of the shot whose masks are known, those after it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from models.networks.anchors import Anchors
from models.networks.hints import Hints
from models.networks.memory import State
from models.video.carrier import logits
from models.video.exclusive import exclusive
from models.video.flow import Flows
from models.views import View, whole

from .answers import sigmoid
from .koutu import LONGEST, OfCard
from .prompt import BadInput, Prompt, check_picture, unit

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
    """One thing on the last frame: what is believed and how sure, (h, w) float32 in 0..1 on the canvas."""

    belief: np.ndarray
    sure: np.ndarray
    state: State


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
        priors = self._moved(canvas) | {name: self._small(mask) for name, mask in said.items()}
        for name in said:
            self._keep(index, name, picture, priors[name])
        found = {name: self._followed(name, picture, prior) for name, prior in priors.items()}
        held = exclusive({name: priors[name] if name in said else thing.belief for name, thing in found.items()})
        self._things = {name: _Thing(held[name], thing.sure, thing.state) for name, thing in found.items()}
        self._last = canvas
        return {name: said[name] if name in said else self._large(mask) for name, mask in held.items()}

    def confidence(self) -> dict[int, np.ndarray]:
        """See `Track`: how unlikely the network thinks itself wrong."""
        return {name: self._large(thing.sure) for name, thing in self._things.items()}

    def state(self) -> dict[str, np.ndarray]:
        """See `Resumable`. What waits for its frame is not in it."""
        arrays = {} if self._last is None else {"last": self._last}
        for name, thing in self._things.items():
            memory = {"deep": thing.state.deep, "middle": thing.state.middle}
            arrays |= {f"{name}/belief": thing.belief, f"{name}/sure": thing.sure}
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
        for name, plane in state.items():
            thing, _, part = name.partition("/")
            if part == "belief":
                self._things[int(thing)] = self._taken_up(state, thing)
            elif part.startswith("keys/"):
                self._anchors.setdefault(int(thing), {})[int(part[5:])] = Anchors(
                    self.net.on_device(plane), self.net.on_device(state[f"{thing}/values/{part[5:]}"])
                )

    def _taken_up(self, state: Mapping[str, np.ndarray], thing: str) -> _Thing:
        deep, middle = (self.net.on_device(state[f"{thing}/{part}"]) for part in ("deep", "middle"))
        return _Thing(state[f"{thing}/belief"], state[f"{thing}/sure"], State(deep, middle))

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

    def _moved(self, canvas: np.ndarray) -> dict[int, np.ndarray]:
        """What was believed of each thing, as it lies on the frame that is shown on `canvas` (h, w, 3) uint8."""
        if self._last is None:
            return {}
        flow = self._flows.between(self._last, canvas)
        return {name: flow.carried(thing.belief) for name, thing in self._things.items()}

    def _followed(self, name: int, picture: torch.Tensor, prior: np.ndarray) -> _Thing:
        before = self._things.get(name)
        known = self._anchors[name]
        in_order = [known[index] for index in sorted(known)]
        return _Thing(*self.net.look(picture, prior, before.state if before else None, in_order))

    def _small(self, plane: np.ndarray) -> np.ndarray:
        return self.view.plane(plane)[0, 0].numpy()

    def _large(self, plane: np.ndarray) -> np.ndarray:
        """By logits, so that an edge stays where it is."""
        return sigmoid(self.view.back(torch.from_numpy(logits(plane))[None, None]))
