"""Everybody in a shot, and where: followed as frames come, and once more on the way back.

Two who come in arm in arm are told apart once they have stood apart, too late for the frames before. So the shot is
followed again from its last frame to its first, by a tracker that knows by now what everybody looks like. Where one way
tells more people in a region apart than the other does, it has the word.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from typing import NamedTuple

import numpy as np

from models import planes
from models.metrics.region import jaccard

from . import reunion
from .identity import Shares, Tracker, is_person
from .leads import Sights, joined, slopes_of
from .tracks import reduce, small_size

_QUALITY = 95  # of the small pictures that are kept for the way back
Parts = list[dict[int, bytes]]  # of one frame: by region, the mask of each in it by number


class _Kept(NamedTuple):
    """What of a frame is looked at again: its regions, whether somebody is sure to be in each, and picture and slopes
    at the size of tracks."""

    regions: list[bytes]
    sure: list[bool]
    picture: bytes
    slopes: bytes


@dataclass
class Somebody:
    """Somebody in the shot: `masks` by frame, encoded; on how many frames they are `sure`; frames on which they are
    `hidden` behind somebody; what they look like; and sums of how they are seen."""

    number: int
    look: np.ndarray | None = None
    masks: dict[int, bytes] = field(default_factory=dict)
    sure: int = 0
    hidden: set[int] = field(default_factory=set)
    sights: Sights = field(default_factory=Sights)

    @property
    def first(self) -> int:
        return min(self.masks)

    @property
    def last(self) -> int:
        return max(self.masks)

    def is_one(self, frames: int) -> bool:
        """Whether this is a person and no chance, in a shot of so many frames."""
        return is_person(len(self.masks), self.sure, frames)


class Everybody:
    """Takes the frames of one shot in order, then tells who is in it. It holds some tens of kilobytes a frame."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._kept: list[_Kept] = []
        self._there: list[Parts] = []

    def boxes(self, width: int) -> list[tuple[float, float, float, float]]:
        """Where on the next frame, `width` pixels wide, somebody should be; see `Tracker.boxes`."""
        return self._tracker.boxes(len(self._kept), width)

    def add(self, regions: Sequence[np.ndarray], sure: Sequence[bool], image: np.ndarray) -> None:
        """The next frame; see `Tracker.shares`."""
        self._there.append(_encoded(self._tracker.shares(len(self._kept), regions, sure, image)))
        self._kept.append(_kept(regions, sure, image))

    def people(self) -> list[Somebody]:
        """Everybody, in order of number; the way back is gone now, so ask once, after the last frame."""
        back = self._back()
        names = _names(self._there, back)
        found: defaultdict[int, Somebody] = defaultdict(lambda: Somebody(0))
        for index, ways in enumerate(zip(self._there, back, strict=True)):
            self._note(found, index, _chosen(*ways, names))
        self._describe(found, names)
        return _reunited(list(found.values()))

    def _back(self) -> list[Parts]:
        """What the way back tells of each frame, in the frames' own order."""
        found = list[Parts]()
        for index, kept in enumerate(reversed(self._kept), len(self._kept)):
            regions = [planes.decode(data) > 0 for data in kept.regions]
            found.append(_encoded(self._tracker.shares(index, regions, kept.sure, _decoded(kept.picture))))
        return found[::-1]

    def _note(self, found: defaultdict[int, Somebody], index: int, parts: Parts) -> None:
        kept, masks = self._kept[index], dict[int, np.ndarray]()
        for some, sure in zip(parts, kept.sure, strict=True):
            for number, data in some.items():
                mask = planes.decode(data) > 0
                found[number].sure += sure and number not in masks
                masks[number] = masks[number] | mask if number in masks else mask
        slopes = _decoded(kept.slopes)[..., 0].astype(np.float32)
        for number, mask in masks.items():
            found[number].number = number
            found[number].masks[index] = _packed(mask)
            small = reduce(mask)
            if small.any():
                found[number].sights.add(index, small, slopes)

    def _describe(self, found: Mapping[int, Somebody], names: Mapping[int, int]) -> None:
        """What their tracks say of people: looks, and where they were hidden."""
        frames = len(self._kept)
        for track in self._tracker.tracks:
            hidden = track.hidden()
            there = {index for index in hidden if index < frames}
            back = {2 * frames - 1 - index for index in hidden if index >= frames}
            for number, some in ((track.number, there), (names.get(track.number, 0), back)):
                if number in found:
                    person = found[number]
                    person.hidden |= some - person.masks.keys()
                    person.look = track.look if person.look is None else person.look


def _reunited(people: Sequence[Somebody]) -> list[Somebody]:
    """Each person once, in order of number."""
    first = reunion.same(people)
    groups: defaultdict[int, list[Somebody]] = defaultdict(list)
    for person in people:
        groups[first[person.number]].append(person)
    return [_joined(number, some) for number, some in sorted(groups.items())]


def _joined(number: int, some: Sequence[Somebody]) -> Somebody:
    masks = {index: data for one in some for index, data in one.masks.items()}
    hidden = set[int]().union(*(one.hidden for one in some)) - masks.keys()
    sure = sum(one.sure for one in some)
    return Somebody(number, some[0].look, masks, sure, hidden, joined([one.sights for one in some]))


def _chosen(there: Parts, back: Parts, names: Mapping[int, int]) -> Parts:
    """Of each region the way that tells more people in it apart, or else more on the whole frame, or else the way
    there."""
    more = len(_numbers([back])) > len(_numbers([there]))
    return [
        {names[number]: data for number, data in other.items()} if len(other) + more > len(one) else one
        for one, other in zip(there, back, strict=True)
    ]


def _names(there: Sequence[Parts], back: Sequence[Parts]) -> dict[int, int]:
    """By number on the way back that of the same person on the way there: the best pairs of all, by how often they are
    one on the other. Who was nobody on the way there has a number of their own."""
    from scipy.optimize import linear_sum_assignment

    alike = _alike(there, back)
    known, seen = _numbers(there), _numbers(back)
    table = np.array([[alike.get((one, other), 0.0) for other in seen] for one in known]).reshape(len(known), len(seen))
    pairs = zip(*linear_sum_assignment(-table), strict=True)
    names = {seen[column]: known[row] for row, column in pairs if table[row, column] > 0}
    free = count(max((*known, *seen), default=0) + 1)
    return names | {number: next(free) for number in seen if number not in names}


def _numbers(way: Sequence[Parts]) -> list[int]:
    return sorted({number for parts in way for some in parts for number in some})


def _alike(there: Sequence[Parts], back: Sequence[Parts]) -> dict[tuple[int, int], float]:
    """By pair of numbers, there and back: the sum over all regions of their IoU."""
    found: defaultdict[tuple[int, int], float] = defaultdict(float)
    for ways in zip(there, back, strict=True):
        for one, other in zip(*ways, strict=True):
            masks, again = _reduced(one), _reduced(other)
            for pair in product(masks, again):
                found[pair] += jaccard(masks[pair[0]], again[pair[1]])
    return found


def _reduced(some: Mapping[int, bytes]) -> dict[int, np.ndarray]:
    masks = {number: reduce(planes.decode(data) > 0) for number, data in some.items()}
    return {number: mask for number, mask in masks.items() if mask.any()}


def _kept(regions: Sequence[np.ndarray], sure: Sequence[bool], image: np.ndarray) -> _Kept:
    import cv2

    size = small_size(image)
    small = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)
    slopes = np.clip(slopes_of(image, size), 0, 255).astype(np.uint8)
    return _Kept([_packed(region) for region in regions], [bool(one) for one in sure], *map(_jpeg, (small, slopes)))


def _jpeg(picture: np.ndarray) -> bytes:
    import cv2

    data: bytes = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
    return data


def _decoded(data: bytes) -> np.ndarray:
    """(rows, columns, 3) uint8, channels in the order they were given in."""
    import cv2

    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))


def _packed(mask: np.ndarray) -> bytes:
    return planes.encode("mask", mask.view(np.uint8) * np.uint8(255))


def _encoded(shares: Sequence[Shares]) -> Parts:
    return [{number: _packed(mask) for number, mask in some.items()} for some in shares]
