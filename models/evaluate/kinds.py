"""Pictures of one kind, to see whom a row serves worse: by the size of the people on them, and by the light."""

from collections.abc import Callable

import numpy as np

from .cases import Case

_SIZES = ((0.05, "people below 5 % of the picture"), (0.2, "people 5 to 20 %"), (1.0, "people above 20 %"))
_LIGHTS = ((70, "dark, mean below 70 of 255"), (140, "between 70 and 140"), (255, "bright, above 140"))
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709


def size(case: Case) -> str:
    """How much of the picture all people are."""
    share = float(case.truth.mean())
    return "nobody" if share == 0 else next(name for most, name in _SIZES if share <= most)


def light(case: Case) -> str:
    """How bright the picture is on average."""
    luma = float(case.image.reshape(-1, 3).mean(axis=0) @ _LUMA)
    return next(name for most, name in _LIGHTS if luma <= most)


KINDS: dict[str, Callable[[Case], str]] = {"clip": lambda case: case.group, "size": size, "light": light}
