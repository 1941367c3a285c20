"""Who left and came back, or was hidden for long: known by what they look like."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from .appearance import alike

_AGAIN = 0.85  # likeness from which two are one person who came back
_BRIEF = 3  # frames, below which a look is chance as often as not


class Sighted(Protocol):
    """Somebody from frame `first` to `last`, known by a number and by what they look like."""

    @property
    def number(self) -> int: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def look(self) -> np.ndarray | None: ...


def same(people: Sequence[Sighted]) -> dict[int, int]:
    """By each one's number that of the first of the same person; nobody is in two places at a time."""
    first = {one.number: one.number for one in people}
    spans = {one.number: [one] for one in people}
    for *_, one, other in sorted(_pairs(people)):
        a, b = sorted((first[one], first[other]))
        if a != b and _apart(spans[a], spans[b]):
            spans[a] += spans.pop(b)
            first.update({again.number: a for again in spans[a]})
    return first


def _pairs(people: Sequence[Sighted]) -> list[tuple[bool, float, int, int]]:
    """Who may be one person, in order: whether either was seen but briefly, unlikeness, and the numbers of both."""
    known = [(one, one.look) for one in people if one.look is not None]
    found = []
    for place, (one, look) in enumerate(known):
        for other, other_look in known[place + 1 :]:
            likeness = alike(look, other_look)
            if likeness >= _AGAIN:
                brief = min(one.last - one.first, other.last - other.first) < _BRIEF
                found.append((brief, -likeness, one.number, other.number))
    return found


def _apart(one: Sequence[Sighted], other: Sequence[Sighted]) -> bool:
    return all(a.last < b.first or b.last < a.first for a in one for b in other)
