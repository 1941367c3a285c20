"""What the rest asks of a network, whoever made it: a handful of small protocols over ours and foreign ones.

Pictures are (height, width, 3) uint8 RGB of any size, answers float32 in 0..1 of the picture's size. `name`,
`version` and `licence` go into the model version that every revision made with it names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .prompt import Prompt


class WeightsMissing(RuntimeError):
    """A back end cannot run here. The message says what is missing and what to do about it."""


class Named(Protocol):
    """Who answers."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def licence(self) -> str: ...


class Segmenter(Named, Protocol):
    """A network, or a few, that tell person from background, of any make."""

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """Answers of k independent views (k, height, width) float32 in 0..1; where they disagree, trust none.

        `image` is (height, width, 3) uint8 RGB of any size. Raises WeightsMissing when the network cannot run
        here.
        """
        ...

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """Probability (height, width) float32 in 0..1 that a pixel is of a person: one answer out of all views."""
        ...


class Interactive(Named, Protocol):
    """A network that finds the thing somebody points at."""

    def mask(self, image: np.ndarray, prompt: Prompt) -> np.ndarray:
        """Probability (height, width) float32 in 0..1 that a pixel is of what `prompt` means.

        Asked again about the picture it saw last, it answers without looking at it anew. Raises BadInput and
        WeightsMissing.
        """
        ...


class Track(Protocol):
    """The state of following things through one shot. Not to be shared between threads."""

    def add(self, index: int, thing: int, prompt: Prompt) -> None:
        """Say what `thing` is on frame `index`, before the step to it: by points, a box, or a mask alone.

        Said again for the same frame, the last word counts. Raises BadInput.
        """
        ...

    def step(self, index: int, image: np.ndarray, reverse: bool = False) -> dict[int, np.ndarray]:
        """Probability (height, width) float32 in 0..1 of every thing said so far, on frame `index`.

        Frames come one after the other, forwards or (`reverse`) backwards. Memory does not grow with their
        number. Raises BadInput and WeightsMissing.
        """
        ...

    def confidence(self) -> dict[int, np.ndarray]:
        """How sure the last step is of each pixel, (height, width) float32 in 0..1, of every thing it gave."""
        ...


@runtime_checkable
class Remembering(Track, Protocol):
    """A track that looks things up on frames where they are known, those to come too."""

    def remember(self, index: int, image: np.ndarray, masks: Mapping[int, np.ndarray]) -> None:
        """Note what is known of frame `index`: `masks` (height, width) in 0..1 by thing. Nothing follows from it alone:
        `add` says what is to be followed. Raises BadInput and WeightsMissing.
        """
        ...


@runtime_checkable
class Resumable(Track, Protocol):
    """A track that can be put down, and taken up in another process."""

    def state(self) -> dict[str, np.ndarray]:
        """All that its next step depends on."""
        ...

    def resume(self, state: Mapping[str, np.ndarray]) -> None:
        """Be as the one was that gave `state`, on frames of the same size. Raises BadInput."""
        ...


class VideoTracker(Named, Protocol):
    """A network that follows things through a shot."""

    def start(self, height: int, width: int) -> Track:
        """A new state for frames of this size. Many may live at a time."""
        ...


@dataclass(frozen=True)
class Matte:
    """`alpha` (height, width) float32 in 0..1; `foreground` (height, width, 3) float32 RGB in 0..1, where given."""

    alpha: np.ndarray
    foreground: np.ndarray | None = None


class Matter(Named, Protocol):
    """A network that gives soft edges."""

    @property
    def guide(self) -> str | None:
        """What it wants beside the picture: "trimap" (0, 128 for unknown, 255), "mask" (0, 255), or nothing."""
        ...

    def matte(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """The matte of `image`; `guide` is (height, width) uint8 as `self.guide` says.

        Raises BadInput and WeightsMissing.
        """
        ...


class Reel(Protocol):
    """What a matting network remembers of one shot. Not to be shared between threads."""

    def step(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """The matte of the next frame, which has the size of the first; see `Matter.matte`."""
        ...


@runtime_checkable
class VideoMatter(Matter, Protocol):
    """A network that gives soft edges and may remember the frames before."""

    @property
    def remembers(self) -> bool:
        """Whether an answer depends on the frames before: if so, frames must come in order and none be left out."""
        ...

    def start(self) -> Reel:
        """A new shot. Many may be followed at a time."""
        ...
