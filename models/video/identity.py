"""Identity over the frames of one shot: who in this frame is who in the last.

A person is known by overlap with where they should be, by motion, and by what they look like, which is learned while
nobody touches them and decides when people part again: they may have stood still or turned round in between. Pairs are
the best ones of all people and regions together (Hungarian method, Kuhn 1955), as trackers by detection do (Bewley et
al., ICIP 2016; with appearance Wojke et al., ICIP 2017).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.planes import bounding_box

from .absences import hidden_by, noted
from .appearance import Colours, appearance_of
from .dividing import divided
from .tracks import WIDTH, Track, centre_of, reduce, small_size

if TYPE_CHECKING:
    from .flow import Flow, Flows

GAP = 12  # frames somebody may be lost for and still be the same person, whatever they look like
_LEAST_FRAMES = 3  # so many frames make a person, and so many must have been sure
_LEAST_SHARE = 0.05  # and in this share of them: a long shot gives chance many tries
_SETTLED = 2  # frames a track must have before it can claim a part of a region shared with another
_SWALLOWED = 0.6  # share of a track's last mask inside another's region that says the two have met
# Times as large as alone is a region that has swallowed somebody, and one that holds somebody still.
_GROWN, _STILL_GROWN = 1.15, 1.02
_APART, _LARGE_PIECE = 3, 0.15  # frames for which two pieces, shares of one person in size, may still be one person
_OVERLAP = 0.2  # IoU from which a region continues a track
_WITHIN = 0.7  # share of the smaller of two masks inside the larger that says they are of one person
_SMALLEST = 0.001  # of the frame's area, below which nobody is followed
_LOOK, _LOOK_UNSURE = 0.25, 0.7  # how much looks count beside place: of who was alone, and who was touched or lost
_STRANGER, _SAME = 0.75, 0.97  # likeness of two people, and of one with herself
_LEAST_SCORE = 0.05
_WANDERS = 0.1  # of somebody's size, how much further they may be each frame they are lost
_NEXT = 5  # side of the square that two masks must share to touch: two pixels apart


class Seen(NamedTuple):
    """Somebody on a frame: their track, and their mask (height, width) bool."""

    track: Track
    mask: np.ndarray


Shares = dict[int, np.ndarray]  # of one region: the mask (height, width) bool of each in it, by their track's number


@dataclass
class Tracker:
    """The state of one shot: its tracks, kept small; frames are given in order and not held."""

    tracks: list[Track] = field(default_factory=list)
    _flows: "Flows | None" = field(default=None, repr=False)
    _before: tuple[int, np.ndarray] | None = field(default=None, repr=False)

    def people(self, frames: int) -> set[int]:
        """Numbers of the tracks that are people, after so many frames."""
        return {track.number for track in self.tracks if is_person(track.seen, track.sure, frames)}

    def step(
        self, index: int, regions: Sequence[np.ndarray], sure: Sequence[bool], image: np.ndarray | None = None
    ) -> list[Seen]:
        """Who is seen on frame `index`, all of each; see `shares`."""
        found: dict[int, np.ndarray] = {}
        for some in self.shares(index, regions, sure, image):
            for number, mask in some.items():
                found[number] = found[number] | mask if number in found else mask
        return [Seen(track, found[track.number]) for track in self.tracks if track.number in found]

    def shares(
        self, index: int, regions: Sequence[np.ndarray], sure: Sequence[bool], image: np.ndarray | None = None
    ) -> list[Shares]:
        """Whose each region is on frame `index`, and which part of it where people have met.

        `regions` (height, width) bool, apart from one another; of those that are `sure` somebody is there. Without an
        `image` (height, width, 3) uint8 RGB nobody is known by what they look like or by how their pixels move.
        """
        colours = None if image is None else Colours.of(image, small_size(image))
        flow = self._flow(index, image)
        owners = self._owners(index, [reduce(region) for region in regions], colours, flow)
        found: list[Shares] = []
        masks: dict[int, np.ndarray] = {}
        for region, tracks, known in zip(regions, owners, sure, strict=True):
            parts = zip(tracks, divided(index, region, tracks, colours, flow), strict=True)
            found.append({track.number: mask for track, mask in parts if mask.sum() >= _SMALLEST * mask.size})
            for track in tracks:
                if track.number in found[-1]:
                    small = reduce(found[-1][track.number])
                    track.sure += bool(known) and track.number not in masks
                    masks[track.number] = masks[track.number] | small if track.number in masks else small
        self._follow(index, masks, colours, flow)
        return found

    def boxes(self, index: int, width: int) -> list[tuple[float, float, float, float]]:
        """(left, top, right, bottom), in a picture `width` wide, of those seen on the frame before `index`."""
        recent = [track for track in self.tracks if index - track.last == 1 and self._may_be_seen(track, index)]
        boxes = [bounding_box(track.expected(index)) for track in recent]
        scale = width / WIDTH
        return [(scale * x, scale * y, scale * right, scale * low) for x, y, right, low in filter(None, boxes)]

    def cut(self, index: int) -> None:
        """Frame `index` is of another shot: everybody is left behind."""
        for track in self.tracks:
            track.known = min(track.known, index - GAP - 1)

    @staticmethod
    def _may_be_seen(track: Track, index: int) -> bool:
        return index - track.known <= GAP

    def _flow(self, index: int, image: np.ndarray | None) -> "Flow | None":
        """From the frame before, at the size of tracks; None where that was not seen."""
        if image is None:
            return None
        import cv2

        from .flow import Flows

        self._flows = self._flows or Flows()
        small = cv2.resize(image, small_size(image)[::-1], interpolation=cv2.INTER_AREA)
        before, self._before = self._before, (index, small)
        return self._flows.between(before[1], small) if before and before[0] == index - 1 else None

    def _owners(
        self, index: int, masks: list[np.ndarray], colours: Colours | None, flow: "Flow | None"
    ) -> list[list[Track]]:
        """The tracks in each region: one as a rule, more where people have met, a new one where nobody fits."""
        open_tracks = [track for track in self.tracks if self._may_be_seen(track, index)]
        expected = {track.number: track.expected(index, flow) for track in open_tracks}
        owners: list[list[Track]] = [[] for _ in masks]
        guesses = [(expected[track.number], track.shown(index, flow)) for track in open_tracks]
        for row, column in _pairs(index, open_tracks, guesses, masks, colours):
            owners[column].append(open_tracks[row])
        taken = {track.number for tracks in owners for track in tracks}
        for track in open_tracks:
            if track.number not in taken and track.seen >= _SETTLED:
                _share(index, expected[track.number], track, masks, owners)
        pieces: set[int] = set()
        for mask, tracks in zip(masks, owners, strict=True):
            if not tracks:
                of = _piece_of(mask, taken, open_tracks, expected)
                tracks.append(self._start(index, mask) if of is None else self._parted(index, mask, of, pieces))
        for track in self.tracks:
            track.parted = track.parted + 1 if track.number in pieces else 0
        return owners

    def _parted(self, index: int, mask: np.ndarray, track: Track, pieces: set[int]) -> Track:
        """Whose a second piece of somebody is: theirs, noted in `pieces` if it is large, or somebody new's where it has
        been apart for long: then they were two from the start."""
        if mask.sum() < _LARGE_PIECE * track.whole.sum():
            return track
        if track.parted >= _APART:
            track.begin_anew()
            return self._start(index, mask)
        pieces.add(track.number)
        return track

    def _start(self, index: int, mask: np.ndarray) -> Track:
        track = Track(len(self.tracks) + 1, mask, index, index, index)
        self.tracks.append(track)
        return track

    def _follow(
        self, index: int, masks: dict[int, np.ndarray], colours: Colours | None, flow: "Flow | None"
    ) -> None:
        met = _touching(masks)
        for track in self.tracks:
            if track.number in masks:
                continue
            by = None
            if self._may_be_seen(track, index) and track.seen >= _SETTLED:
                by = hidden_by(track.expected(index, flow), list(masks.items()))
            if by is not None:
                track.known = index
                met.add(by)  # what shows of the other may be part of this one
            noted(track.missing, index, by)
        for track in self.tracks:
            if track.number in masks:
                track.follow(index, masks[track.number], track.number in met, colours, flow)


def is_person(seen: int, sure: int, frames: int) -> bool:
    """Whether who was `seen` on so many frames of a shot, of these `sure` on so many, is a person and no chance."""
    least = min(_LEAST_FRAMES, max(1, math.ceil(0.1 * frames)))
    return seen >= least and sure >= max(least, _LEAST_SHARE * seen)


def _touching(masks: dict[int, np.ndarray]) -> set[int]:
    """Numbers of those who are next to somebody."""
    import cv2

    square = np.ones((_NEXT, _NEXT), np.uint8)
    wide = {number: cv2.dilate(mask.view(np.uint8), square) > 0 for number, mask in masks.items()}
    return {
        number for number, mask in masks.items()
        if any((mask & other).any() for of, other in wide.items() if of != number)
    }  # fmt: skip


def _share(
    index: int, guess: np.ndarray, track: Track, masks: list[np.ndarray], owners: list[list[Track]]
) -> None:
    """Give the track a share of the region that has swallowed them. Who was alone there keeps it: a region that has not
    grown has swallowed nobody."""
    held = track.touching and track.last == index - 1
    least = _STILL_GROWN if held else _GROWN
    for mask, tracks in zip(masks, owners, strict=True):
        met = (guess & mask).sum() >= _SWALLOWED * max(1, guess.sum())
        if met and tracks and mask.sum() >= least * max(other.area or other.mask.sum() for other in tracks):
            tracks.append(track)


def _piece_of(mask: np.ndarray, taken: set[int], tracks: list[Track], expected: dict[int, np.ndarray]) -> Track | None:
    """Who is seen elsewhere already, and should be here as well: somebody parted by what stands before them."""
    for track in tracks:
        if track.number in taken and track.seen >= _SETTLED:
            if (mask & expected[track.number]).sum() >= _WITHIN * mask.sum():
                return track
    return None


def _pairs(
    index: int,
    tracks: list[Track],
    guesses: list[tuple[np.ndarray, np.ndarray]],
    masks: list[np.ndarray],
    colours: Colours | None,
) -> list[tuple[int, int]]:
    """The best one-to-one pairs (track, region), by guesses where all of each should be and what shows of them."""
    from scipy.optimize import linear_sum_assignment

    if not tracks or not masks:
        return []
    looks = [None if colours is None or not mask.any() else appearance_of(colours, mask) for mask in masks]
    score = np.array(
        [[_score(index, track, some, mask, look) for mask, look in zip(masks, looks, strict=True)]
         for track, some in zip(tracks, guesses, strict=True)]
    )  # fmt: skip
    rows, columns = linear_sum_assignment(-score)
    return [(r, c) for r, c in zip(rows.tolist(), columns.tolist(), strict=True) if score[r, c] > 0]


def _score(
    index: int, track: Track, guesses: Sequence[np.ndarray], mask: np.ndarray, look: np.ndarray | None
) -> float:
    """How well a region goes on a track, 0..1: by place, and by looks, the more so the less its place is known."""
    lost = index - track.last - 1
    place = max(_placed(guess, mask, lost) for guess in guesses)
    alike = track.likeness(look)
    if alike is None or not place:
        return place
    share = _LOOK_UNSURE if track.touching or lost else _LOOK
    score = (1 - share) * place + share * min(1.0, max(0.0, (alike - _STRANGER) / (_SAME - _STRANGER)))
    return score if score >= _LEAST_SCORE else 0.0


def _placed(guess: np.ndarray, mask: np.ndarray, lost: int) -> float:
    """IoU where it is enough; below it something for lying in one another, as when only half of somebody is seen, or
    for being near, the further the longer they are lost; else 0."""
    both, either = int((guess & mask).sum()), int((guess | mask).sum())
    if both >= _OVERLAP * max(1, either):
        return both / either
    areas = sorted((int(guess.sum()), int(mask.sum())))
    if not areas[0]:
        return 0.0  # who left the frame, or a speck that is too small to be followed
    within = both / areas[0]
    if within >= _WITHIN:
        return _OVERLAP * within / 2
    apart = float(np.hypot(*(centre_of(guess) - centre_of(mask))))
    reach = (0.5 + _WANDERS * lost) * areas[1] ** 0.5
    if areas[0] * 2.5 < areas[1] or apart > reach:
        return 0.0
    return _OVERLAP * (1 - apart / (2 * reach)) / 2
