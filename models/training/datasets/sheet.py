"""A contact sheet of samples: pictures, people over magenta, and what else is known."""

import numpy as np

from models.training.generator.sheet import PART_COLOURS
from models.training.samples import Sample

_MAGENTA = np.array([255, 0, 255], np.float32)
_VOID = np.array([0, 90, 0], np.uint8)


def sheet(samples: list[Sample]) -> np.ndarray:
    """(rows, columns, 3) uint8 RGB: a row a sample of one size and length, three pictures a frame.

    The picture; the people, void in green; their parts, or where none are known the people's numbers, in colours.
    """
    return np.concatenate([_row(sample) for sample in samples])


def _row(sample: Sample) -> np.ndarray:
    alpha = sample.person[..., None]
    colours = sample.picture if sample.foreground is None else sample.foreground
    people = (colours * alpha + _MAGENTA * (1 - alpha)).round().astype(np.uint8)
    people = np.where(sample.void[..., None], (people // 2 + _VOID).astype(np.uint8), people)
    named = sample.parts if sample.parts is not None else sample.instances
    numbers = np.zeros(sample.person.shape, np.uint8) if named is None else named
    known = PART_COLOURS[np.minimum(numbers, len(PART_COLOURS) - 1)]
    return np.concatenate(
        [picture for frame in zip(sample.picture, people, known, strict=True) for picture in frame], 1
    )
