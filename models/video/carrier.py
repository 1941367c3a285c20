"""Following by carrying corrections: what a person mended on one frame, moved along with the picture.

A network's own answer on every frame knows edges and what comes into sight, and errs on one frame much as on the next.
A mask that is moved along by flow holds what a person said, and blurs. So what is moved is by how much the person's
mask differs from the network's answer; it is added to the answer of each later frame. Where motion cannot be trusted
the network's word counts for more, the more so the better it was where the truth is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from models.backends.prompt import BadInput, Prompt, check_picture, unit
from models.backends.protocol import Segmenter

from .exclusive import exclusive
from .flow import Flow, Flows
from .uncovered import told_by_surroundings

_LEAST = 0.02  # of a probability: what is nearly sure may be overruled
# Shares of the carried mask beside the corrected answer, where motion is to be trusted and where not.
_TRUSTED, _DOUBTED = 0.9, 0.3
_FADING = 0.5  # of a correction, where motion cannot be trusted and the network is right
_SETTLING = 0.4  # from frame to frame, of what is said too much by a correction: what the network sees by now itself
REACH = 0.02  # of the diagonal: so far beyond its carried mask a thing may come into sight from frame to frame
_ENTERS, _UNSEEN = 0.15, 0.7  # of the diagonal: what comes in by the frame's edge; trust below which it is new
_ROUND = 0.04  # of the diagonal: so far round a mask the network is held to it
AGEING = 0.985  # of confidence from frame to frame


@dataclass(frozen=True)
class Thing:
    """One thing on the last frame, planes (H, W) float32: `probability` and `confidence` in 0..1, and `correction`,
    what a person's word adds to the network's logits. `network` in 0..1: how well it knows this thing by itself."""

    probability: np.ndarray
    correction: np.ndarray
    confidence: np.ndarray
    network: float


@dataclass(frozen=True)
class Carrier:
    """`VideoTracker` of any `Segmenter`. Needs no weights of its own."""

    segmenter: Segmenter

    @property
    def name(self) -> str:
        return f"carried-{self.segmenter.name}"

    @property
    def version(self) -> str:
        return self.segmenter.version

    @property
    def licence(self) -> str:
        return self.segmenter.licence

    def start(self, height: int, width: int) -> "Carried":
        """See `VideoTracker`."""
        return Carried(self.segmenter, (height, width))


@dataclass
class Carried:
    """One shot's state; see `Track`. It holds the last frame, and four planes a thing."""

    segmenter: Segmenter
    size: tuple[int, int]
    things: dict[int, Thing] = field(default_factory=dict)
    _waiting: dict[int, dict[int, np.ndarray]] = field(default_factory=dict)
    _last: np.ndarray | None = None
    _flows: Flows = field(default_factory=Flows)

    def add(self, index: int, thing: int, prompt: Prompt) -> None:
        """See `Track`: by a mask alone."""
        if prompt.mask is None or prompt.points or prompt.box is not None:
            raise BadInput("what is followed is said by a mask: turn points and boxes into one first")
        self._waiting.setdefault(index, {})[thing] = unit(prompt.mask, *self.size)

    def step(self, index: int, image: np.ndarray, reverse: bool = False) -> dict[int, np.ndarray]:
        """See `Track`. Things never share a pixel: each goes to the likeliest."""
        if check_picture(image) != self.size:
            raise BadInput(f"frame {index} is {image.shape[1]}x{image.shape[0]}, not of the shot's size: start anew")
        said, answer = self._waiting.pop(index, {}), self.segmenter.person_probability(image)
        if self._last is not None and self.things:
            flow = self._flows.between(self._last, image)
            moved = {
                name: carried(thing, flow, image, answer) for name, thing in self.things.items() if name not in said
            }
            held = exclusive({name: thing.probability for name, thing in moved.items()} | said)
            self.things = {name: replace(thing, probability=held[name]) for name, thing in moved.items()}
        self.things |= {name: said_of(mask, answer) for name, mask in said.items()}
        self._last = image
        return {name: thing.probability for name, thing in self.things.items()}

    def confidence(self) -> dict[int, np.ndarray]:
        """See `Track`."""
        return {name: thing.confidence for name, thing in self.things.items()}

    def state(self) -> dict[str, np.ndarray]:
        """See `Resumable`. What waits for its frame is not in it."""
        arrays = {} if self._last is None else {"last": self._last}
        for name, thing in self.things.items():
            arrays |= {f"{name}/{part}": np.asarray(value) for part, value in vars(thing).items()}
        return arrays

    def resume(self, state: Mapping[str, np.ndarray]) -> None:
        """See `Resumable`."""
        planes = {name: plane for name, plane in state.items() if not name.endswith("/network")}
        if any(plane.shape[:2] != self.size for plane in planes.values()):
            raise BadInput(f"this state is not of frames of {self.size[1]}x{self.size[0]}: start the propagation anew")
        self._last = state.get("last")
        names = sorted({int(name.split("/")[0]) for name in state if "/" in name})
        self.things = {name: _thing(state, name) for name in names}


def _thing(state: Mapping[str, np.ndarray], name: int) -> Thing:
    probability, correction, confidence = (
        state[f"{name}/{part}"] for part in ("probability", "correction", "confidence")
    )
    return Thing(probability, correction, confidence, state[f"{name}/network"].item())


def said_of(mask: np.ndarray, answer: np.ndarray) -> Thing:
    """A thing as a person says it is, `mask` (H, W) in 0..1, where the network says `answer` (H, W) of everybody."""
    near = within(mask >= 0.5, _ROUND)
    held, both = np.minimum(mask, answer)[near].sum(), np.maximum(mask, answer)[near].sum()
    return Thing(mask, logits(mask) - logits(answer), np.ones_like(mask), float(held / both) if both else 1.0)


def carried(thing: Thing, flow: Flow, image: np.ndarray, answer: np.ndarray) -> Thing:
    """A thing on the next frame, `image`, by how it got there and what the network says of that frame."""
    moved = (flow.carried(plane) for plane in (thing.probability, thing.correction))
    mask, correction = told_by_surroundings(image, flow.trust, *moved)
    fading = np.float32(_FADING * max(0.0, 2 * thing.network - 1))
    correction = correction * (1 - fading * (1 - flow.trust))
    share = _DOUBTED + np.float32(_TRUSTED - _DOUBTED) * flow.trust
    likely = probability(share * logits(mask) + (1 - share) * (logits(answer) + correction))
    # Motion that was not found leaves a mask behind: what was there may be there still.
    near = within((mask > 0.5) | (thing.probability > 0.5), REACH)
    entering = _entering(mask > 0.5, flow, answer)
    likely = np.where(entering, np.maximum(likely, probability(logits(answer) + correction)), likely)
    likely[~(near | entering)] = 0
    confidence = flow.carried(thing.confidence) * np.float32(AGEING) * (np.float32(0.5) + flow.trust / 2)
    return Thing(likely, _settled(correction, likely, answer), confidence, thing.network)


def _settled(correction: np.ndarray, likely: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """A correction drawn to as much of it as the network's answer still needs to become what is `likely`.

    Who was missed on one frame and is seen on the next needs no more of it: kept, it would make people of the ground
    that comes into sight round them. Where the network errs on it stays.
    """
    needed = logits(likely) - logits(answer)
    needed = np.clip(needed, np.minimum(correction, 0), np.maximum(correction, 0))
    return correction + np.float32(_SETTLING) * (needed - correction)


def _entering(mask: np.ndarray, flow: Flow, answer: np.ndarray) -> np.ndarray:
    """(H, W) bool: what may be more of a thing that the frame's edge cuts off, `mask` (H, W) bool, on its way in: near
    where it is cut, where the network sees somebody and motion tells of nothing that was there."""
    cut = np.zeros_like(mask)
    for border in ((0, slice(None)), (-1, slice(None)), (slice(None), 0), (slice(None), -1)):
        cut[border] = mask[border]
    return np.asarray(within(cut, _ENTERS) & (flow.trust < _UNSEEN) & (answer >= 0.5))


def logits(probability: np.ndarray) -> np.ndarray:
    """Of (H, W) float32 in 0..1, with ends that can be overruled."""
    held = np.clip(probability, np.float32(_LEAST), np.float32(1 - _LEAST))
    return np.log(held / (1 - held))


def probability(logit: np.ndarray) -> np.ndarray:
    """The inverse of `logits`, float32."""
    return (1 / (1 + np.exp(-logit))).astype(np.float32)


def within(mask: np.ndarray, share: float) -> np.ndarray:
    """(H, W) bool: what is at most so many diagonals away from the mask (H, W) bool."""
    if not mask.any():
        return mask
    away = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(away <= max(2.0, share * float(np.hypot(*mask.shape))))
