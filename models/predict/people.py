"""Who is on each frame of a film: looked at frame by frame, decided a while later, so that frames need not be held."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.backends import Segmenter
from models.prelabel.people import Person, find_people
from models.video.identity import GAP, Tracker

from .looks import Look, Looks, from_line, to_line
from .sources import Source

# Frames that are looked at before it is decided who is there: ten seconds, longer than most shots.
AHEAD = 240
_THUMBNAIL = (32, 18)
# A cut changes so much of the picture, and so many times as much as each of the frames before it: 22 of the 25 of a
# film of rifles, dust and robots, and two where none is. Nobody is followed over it: a gun is not taken for the man
# who stood there.
_CUT, _CUT_OVER, _CUT_AFTER = 0.08, 2.0, 4


@dataclass
class Regions:
    """One go through a film: whose region is whose."""

    tracker: Tracker = field(default_factory=Tracker)
    changes: deque[float] = field(default_factory=lambda: deque(maxlen=_CUT_AFTER))

    def begin(self, index: int, change: float) -> None:
        """Frame `index` comes, so different from the one before: everybody is left behind where that is a cut."""
        if change > max(_CUT, _CUT_OVER * max(self.changes, default=1.0)):
            self.tracker.cut(index)
            self.changes.clear()
        else:
            self.changes.append(change)

    def step(self, index: int, people: list[Person]) -> dict[int, np.ndarray]:
        """Masks (height, width) bool of the frame that has begun, by track."""
        seen = self.tracker.step(index, [person.mask for person in people], [one.sure for one in people])
        regions = {one.track.number: one.mask for one in seen}
        self._forget(index)
        return regions

    def _forget(self, index: int) -> None:
        """Nobody comes back after the gap: a film's masks of everybody who ever was in it would fill the memory."""
        for track in self.tracker.tracks:
            if index - track.known > GAP:
                track.forget()


def masks_of(
    source: Source, segmenter: Segmenter, looks: Looks, looked: Callable[[], object]
) -> Iterator[np.ndarray | None]:
    """The mask (height, width) bool of everybody on each frame in time; None where nobody is.

    The look runs AHEAD frames before the answer. `looked` is called once a frame looked at. Raises PredictError.
    """
    waiting: deque[str] = deque()
    ahead, behind, people = Regions(), Regions(), set[int]()
    total = 0
    for look in _looked_at(source, segmenter, looks, ahead):
        waiting.append(to_line(look))
        total += 1
        looked()
        if total > AHEAD:
            people |= ahead.tracker.people(total)
            yield _union(behind, total - AHEAD - 1, waiting, people)
    people |= ahead.tracker.people(total)
    for index in range(max(0, total - AHEAD), total):
        yield _union(behind, index, waiting, people)


def _looked_at(source: Source, segmenter: Segmenter, looks: Looks, ahead: Regions) -> Iterator[Look]:
    """What is on each frame, from the file as far as it goes; `ahead` follows everybody."""
    done = 0
    for done, look in enumerate(looks.stored(), 1):
        ahead.begin(done - 1, look.change)
        ahead.step(done - 1, look.people)
        yield look
    before: np.ndarray | None = None
    for frame in source.frames():
        if frame.index >= done - 1:
            image = frame.image()
            thumbnail = _thumbnail(image)
            if frame.index >= done:
                change = 0.0 if before is None else float(np.abs(thumbnail - before).mean())
                look = _look(frame.index, image, change, segmenter, ahead)
                looks.add(look)
                yield look
            before = thumbnail


def _look(index: int, image: np.ndarray, change: float, segmenter: Segmenter, ahead: Regions) -> Look:
    ahead.begin(index, change)
    people = find_people(image, segmenter, ahead.tracker.boxes(index, image.shape[1]))
    ahead.step(index, people)
    return Look(change, people)


def _thumbnail(image: np.ndarray) -> np.ndarray:
    """A picture so small that motion hardly shows, float32 in 0..1."""
    import cv2

    return cv2.resize(image, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)


def _union(behind: Regions, index: int, waiting: deque[str], people: set[int]) -> np.ndarray | None:
    look = from_line(waiting.popleft())
    behind.begin(index, look.change)
    masks = [mask for number, mask in behind.step(index, look.people).items() if number in people]
    return np.logical_or.reduce(masks) if masks else None


def mask_alone(image: np.ndarray, segmenter: Segmenter) -> np.ndarray | None:
    """The mask (height, width) bool of everybody on a picture that stands alone; None where nobody is."""
    masks = [person.mask for person in find_people(image, segmenter) if person.sure]
    return np.logical_or.reduce(masks) if masks else None
