"""Pictures with truth, set by set."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from models import gold
from models.gold.making import pictures


@dataclass(frozen=True)
class Case:
    """One picture: (H, W, 3) uint8 RGB, everybody on it (H, W) bool, and where nobody is judged (H, W) bool.

    `group` is what its neighbours share, such as a clip: figures of one group are not independent.
    """

    name: str
    group: str
    image: np.ndarray
    truth: np.ndarray
    void: np.ndarray


def gold_cases(samples: Path) -> Iterator[Case]:
    """The film frames outlined by hand, clip by clip; `samples` is the folder that holds clips/.

    Raises PredictError where a clip is missing or broken.
    """
    for clip, some in groupby(gold.frames(), key=lambda frame: frame.clip):
        frames = list(some)
        images = pictures(samples / clip, [frame.index for frame in frames])
        for frame, image in zip(frames, images, strict=True):
            labels = gold.labels(frame)
            void = labels == gold.VOID
            yield Case(frame.name, Path(clip).stem, image, (labels > 0) & ~void, void)


SETS = {"gold": gold_cases}
