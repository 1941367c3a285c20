"""One pass over a clip: every detector sees every frame once."""

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.bars import Bars
from koutu.clips.media.survey.dissolves import Dissolves
from koutu.clips.media.survey.fades import Fades
from koutu.clips.media.survey.flashes import Flashes
from koutu.clips.media.survey.logos import Logos
from koutu.clips.media.survey.repeats import Repeats
from koutu.clips.media.survey.report import Survey, Transition
from koutu.clips.media.survey.subtitles import Subtitles

Picture = NDArray[np.uint8]

# Transitions are judged on pictures of this size.
SMALL = (96, 54)
# A dissolve so few frames from a flat picture is part of a fade.
_NEAR = 8


class Surveyor:
    """Surveys a clip: push every frame in order, then ask once what was found."""

    def __init__(self) -> None:
        self._repeats = Repeats()
        self._bars = Bars()
        self._dissolves = Dissolves()
        self._fades = Fades()
        self._flashes = Flashes()
        self._logos = Logos()
        self._subtitles = Subtitles()

    def push(self, rgb: Picture) -> None:
        """Take the next frame, RGB uint8 (height, width, 3), of the same size as all others."""
        luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        small = np.asarray(cv2.resize(rgb, SMALL, interpolation=cv2.INTER_AREA), np.uint8)
        self._repeats.push(luma)
        self._bars.push(luma)
        self._subtitles.push(luma)
        self._logos.push(luma, small)
        for detector in (self._dissolves, self._fades, self._flashes):
            detector.push(small)

    def finish(self) -> Survey:
        """End the clip and return what was found."""
        repeats, cadence, share = self._repeats.finish()
        letterbox = self._bars.finish()
        return Survey(
            transitions=self._transitions(),
            repeats=repeats,
            cadence=cadence,
            cadence_share=share,
            letterbox=letterbox,
            overlays=(*self._logos.finish(letterbox), *self._subtitles.finish()),
        )

    def _transitions(self) -> tuple[Transition, ...]:
        found: list[Transition] = [*self._fades.finish(), *self._flashes.finish()]
        # A fade may pass for a dissolve into or out of all but nothing, never the other way round.
        taken = [(other.first, other.last) for other in found]
        taken += [(first - _NEAR, last + _NEAR) for first, last in self._fades.flat()]
        found += [one for one in self._dissolves.finish() if not any(_overlap(one, *span) for span in taken)]
        return tuple(sorted(found, key=lambda transition: transition.first))


def _overlap(one: Transition, first: int, last: int) -> bool:
    return one.first <= last and first <= one.last
