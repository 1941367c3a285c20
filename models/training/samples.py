"""What a training step is fed: one short film with all that is known of it, and who makes such films."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_ROUNDING = 1e-4  # what sums of alphas in single precision may leave 0..1 by


class SampleError(ValueError):
    """A data set gave what cannot be trained on. The message says what is wrong and what to give."""


@dataclass(frozen=True)
class Sample:
    """A short film of T frames (T = 1: a still) with what is known of it, numpy.

    `picture` (T, H, W, 3) uint8 RGB. `person` (T, H, W) float32 in 0..1, everybody's alpha or mask; `exact` says
    that it is true alpha, which matting losses may use. `void` (T, H, W) bool: no loss there. None where unknown:
    `instances` (T, H, W) uint8, 0 nobody, 1.. the person in front; `parts` (T, H, W) uint8 as the generator numbers
    them (`generator.Part`); `foreground` (T, H, W, 3) uint8, people's own colours; `flow` (T - 1, H, W, 2) float32
    as x, y in pixels to the next frame.
    """

    picture: np.ndarray
    person: np.ndarray
    exact: bool
    void: np.ndarray
    instances: np.ndarray | None
    parts: np.ndarray | None
    foreground: np.ndarray | None
    flow: np.ndarray | None

    def check(self) -> None:
        """Raise SampleError unless shapes, types and range are as told above."""
        frames = self.picture.shape[:3]
        wanted = {
            "picture": ((*frames, 3), np.uint8),
            "person": (frames, np.float32),
            "void": (frames, np.bool_),
            "instances": (frames, np.uint8),
            "parts": (frames, np.uint8),
            "foreground": ((*frames, 3), np.uint8),
            "flow": ((frames[0] - 1, *frames[1:], 2), np.float32),
        }
        for name, (shape, kind) in wanted.items():
            plane = getattr(self, name)
            if plane is not None and (plane.shape != shape or plane.dtype != kind):
                raise SampleError(
                    f"{name} is {plane.shape} of {plane.dtype}: a sample of {frames} needs {shape} of {kind.__name__}"
                )
        if not (self.person.min() >= -_ROUNDING and self.person.max() <= 1 + _ROUNDING):
            raise SampleError("person leaves 0..1 or holds NaN: give alpha, not levels of 8 bits")


# (seed, index, frames, size) -> a sample of `frames` square frames, `size` pixels a side, that depends on nothing but
# these four and the data set's files: so training that is taken up again goes on as if it had never stopped.
Draw = Callable[[int, int, int, int], Sample]
