"""No two things show in one pixel."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

Name = TypeVar("Name")


def exclusive(planes: Mapping[Name, np.ndarray]) -> dict[Name, np.ndarray]:
    """Probabilities (H, W) in 0..1 by thing, of which at most one is above a half in a pixel: the likeliest has it."""
    if len(planes) < 2:
        return dict(planes)
    stack = np.stack(list(planes.values()))
    best, most = stack.argmax(0), stack.max(0)
    return {
        name: np.where(best == place, plane, np.minimum(plane, 1 - most))
        for place, (name, plane) in enumerate(planes.items())
    }
