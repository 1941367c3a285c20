"""What a pre-label asks of a network: where in this picture is a person, and are you sure?"""

from typing import Protocol

import numpy as np


class WeightsMissing(RuntimeError):
    """A back end cannot run here. The message says what is missing and what to do about it."""


class Segmenter(Protocol):
    """A network, or a few, that tell person from background, of any make.

    `name`, `version` and `licence` go into the model version that every revision made with it names.
    """

    name: str
    version: str
    licence: str

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """Answers of k independent views (k, height, width) float32 in 0..1: where they agree, somebody is there.

        `image` is (height, width, 3) uint8 RGB of any size. Raises WeightsMissing when the network cannot run
        here.
        """
        ...

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """Probability (height, width) float32 in 0..1 that a pixel is of a person: one answer out of all views."""
        ...
