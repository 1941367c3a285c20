"""Everybody in a film as subjects, much as on the platform.

Who the pre-label finds is a subject of their own, and is followed from the frames where a person's word on them stands;
whoever has none stays as pre-labelled. Unlike there they are found by the bench's network.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from bench._following import Film
from models import planes
from models.backends.protocol import Segmenter, VideoTracker
from models.prelabel.people import SMALLEST
from models.prelabel.regions import join_specks
from models.video.carrier import Carrier
from models.video.everybody import Everybody
from models.video.propagation import Belief, Propagation
from models.video.spans import spans


@dataclass(frozen=True)
class Carried:
    """Of one frame: `mask` (H, W) bool of everybody, and how sure the propagation is of it, 0..1; 1 where it was said,
    and where nobody is followed."""

    mask: np.ndarray
    sure: float


class Company:
    """The people of `film`, told apart on what `segmenter` finds in it, and followed by `tracker`."""

    def __init__(self, film: Film, segmenter: Segmenter, tracker: VideoTracker | None = None) -> None:
        self._film, self._tracker = film, tracker or Carrier(segmenter)
        everybody = Everybody()
        for case in film.cases:
            regions = join_specks(segmenter.person_probability(case.image) >= 0.5, SMALLEST)
            everybody.add(regions, [True] * len(regions), case.image)
        people = [person for person in everybody.people() if person.is_one(len(film.cases))]
        self._people = {number: person.masks for number, person in enumerate(people, 1)}

    def carried(self, said: Mapping[int, np.ndarray]) -> list[Carried]:
        """All frames, where a person said what the mask (H, W) bool of everybody is on some."""
        shares = {index: self._shared(index, mask) for index, mask in said.items()}
        anchors = {
            number: sorted(index for index, share in shares.items() if number in share)
            for number in {number for share in shares.values() for number in share}
        }
        masks = [self._prelabelled(index, set(anchors)) for index in range(len(self._film.cases))]
        sure = [1.0] * len(masks)
        for number, frames in anchors.items():
            for index, belief in self._followed(number, {frame: shares[frame] for frame in frames}):
                masks[index] = masks[index] | (belief.probability >= 0.5)
                sure[index] = min(sure[index], belief.sure)
        return [
            Carried(said[index], 1.0) if index in said else Carried(mask, sure[index])
            for index, mask in enumerate(masks)
        ]

    def _followed(self, number: int, said: Mapping[int, Mapping[int, np.ndarray]]) -> Iterator[tuple[int, Belief]]:
        """One of them alone, as a person propagates one subject: the last word on each frame that is no anchor."""
        images = [case.image for case in self._film.cases]
        for span in spans({number: said}, 0, len(images) - 1):
            for one in Propagation(span, images.__getitem__, said, self._tracker):
                if one.final:
                    yield one.index, one.things[number]

    def _prelabelled(self, index: int, followed: set[int]) -> np.ndarray:
        """Those who are not followed."""
        mask = np.zeros(self._film.cases[index].truth.shape, bool)
        for number, masks in self._people.items():
            if number not in followed and index in masks:
                mask |= planes.decode(masks[index]) > 0
        return mask

    def _shared(self, index: int, mask: np.ndarray) -> dict[int, np.ndarray]:
        """The mask of everybody as each one's: a pixel is theirs who are nearest to it by the pre-label."""
        here = {number: planes.decode(masks[index]) for number, masks in self._people.items() if index in masks}
        if not here:
            return {self._nearest_in_time(index): mask}
        away = [cv2.distanceTransform((one == 0).astype(np.uint8), cv2.DIST_L2, 5) for one in here.values()]
        nearest = np.argmin(np.stack(away), axis=0)
        return {number: mask & (nearest == place) for place, number in enumerate(here)}

    def _nearest_in_time(self, index: int) -> int:
        """Whom somebody means who paints on a frame where nobody was found; 0 where nobody is in the film."""
        away = {number: min(abs(index - other) for other in masks) for number, masks in self._people.items()}
        return min(away, key=lambda number: away[number], default=0)
