"""Refuses to train on what models are judged by, under whatever name it comes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from .errors import DatasetError, Fault
from .labelled import Take

_NAMED = 5  # in a message


def refuse_judged(takes: Sequence[Take], samples: Path) -> None:
    """`refuse_copies` of every still, and of the first frame of every other take."""
    refuse_copies(((take.name, take.frames[0]().picture) for take in takes), samples)


def refuse_copies(pictures: Iterable[tuple[str, np.ndarray]], samples: Path) -> None:
    """Compare pictures (H, W, 3) uint8 RGB, by name, with all that `models.evaluate` judges by.

    Takes some 10 seconds, and 30 ms a picture. Raises DatasetError that names copies, be they encoded again, scaled,
    mirrored or cropped a little; PredictError where the samples cannot be read.
    """
    from models.training.teachers.unlabelled import album_of

    album = album_of(samples)
    found = [(name, album.original(picture)) for name, picture in pictures]
    copies = [f"{name} of {original}" for name, original in found if original]
    if copies:
        more = f" and {len(copies) - _NAMED} more" if len(copies) > _NAMED else ""
        raise DatasetError(
            Fault.JUDGED,
            f"copies of what models are judged by must not be trained on: {'; '.join(copies[:_NAMED])}{more}. Take "
            "them out",
        )
