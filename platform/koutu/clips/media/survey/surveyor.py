"""One pass over a clip: every detector sees every frame once."""

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.bars import Bars
from koutu.clips.media.survey.repeats import Repeats
from koutu.clips.media.survey.report import Survey

Picture = NDArray[np.uint8]


class Surveyor:
    """Surveys a clip: push every frame in order, then ask once what was found."""

    def __init__(self) -> None:
        self._repeats = Repeats()
        self._bars = Bars()

    def push(self, rgb: Picture) -> None:
        """Take the next frame, RGB uint8 (height, width, 3), of the same size as all others."""
        luma = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        self._repeats.push(luma)
        self._bars.push(luma)

    def finish(self) -> Survey:
        """End the clip and return what was found."""
        repeats, cadence, share = self._repeats.finish()
        return Survey(repeats=repeats, cadence=cadence, cadence_share=share, letterbox=self._bars.finish())
