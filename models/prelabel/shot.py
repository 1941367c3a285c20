"""The pre-label of one shot: who is in it, and the mask and matte of everybody on every frame.

Twice over the frames: first whose region is whose, for whether somebody is there is decided by the whole shot;
then the edges, only of those who are. Between the two stand run-length masks of one shot, some kilobytes a frame;
frames are never held.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models import planes
from models.backends import Segmenter
from models.matting.edges import edge_matte
from models.matting.trimap import mask_of

from .people import SMALLEST, find_people
from .tracks import Tracker, divide, reduce

# The presence gate, on the least convinced view's mean over a region. On person-free film frames things that look
# like somebody (a tower, robots) reached it now and then, never three times in a shot (0 of 666 frames labelled).
# Upright people pass (936 of 936 frames); crouching, dim or half-hidden ones of a film often do not (492 of 716).
SURE = 0.7

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class PersonLabel:
    """One person on one frame. `track` counts from 1 within the shot. `mask` (height, width) uint8 0/255 and
    `matte` (height, width) uint8 alpha: both at the frame's size."""

    track: int
    mask: np.ndarray
    matte: np.ndarray


@dataclass(frozen=True)
class FrameLabels:
    """Everybody on frame `index` of the shot (from 0), by track; nobody is an empty tuple."""

    index: int
    people: tuple[PersonLabel, ...]


@dataclass
class _Found:
    """What the first pass leaves: masks as bytes, by frame and track, and the tracks themselves."""

    frames: list[dict[int, bytes]] = field(default_factory=list)
    tracker: Tracker = field(default_factory=Tracker)
    area: dict[int, int] = field(default_factory=dict)


def prelabel_shot(
    frames: Iterable[np.ndarray], segmenter: Segmenter, progress: Progress | None = None
) -> Iterator[FrameLabels]:
    """Labels of every frame of one shot, in order.

    `frames` gives pictures (height, width, 3) uint8 RGB of one size and is gone through twice: a list, or an
    object whose `__iter__` begins anew; a generator raises TypeError. `progress` is told ("find" or "edges",
    frames done). Deterministic: the same frames and weights give the same planes. Nobody in the shot, or nobody
    for 3 frames of it (a tenth of a very short shot), gives empty frames.
    """
    if iter(frames) is frames:
        raise TypeError("a shot is gone through twice: give a list or an object that can be iterated anew")
    tell = progress or (lambda stage, done: None)
    found = _find(frames, segmenter, tell)
    names = _people_of(found)
    for index, image in enumerate(frames):
        held = found.frames[index]
        here = sorted((names[number], data) for number, data in held.items() if number in names)
        regions = {track: planes.decode(data) for track, data in here}
        yield FrameLabels(index, _edges(image, regions) if regions else ())
        tell("edges", index + 1)


def _find(frames: Iterable[np.ndarray], segmenter: Segmenter, tell: Progress) -> _Found:
    found = _Found()
    for index, image in enumerate(frames):
        people = find_people(image, segmenter, found.tracker.boxes(index, image.shape[1]))
        found.frames.append({})
        owners = found.tracker.step(index, [reduce(person.mask) for person in people])
        for person, tracks in zip(people, owners, strict=True):
            places = divide(index, person.mask.shape, tracks)
            for place, track in enumerate(tracks):
                _record(found, index, track, person.mask & (places == place), person.sure)
        tell("find", index + 1)
    return found


def _record(found: _Found, index: int, track, mask: np.ndarray, sure: float) -> None:
    area = int(mask.sum())
    if area < SMALLEST * mask.size / 2:
        return
    track.follow(index, reduce(mask))
    track.sure += sure >= SURE
    found.frames[index][track.number] = planes.encode("mask", mask.view(np.uint8) * np.uint8(255))
    found.area[track.number] = found.area.get(track.number, 0) + area


def _people_of(found: _Found) -> dict[int, int]:
    """Track numbers of those who are people, to their numbers from 1 in order of appearance, larger first."""
    accepted = found.tracker.people(len(found.frames))
    names: dict[int, int] = {}
    for held in found.frames:
        new = [number for number in held if number in accepted and number not in names]
        for number in sorted(new, key=lambda number: (-found.area[number], number)):
            names[number] = len(names) + 1
    return names


def _edges(image: np.ndarray, regions: dict[int, np.ndarray]) -> tuple[PersonLabel, ...]:
    """Mask and matte of everybody from their regions {track: (height, width) uint8 0/255}, in its order.

    The alpha of all together is solved once and every pixel given to the person nearest to it, so that the
    mattes of people who touch add up to it and never beyond.
    """
    alpha = edge_matte(image, np.maximum.reduce(list(regions.values())))
    nearest = _nearest(list(regions.values()))
    people = []
    for place, track in enumerate(regions):
        matte = np.where(nearest == place, alpha, np.uint8(0))
        people.append(PersonLabel(track, mask_of(matte), matte))
    return tuple(people)


def _nearest(masks: list[np.ndarray]) -> np.ndarray:
    """Place in `masks` of the one each pixel lies in or is nearest to: (height, width) uint8."""
    import cv2

    if len(masks) == 1:
        return np.zeros(masks[0].shape, np.uint8)
    away = [cv2.distanceTransform(cv2.bitwise_not(mask), cv2.DIST_L2, 5) for mask in masks]
    return np.argmin(np.stack(away), axis=0).astype(np.uint8)
