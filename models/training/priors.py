"""Masks to mend: the truth spoilt frame by frame, as the masks of other networks and hands are."""

from typing import Any

import cv2
import numpy as np

from models.backends.protocol import Segmenter
from models.matting.trimap import MASK_LEVEL

from .corruption import Subject, kinds_of, spoil
from .samples import Sample

_ASKED = 0.75  # of the samples: what it will be given in use
_FAIR = 0.85  # of what an answer finds: at least so much is somebody, or it is not shown
_SPARED = 0.25  # of frames, whose prior is right: what is right already is to be left alone


def hard(person: np.ndarray) -> np.ndarray:
    """The mask (..., H, W) bool of alpha in 0..1."""
    return person >= np.float32(MASK_LEVEL / 255)


def priors(sample: Sample, rng: np.random.Generator, segmenter: Segmenter | None = None) -> np.ndarray:
    """(T, H, W) float32 in 0..1: what `segmenter` says of most pictures, where there is one, else the truth spoilt.

    Soft and hard. What goes wrong goes wrong in one way through a film, each frame anew. Kinds are drawn from
    `corruption`: a stale mask is the frame's before, a swapped one everybody else's. Among cut-outs other networks take
    far more for people than on film: who is shown that learns to doubt what is right in use. Whom they miss, they
    miss in use too.
    """
    if segmenter is not None and rng.random() < _ASKED:
        asked = np.stack([segmenter.person_probability(frame) for frame in sample.picture])
        if _right(asked, sample) >= _FAIR:
            return asked
    subjects = [_subject(sample, frame) for frame in range(len(sample.person))]
    possible = sorted(set(kinds_of(subjects[-1])))
    kinds = tuple(rng.choice(possible, rng.integers(1, min(3, 1 + len(possible))), False)) if possible else ()
    sure, blur = float(rng.uniform(0.6, 1)), float(rng.uniform(0, 3)) * (rng.random() < 0.7)
    return np.stack([_softened(_spoilt(subject, kinds, rng), sure, blur) for subject in subjects])


def _right(asked: np.ndarray, sample: Sample) -> float:
    """The share of what was found that is somebody, where the truth is known; 1 where nobody is or nobody was found."""
    found, true = hard(asked) & ~sample.void, hard(sample.person) & ~sample.void
    return float((found & true).sum() / found.sum()) if true.any() and found.any() else 1.0


def _spoilt(subject: Subject, kinds: tuple[str, ...], rng: np.random.Generator) -> np.ndarray:
    if rng.random() < _SPARED:
        return subject.mask
    if not subject.mask.any():
        return _somebody(subject.mask.shape, rng)
    return spoil(subject, rng, tuple(kind for kind in kinds if kind in kinds_of(subject))).mask


def _somebody(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """What networks see where nobody is: an ellipse by chance, that may well lie outside the frame."""
    height, width = shape
    centre = int(rng.uniform(-0.3, 1.3) * width), int(rng.uniform(-0.3, 1.3) * height)
    axes = int(rng.uniform(0.03, 0.2) * width) + 1, int(rng.uniform(0.05, 0.4) * height) + 1
    drawn = np.zeros((height, width), np.uint8)
    return cv2.ellipse(drawn, centre, axes, float(rng.uniform(-40, 40)), 0, 360, 1, -1) > 0


def _softened(mask: np.ndarray, sure: float, blur: float) -> np.ndarray:
    """No surer than `sure` on either side of one half, its edge blurred by so many pixels."""
    plain = mask.astype(np.float32) - np.float32(0.5)
    soft = np.asarray(cv2.GaussianBlur(plain, (0, 0), blur) if blur else plain, np.float32)
    return np.float32(0.5) + soft * np.float32(sure)


def _subject(sample: Sample, frame: int) -> Subject:
    mask = hard(sample.person[frame])
    before = hard(sample.person[frame - 1]) if frame else None
    parts = {} if sample.parts is None else _parts(sample.parts[frame], mask)
    if sample.instances is None:
        return Subject(mask, parts, before)
    people = sample.instances[frame]
    others = _others(people, mask)
    return Subject(mask, parts | _people(people, mask), before, others if others.any() else None)


def _others(numbers: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Those of whom the mask holds less than half: not the soft rims of those who are meant."""
    counts, held = np.bincount(numbers.ravel()), np.bincount(numbers[mask], minlength=int(numbers.max()) + 1)
    other = 2 * held < counts
    other[0] = False
    return np.asarray(other[numbers] & ~mask)


def _parts(numbers: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """What is worn and held, by number; neither the body nor what nobody named."""
    return {f"part {number}": mask & (numbers == number) for number in np.unique(numbers[mask]) if is_part(number)}


def _people(numbers: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """Each of several people, whom a network may miss as it misses a part."""
    some = np.unique(numbers[mask & (numbers > 0)])
    return {f"person {number}": mask & (numbers == number) for number in some} if len(some) > 1 else {}


def is_part(numbers: Any) -> Any:
    """Whether part numbers, an array, a tensor or one, are of something worn or held: hair, hats, weapons, veils."""
    return (numbers > 1) & (numbers < 255)
