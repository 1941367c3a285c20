"""Identity over the frames of one shot: who in this frame is who in the last.

Everything here works on masks of `WIDTH` pixels a row, where a person is a few thousand pixels at most.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from models.planes import bounding_box

from .regions import Box, scaled

WIDTH = 256
GAP = 12  # frames somebody may be lost for and still be the same person
_OVERLAP = 0.2  # IoU from which a region continues a track
_WITHIN = 0.7  # share of the smaller of two masks inside the larger that says they are of one person
_SWALLOWED = 0.6  # share of a track's last mask inside another's region that says the two have met
_SETTLED = 5  # frames a track must have before it can claim a part of a region shared with another
_LEAST_FRAMES = 3  # so many frames make a person, and in so many the views must have agreed
_LEAST_SHARE = 0.05  # and in this share of them: a long shot gives chance many tries


@dataclass
class Track:
    """One person so far. `mask` is the last one seen (rows, WIDTH) bool, at frame `last`; `speed` its centre's
    motion in pixels a frame (x, y); `seen` how many frames it has, `sure` in how many the views agreed."""

    number: int
    mask: np.ndarray
    last: int
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    seen: int = 0
    sure: int = 0

    def expected(self, index: int) -> np.ndarray:
        """The last mask moved on to frame `index` by its speed (rows, WIDTH) bool."""
        x, y = np.rint(self.speed * min(index - self.last, 3)).astype(int)
        return _shift(self.mask, x, y)

    def follow(self, index: int, mask: np.ndarray) -> None:
        """Take `mask` as this person's at frame `index`."""
        moved = (_centre(mask) - _centre(self.mask)) / max(1, index - self.last)
        # Half of the old speed: a mask that flickers at one side does not throw the guess away.
        self.speed = (self.speed + moved) / 2 if self.seen else np.zeros(2)
        self.mask, self.last = mask, index
        self.seen += 1


@dataclass
class Tracker:
    """The state of one shot: its tracks, kept small; frames are given in order and not held."""

    tracks: list[Track] = field(default_factory=list)

    def people(self, frames: int) -> set[int]:
        """Numbers of the tracks that are people, after so many frames."""
        least = min(_LEAST_FRAMES, max(1, math.ceil(0.1 * frames)))
        return {t.number for t in self.tracks if t.seen >= least and t.sure >= max(least, _LEAST_SHARE * t.seen)}

    def step(self, index: int, masks: list[np.ndarray]) -> list[list[Track]]:
        """Whose is each region of frame `index`? `masks` (rows, WIDTH) bool, apart from one another.

        Answers for each mask the tracks in it: one as a rule, more where people have met, a new one where nobody
        fits. The caller divides a shared region (`divide`) and calls `follow` for every track.
        """
        open_tracks = [track for track in self.tracks if index - track.last <= GAP]
        expected = [track.expected(index) for track in open_tracks]
        owners: list[list[Track]] = [[] for _ in masks]
        for row, column in _pairs(expected, masks):
            owners[column].append(open_tracks[row])
        taken = {track.number for tracks in owners for track in tracks}
        for track, guess in zip(open_tracks, expected, strict=True):
            if track.number not in taken and track.seen >= _SETTLED:
                self._share(guess, track, masks, owners)
        for mask, tracks in zip(masks, owners, strict=True):
            if not tracks:
                tracks.append(self._start(index, mask))
        return owners

    def boxes(self, index: int, width: int) -> list[Box]:
        """(left, top, right, bottom), in a picture `width` wide, of those seen on the frame before `index`."""
        recent = [track for track in self.tracks if index - track.last == 1]
        boxes = [bounding_box(track.expected(index)) for track in recent]
        return [scaled(box, width / WIDTH) for box in boxes if box]

    def _share(self, guess: np.ndarray, track: Track, masks: list[np.ndarray], owners: list) -> None:
        for mask, tracks in zip(masks, owners, strict=True):
            met = (guess & mask).sum() >= _SWALLOWED * max(1, guess.sum())
            # Who was alone there keeps it: a region that has not grown has not swallowed anybody.
            grown = tracks and mask.sum() >= 1.15 * max(other.mask.sum() for other in tracks)
            if met and grown:
                tracks.append(track)

    def _start(self, index: int, mask: np.ndarray) -> Track:
        track = Track(number=len(self.tracks) + 1, mask=mask, last=index)
        self.tracks.append(track)
        return track


def divide(index: int, shape: tuple[int, int], tracks: list[Track]) -> np.ndarray:
    """Which of `tracks` each pixel of a frame (height, width) is nearest to: (height, width) uint8 of places in
    the list. Near means to the person's mask moved on to frame `index`, by Euclidean distance."""
    import cv2

    if len(tracks) == 1:
        return np.zeros(shape, np.uint8)
    size = shape[::-1]
    signed = []
    for track in tracks:
        mask = track.expected(index).view(np.uint8)
        away = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) - cv2.distanceTransform(mask, cv2.DIST_L2, 5)
        signed.append(cv2.resize(away, size, interpolation=cv2.INTER_LINEAR))
    return np.argmin(np.stack(signed), axis=0).astype(np.uint8)


def reduce(mask: np.ndarray) -> np.ndarray:
    """A mask (height, width) bool at tracking size (rows, WIDTH) bool."""
    import cv2

    height, width = mask.shape
    size = WIDTH, max(1, round(height * WIDTH / width))
    return cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) >= 0.5


def _pairs(expected: list[np.ndarray], masks: list[np.ndarray]) -> list[tuple[int, int]]:
    """The best one-to-one pairs (track, region) by overlap, then by nearness (Hungarian method, Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    if not expected or not masks:
        return []
    score = np.array([[_likeness(guess, mask) for mask in masks] for guess in expected])
    rows, columns = linear_sum_assignment(-score)
    return [(r, c) for r, c in zip(rows.tolist(), columns.tolist(), strict=True) if score[r, c] > 0]


def _likeness(guess: np.ndarray, mask: np.ndarray) -> float:
    """IoU where it is enough; below it a little for lying in one another, as when only half of somebody is found,
    or for being near and of like size; else 0."""
    both, either = int((guess & mask).sum()), int((guess | mask).sum())
    if both >= _OVERLAP * max(1, either):
        return both / either
    areas = sorted((int(guess.sum()), int(mask.sum())))
    if both >= _WITHIN * max(1, areas[0]):
        return _OVERLAP * both / max(1, areas[0]) / 2
    apart = float(np.hypot(*(_centre(guess) - _centre(mask))))
    size = areas[1] ** 0.5
    if areas[0] * 2.5 < areas[1] or apart > 0.5 * size:
        return 0.0
    return _OVERLAP * (1 - apart / size) / 2


def _centre(mask: np.ndarray) -> np.ndarray:
    """Mean (x, y) of a mask's pixels; zeros for an empty one."""
    if not mask.any():
        return np.zeros(2)
    y, x = np.nonzero(mask)
    return np.array([x.mean(), y.mean()])


def _shift(mask: np.ndarray, x: int, y: int) -> np.ndarray:
    out = np.zeros_like(mask)
    rows, columns = mask.shape
    if abs(x) >= columns or abs(y) >= rows:
        return out
    out[max(0, y) : rows + min(0, y), max(0, x) : columns + min(0, x)] = mask[
        max(0, -y) : rows - max(0, y), max(0, -x) : columns - max(0, x)
    ]
    return out
