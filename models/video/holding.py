"""Who holds a part, by what its mask touches, frame by frame; and from when on it is somebody else."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import cv2
import numpy as np

Holder = TypeVar("Holder", bound=Hashable)

HEIGHT = 270  # of the masks that are compared
_RING = 5  # side of the square by which a part is grown: two pixels beyond its edge are looked at
_TOUCH = 0.02  # of that ring inside somebody's mask: they touch
_LEAST = 5  # frames that somebody must hold it for: hands that pass in front of it are no hand-over
_SAMPLES = 48  # frames looked at first


class Turn(NamedTuple):
    """From frame `first` on the holder is `who`."""

    first: int
    who: Hashable


def small(mask: np.ndarray) -> np.ndarray:
    """A mask (height, width) uint8 0/255 as bool at most HEIGHT rows high. What is thinner than a pixel stays."""
    height, width = mask.shape
    if height <= HEIGHT:
        return mask > 0
    size = (max(1, round(width * HEIGHT / height)), HEIGHT)
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0)


def touching(part: np.ndarray, people: Mapping[Holder, np.ndarray]) -> dict[Holder, float]:
    """By person the share of the ring round `part` that lies inside their mask; (rows, columns) bool, of one size.

    What of a person's mask is the part itself does not count: the whole of its owner contains it.
    """
    ring = cv2.dilate(part.view(np.uint8), np.ones((_RING, _RING), np.uint8)).view(bool) & ~part
    around = max(1, int(ring.sum()))
    return {name: float((ring & mask).sum()) / around for name, mask in people.items()}


def holder(shares: Mapping[Holder, float], known: Sequence[Holder]) -> Holder | None:
    """Who holds a part, by what `touching` says: one of those `known` to as long as it touches any of them, else
    whoever it touches most; None: nobody. A sword that passes in front of another stays whose it is."""
    touched = {name: share for name, share in shares.items() if share >= _TOUCH}
    held = [name for name in known if name in touched]
    return held[0] if held else max(touched, key=lambda name: touched[name], default=None)


def turns(frames: Sequence[int], who: Callable[[int], Hashable]) -> list[Turn]:
    """Every change of `who` over `frames` (in order), the first lasting state first.

    Of many frames some are looked at, and between two that differ the change is sought by halving: what lasts for less
    than their distance may be missed. What lasts for less than `_LEAST` frames is left out, but for the last state.
    """
    if not frames:
        return []
    step = max(1, len(frames) // _SAMPLES)
    places = sorted({*range(0, len(frames), step), len(frames) - 1})
    seen = {place: who(frames[place]) for place in places}
    found = [(0, seen[0])]
    for left, right in zip(places, places[1:], strict=False):
        if seen[left] != seen[right]:
            found.append((_first(frames, who, left, right), seen[right]))
    return [Turn(frames[place], state) for place, state in _lasting(found, len(frames))]


def _first(frames: Sequence[int], who: Callable[[int], Hashable], left: int, right: int) -> int:
    """The first place where it is as at `right`, by halving: at `left` it is not."""
    state = who(frames[right])
    while right - left > 1:
        middle = (left + right) // 2
        left, right = (left, middle) if who(frames[middle]) == state else (middle, right)
    return right


def _lasting(found: Sequence[tuple[int, Hashable]], count: int) -> list[tuple[int, Hashable]]:
    """Without what lasts too short; neighbours that are then alike are one."""
    ends = [place for place, _ in found[1:]] + [count]
    kept: list[tuple[int, Hashable]] = []
    for (place, state), end in zip(found, ends, strict=True):
        lasts = end - place >= _LEAST or end == count
        if lasts and (not kept or kept[-1][1] != state):
            kept.append((place, state))
    return kept
