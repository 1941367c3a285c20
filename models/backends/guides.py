"""What a matting network is shown beside the picture."""

import numpy as np

from .prompt import BadInput


def check_guide(kind: str, guide: np.ndarray | None, height: int, width: int) -> np.ndarray:
    """The guide, if it is a trimap (`kind` "trimap") or mask ("mask") for a picture of that size.

    Raises BadInput, also for a trimap without anything unknown: there is nothing to solve.
    """
    if guide is None:
        raise BadInput(f"no {kind}: give one of {_LEVELS[kind]}, of the picture's size")
    if guide.shape != (height, width):
        raise BadInput(f"the {kind} is {guide.shape} and the picture ({height}, {width}): give both the same size")
    if guide.dtype != np.uint8 or not np.isin(guide, (0, 128, 255) if kind == "trimap" else (0, 255)).all():
        raise BadInput(f"the {kind} is not of {_LEVELS[kind]} in uint8 alone: quantise it first")
    if kind == "trimap" and not (guide == 128).any():
        raise BadInput("the trimap has no unknown pixel (128): there is nothing to solve, widen its band")
    return guide


_LEVELS = {"trimap": "0, 128 (unknown) and 255", "mask": "0 and 255"}
