"""What is compared: back ends as they answer, the pre-label's way of asking them, and controls."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.backends import registry

# A picture (H, W, 3) uint8 RGB to everybody on it, (H, W) bool.
Finder = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    find: Finder


def rows_of(names: list[str], device: str = "cpu") -> list[Row]:
    """A row for each of `names`: a back end, or NAME=WEIGHTS; with "prelabel:" before it, asked as pre-labels are.

    "empty" is a control that finds nobody. Raises UnknownBackend, WeightsMissing.
    """
    return [Row(name, _finder(name, device)) for name in names]


def _finder(name: str, device: str) -> Finder:
    if name == "empty":
        return lambda image: np.zeros(image.shape[:2], bool)
    plain = name.removeprefix("prelabel:")
    backend, _, weights = plain.partition("=")
    segmenter = registry.open_backend(backend, weights or None, device)
    if plain == name:
        return lambda image: segmenter.person_probability(image) >= 0.5
    return lambda image: _as_prelabelled(image, segmenter)


def _as_prelabelled(image: np.ndarray, segmenter) -> np.ndarray:
    from models.predict.people import mask_alone

    found = mask_alone(image, segmenter)
    return np.zeros(image.shape[:2], bool) if found is None else found
