"""A contact sheet of samples: pictures, people over magenta, and what else is known."""

import numpy as np

from models.training.generator.sheet import in_colours, over_magenta, row
from models.training.samples import Sample

_VOID = np.array([0, 90, 0], np.uint8)


def sheet(samples: list[Sample]) -> np.ndarray:
    """(rows, columns, 3) uint8 RGB: a row a sample of one size and length, three pictures a frame.

    The picture; the people, void in green; their parts, or where none are known the people's numbers, in colours.
    """
    return np.concatenate([_row(sample) for sample in samples])


def _row(sample: Sample) -> np.ndarray:
    people = over_magenta(sample.picture if sample.foreground is None else sample.foreground, sample.person)
    people = np.where(sample.void[..., None], (people // 2 + _VOID).astype(np.uint8), people)
    named = sample.parts if sample.parts is not None else sample.instances
    numbers = np.zeros(sample.person.shape, np.uint8) if named is None else named
    return row(sample.picture, people, in_colours(numbers))
