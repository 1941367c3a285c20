"""Spans of a shot in which somebody is not seen, and why."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

_HIDDEN = 0.5  # of where somebody should be inside another's mask, from which they are behind or before that one


class Kind(StrEnum):
    """`OCCLUDED`: another is where they should be. `ABSENT`: they left the frame, or are not there."""

    ABSENT = "absent"
    OCCLUDED = "occluded"


class Missing(NamedTuple):
    """Frames `first` to `last`, both with it, on which somebody is not seen; `by` is the track that hides them."""

    first: int
    last: int
    kind: Kind
    by: int | None = None


def hidden_by(expected: np.ndarray, others: Sequence[tuple[int, np.ndarray]]) -> int | None:
    """The number of the one whose mask covers most of where somebody is expected; None where nobody covers half.

    Masks are (rows, columns) bool, `others` (number, mask).
    """
    area = max(1, int(expected.sum()))
    shares = [(int((expected & mask).sum()) / area, number) for number, mask in others]
    share, number = max(shares, default=(0.0, 0))
    return number if share >= _HIDDEN else None


def noted(missing: list[Missing], index: int, by: int | None) -> None:
    """Add frame `index` to the spans, in place: to the last one where that goes on alike."""
    kind = Kind.ABSENT if by is None else Kind.OCCLUDED
    before = missing[-1] if missing else None
    if before and (before.last, before.kind, before.by) == (index - 1, kind, by):
        missing[-1] = before._replace(last=index)
    else:
        missing.append(Missing(index, index, kind, by))
