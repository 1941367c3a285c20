"""Masks spoiled as models and hands spoil them, with where exactly: for priors to mend and for the evaluator.

Sizes are shares of the person's own, so that far and near people are spoiled alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

_Change = Callable[["Subject", np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Subject:
    """The truth of one person in one frame, masks (H, W) bool.

    `parts` by name; `before` the same person in an earlier frame, `other` somebody else in this one, where known.
    """

    mask: np.ndarray
    parts: dict[str, np.ndarray] = field(default_factory=dict)
    before: np.ndarray | None = None
    other: np.ndarray | None = None


@dataclass(frozen=True)
class Spoiled:
    """A spoiled mask (H, W) bool, what was done to it, and where it errs (H, W) bool: exactly where truth differs."""

    mask: np.ndarray
    kinds: tuple[str, ...]
    error: np.ndarray


def kinds_of(subject: Subject) -> list[str]:
    """What can be done to this subject; nothing where nobody is."""
    if not subject.mask.any():
        return []
    has = {
        "missing_part": bool(subject.parts), "stale": subject.before is not None, "swapped": subject.other is not None,
    }  # fmt: skip
    return [kind for kind in KINDS if has.get(kind, True)]


def spoil(subject: Subject, rng: np.random.Generator, kinds: tuple[str, ...] = ()) -> Spoiled:
    """The mask after `kinds` one after the other, by default one or two drawn from `kinds_of`.

    The same generator state gives the same mask. A person so small that a kind leaves no trace may come out unharmed.
    Raises ValueError for a kind that this subject does not allow.
    """
    possible = kinds_of(subject)
    if unfit := set(kinds) - set(possible):
        raise ValueError(f"{', '.join(sorted(unfit))} cannot be done to this subject: it allows {', '.join(possible)}")
    if not kinds and possible:
        kinds = tuple(rng.choice(possible, size=rng.integers(1, 3), replace=False).tolist())
    mask = subject.mask
    for kind in kinds:
        if mask.any():  # there may be nothing left to spoil
            mask = KINDS[kind](replace(subject, mask=mask), rng)
    return Spoiled(mask, kinds, mask != subject.mask)


def _reach(mask: np.ndarray, rng: np.random.Generator, least: float, most: float) -> int:
    """A length in pixels, at least 1: so large a share of the square root of the person's area."""
    return max(1, round(float(rng.uniform(least, most)) * float(np.sqrt(mask.sum()))))


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _eroded(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    disc = _disc(_reach(subject.mask, rng, 0.01, 0.06))
    return cv2.erode(subject.mask.astype(np.uint8), disc, borderType=cv2.BORDER_REPLICATE) > 0


def _dilated(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    return cv2.dilate(subject.mask.astype(np.uint8), _disc(_reach(subject.mask, rng, 0.01, 0.06))) > 0


def _polygon(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    """Outlines of few straight sides, as somebody clicks them; holes are lost."""
    mask = subject.mask.astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    off = _reach(subject.mask, rng, 0.02, 0.08)
    drawn = np.zeros_like(mask)
    cv2.fillPoly(drawn, [cv2.approxPolyDP(outline, off, closed=True) for outline in outlines], 1)
    return drawn > 0


def _coarse(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    """As of a network that sees few pixels."""
    height, width = subject.mask.shape
    step = _reach(subject.mask, rng, 0.03, 0.15)
    size = (max(1, width // step), max(1, height // step))
    small = cv2.resize(subject.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5


def _blob(mask: np.ndarray, at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An ellipse round one of the pixels `at`, turned and sized by chance."""
    rows, columns = np.nonzero(at)
    chosen = rng.integers(len(rows))
    axes = _reach(mask, rng, 0.04, 0.2), _reach(mask, rng, 0.04, 0.2)
    centre = int(columns[chosen]), int(rows[chosen])
    drawn = cv2.ellipse(np.zeros(mask.shape, np.uint8), centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    return drawn > 0


def _holed(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    return subject.mask & ~_blob(subject.mask, subject.mask, rng)


def _leaked(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    """Background that hangs on the edge is taken for the person. Who fills the frame has none."""
    edge = subject.mask & ~(cv2.erode(subject.mask.astype(np.uint8), _disc(1)) > 0)
    return subject.mask | _blob(subject.mask, edge, rng) if edge.any() else subject.mask


def _without_part(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    return subject.mask & ~subject.parts[str(rng.choice(sorted(subject.parts)))]


def _shifted(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    far, turn = _reach(subject.mask, rng, 0.02, 0.1), rng.uniform(0, 2 * np.pi)
    move = np.array([[1, 0, round(far * np.cos(turn))], [0, 1, round(far * np.sin(turn))]], np.float32)
    height, width = subject.mask.shape
    return cv2.warpAffine(subject.mask.astype(np.uint8), move, (width, height), flags=cv2.INTER_NEAREST) > 0


def _stale(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    return subject.mask if subject.before is None else subject.before


def _swapped(subject: Subject, rng: np.random.Generator) -> np.ndarray:
    return subject.mask if subject.other is None else subject.other


KINDS: dict[str, _Change] = {
    "eroded": _eroded,
    "dilated": _dilated,
    "polygon": _polygon,
    "low_resolution": _coarse,
    "hole": _holed,
    "leak": _leaked,
    "missing_part": _without_part,
    "shifted": _shifted,
    "stale": _stale,
    "swapped": _swapped,
}
