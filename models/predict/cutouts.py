"""The people's own colours, without the background that shone through at their edges."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import files
from .mattes import Done, Job
from .sources import Frame, read_picture


@dataclass(frozen=True)
class Cutouts:
    """What is written of each frame: its matte, and with `keep` its colours under OUT/foreground.

    Colours are those of `estimate_foreground` on the matte as stored, carried on past the edge: the same whether
    they are made with the matte or years later.
    """

    job: Job
    keep: bool

    def write(self, done: Done) -> bool:
        """Write what of a frame is missing; answers whether anything was. Raises PredictError."""
        from models import planes

        if done.broken:
            return False
        new = done.matte is not None
        if done.matte is not None:
            files.write(self.job.place(done.frame), planes.encode("matte", done.matte))
        if self.keep and not self._place(done.frame).exists():
            from models.matting import clean_colours

            image = done.frame.image() if done.image is None else done.image
            matte = self.job.stored(done.frame) if done.matte is None else done.matte
            files.write(self._place(done.frame), files.png(clean_colours(image, _unit(matte))))
            new = True
        return new

    def of(self, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
        """Colours (height, width, 3) uint8 and alpha (height, width) float32 of a frame whose matte is there."""
        from models.matting import clean_colours

        alpha = _unit(self.job.stored(frame))
        place = self._place(frame)
        return (read_picture(place) if place.exists() else clean_colours(frame.image(), alpha)), alpha

    def _place(self, frame: Frame) -> Path:
        return self.job.out / "foreground" / f"{frame.name}.png"


def _unit(matte: np.ndarray) -> np.ndarray:
    return matte.astype(np.float32) / np.float32(255)
