"""Who is on each frame of a shot: looked at frame by frame, decided a while later, so that frames need not be held."""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.backends import Segmenter
from models.prelabel.people import SMALLEST, Person, find_people
from models.prelabel.shot import SURE
from models.prelabel.tracks import GAP, Tracker, divide, reduce

from .looks import Looks, from_line, to_line
from .sources import Source

# Frames that are looked at before it is decided who is there: ten seconds, longer than most shots.
AHEAD = 240
_LEAST_FRAMES = 3  # as models.prelabel: so many frames make a person, and in so many the views must have agreed
_LEAST_SHARE = 0.05


@dataclass
class Regions:
    """One go through a shot: whose region is whose."""

    tracker: Tracker = field(default_factory=Tracker)

    def step(self, index: int, people: list[Person]) -> dict[int, np.ndarray]:
        """Masks (height, width) bool of frame `index` by track."""
        owners = self.tracker.step(index, [reduce(person.mask) for person in people])
        regions: dict[int, np.ndarray] = {}
        for person, tracks in zip(people, owners, strict=True):
            places = divide(index, person.mask.shape, tracks)
            for place, track in enumerate(tracks):
                mask = person.mask & (places == place)
                if mask.sum() >= SMALLEST * mask.size / 2:
                    track.follow(index, reduce(mask))
                    track.sure += person.sure >= SURE
                    regions[track.number] = mask
        self._forget(index)
        return regions

    def accepted(self, frames: int) -> set[int]:
        """The tracks that are people, after so many frames."""
        least = min(_LEAST_FRAMES, max(1, math.ceil(0.1 * frames)))
        tracks = self.tracker.tracks
        return {t.number for t in tracks if t.seen >= least and t.sure >= max(least, _LEAST_SHARE * t.seen)}

    def _forget(self, index: int) -> None:
        """Nobody comes back after the gap: a film's masks of everybody who ever was in it would fill the memory."""
        for track in self.tracker.tracks:
            if index - track.last > GAP:
                track.mask = track.mask[:0]


def masks_of(
    source: Source, segmenter: Segmenter, looks: Looks, looked: Callable[[], object]
) -> Iterator[np.ndarray | None]:
    """The mask (height, width) bool of everybody on each frame of a shot; None where nobody is.

    The look runs AHEAD frames before the answer. `looked` is called once a frame looked at. Raises PredictError.
    """
    waiting: deque[str] = deque()
    ahead, behind, people = Regions(), Regions(), set[int]()
    total = 0
    for found in _looked_at(source, segmenter, looks, ahead):
        waiting.append(to_line(found))
        total += 1
        looked()
        if total > AHEAD:
            people |= ahead.accepted(total)
            yield _union(behind, total - AHEAD - 1, waiting, people)
    people |= ahead.accepted(total)
    for index in range(max(0, total - AHEAD), total):
        yield _union(behind, index, waiting, people)


def _looked_at(source: Source, segmenter: Segmenter, looks: Looks, ahead: Regions) -> Iterator[list[Person]]:
    """Everybody on each frame, from the file as far as it goes; `ahead` follows them."""
    done = 0
    for done, people in enumerate(looks.stored(), 1):
        ahead.step(done - 1, people)
        yield people
    for frame in source.frames():
        if frame.index >= done:
            image = frame.image()
            people = find_people(image, segmenter, ahead.tracker.boxes(frame.index, image.shape[1]))
            ahead.step(frame.index, people)
            looks.add(people)
            yield people


def _union(behind: Regions, index: int, waiting: deque[str], people: set[int]) -> np.ndarray | None:
    regions = behind.step(index, from_line(waiting.popleft()))
    masks = [mask for number, mask in regions.items() if number in people]
    return np.logical_or.reduce(masks) if masks else None


def mask_alone(image: np.ndarray, segmenter: Segmenter) -> np.ndarray | None:
    """The mask (height, width) bool of everybody on a picture that stands alone; None where nobody is."""
    masks = [person.mask for person in find_people(image, segmenter) if person.sure >= SURE]
    return np.logical_or.reduce(masks) if masks else None
