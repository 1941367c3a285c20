"""The pre-label of one shot: who is in it, and the mask and matte of everybody on every frame.

Twice over the frames: first whose region is whose, for whether somebody is there is decided by the whole shot;
then the edges, only of those who are, held steady from frame to frame. Between the two stand run-length masks and
small pictures of one shot, some tens of kilobytes a frame; of the frames themselves no more than two are held.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from models import planes
from models.backends import Segmenter
from models.backends.grouping import TellsApart, spread
from models.matting.edges import edge_band, edge_matte
from models.matting.trimap import mask_of
from models.video.everybody import Everybody, Somebody
from models.video.leads import leads

from .people import SMALLEST, Person, find_people

Progress = Callable[[str, int], None]
Cast = dict[int, tuple[Somebody, float]]  # by track, who it is, and how much of a lead


@dataclass(frozen=True)
class PersonLabel:
    """One person on one frame. `track` counts from 1 within the shot. `mask` (height, width) uint8 0/255 and
    `matte` (height, width) uint8 alpha: both at the frame's size. `lead` 0..1 is of the whole shot: how much of a
    lead they are in it."""

    track: int
    mask: np.ndarray
    matte: np.ndarray
    lead: float = 0.0


@dataclass(frozen=True)
class FrameLabels:
    """Everybody on frame `index` of the shot (from 0), by track; nobody is an empty tuple. `hidden` are the tracks of
    those who are there behind somebody; who is in neither is not there."""

    index: int
    people: tuple[PersonLabel, ...]
    hidden: tuple[int, ...] = ()


def prelabel_shot(
    frames: Iterable[np.ndarray], segmenter: Segmenter, progress: Progress | None = None
) -> Iterator[FrameLabels]:
    """Labels of every frame of one shot, in order.

    `frames` gives pictures (height, width, 3) uint8 RGB of one size and is gone through twice: a list, or an
    object whose `__iter__` begins anew; a generator raises TypeError. `progress` is told ("find" or "edges",
    frames done). Deterministic: the same frames and weights give the same planes. Who is surely seen on fewer than 3
    frames (a tenth of a very short shot), or on less than a twentieth of those they are seen on, is nobody.
    """
    if iter(frames) is frames:
        raise TypeError("a shot is gone through twice: give a list or an object that can be iterated anew")
    tell = progress or (lambda stage, done: None)
    cast = _cast(frames, segmenter, tell)
    lead = {track: score for track, (_, score) in cast.items()}
    for index, alpha in enumerate(_solved(frames, cast)):
        hidden = tuple(track for track, (person, _) in cast.items() if index in person.hidden)
        yield FrameLabels(index, _shared(alpha, _regions(cast, index), lead), hidden)
        tell("edges", index + 1)


def _cast(frames: Iterable[np.ndarray], segmenter: Segmenter, tell: Progress) -> Cast:
    """Who is in the shot, and how much of a lead, numbered from 1 in order of appearance, larger first."""
    everybody, count = Everybody(), 0
    for count, image in enumerate(frames, 1):
        regions = _told_apart(find_people(image, segmenter, everybody.boxes(image.shape[1])), image, segmenter)
        everybody.add([region.mask for region in regions], [region.sure for region in regions], image)
        tell("find", count)
    people = {person.number: person for person in everybody.people() if person.is_one(count)}
    score = leads({number: person.sights for number, person in people.items()}, count)
    order = sorted(people, key=lambda one: (people[one].first, -round(people[one].sights.area, 3), one))
    return {place: (people[number], score[number].score) for place, number in enumerate(order, 1)}


def _told_apart(people: list[Person], image: np.ndarray, segmenter: Segmenter) -> list[Person]:
    """People who are one region to most networks, as those of a network that knows who is whom."""
    if not people or not isinstance(segmenter, TellsApart):
        return people
    numbers, apart = segmenter.instances(image), []
    for person in people:
        whose = spread(numbers, person.mask)
        parts = [whose == number for number in np.unique(whose) if number]
        large = [part for part in parts if part.sum() >= SMALLEST * part.size]
        # A part too small for somebody goes with the rest; most regions hold one person.
        apart += [Person(part, person.sure) for part in large] if len(large) == len(parts) > 1 else [person]
    return apart


def _regions(cast: Cast, index: int) -> dict[int, np.ndarray]:
    """By track, the region (height, width) uint8 0/255 of everybody on a frame."""
    return {track: planes.decode(who.masks[index]) for track, (who, _) in cast.items() if index in who.masks}


def _solved(frames: Iterable[np.ndarray], cast: Cast) -> Iterator[np.ndarray]:
    """The alpha (height, width) uint8 of all together on each frame, held steady in the band along their edge."""
    from models.video.fusion import Solved, steadied

    def shot() -> Iterator[Solved]:
        for index, image in enumerate(frames):
            mask = np.maximum.reduce([np.zeros(image.shape[:2], np.uint8), *_regions(cast, index).values()])
            yield image, edge_matte(image, mask) / np.float32(255), edge_band(mask)

    return map(planes.snap, steadied(shot()))


def _shared(alpha: np.ndarray, regions: dict[int, np.ndarray], lead: dict[int, float]) -> tuple[PersonLabel, ...]:
    """Mask and matte of everybody from their regions, in its order.

    Every pixel of the alpha of all together is given to the person nearest to it, so that the mattes of people who
    touch add up to it and never beyond.
    """
    if not regions:
        return ()
    nearest = _nearest(list(regions.values()))
    people = []
    for place, track in enumerate(regions):
        matte = np.where(nearest == place, alpha, np.uint8(0))
        people.append(PersonLabel(track, mask_of(matte), matte, lead[track]))
    return tuple(people)


def _nearest(masks: list[np.ndarray]) -> np.ndarray:
    """Place in `masks` of the one each pixel lies in or is nearest to: (height, width) uint8."""
    import cv2

    if len(masks) == 1:
        return np.zeros(masks[0].shape, np.uint8)
    away = [cv2.distanceTransform(cv2.bitwise_not(mask), cv2.DIST_L2, 5) for mask in masks]
    return np.argmin(np.stack(away), axis=0).astype(np.uint8)
