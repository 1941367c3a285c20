"""People by MediaPipe's pose networks, by selfie in the squares they find, and the mean of all four free opinions.

The four are selfie's two looks at the whole picture, pose, and selfie in squares. Their plain mean was better than the
best of them by 0.01 to 0.03 J on every kind of picture tried. Whoever the detector misses (riders, people who crouch)
has selfie's looks at the whole alone.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import litert
from .answers import sigmoid
from .pose_detector import decode, letterboxed, merged, square_of
from .pose_square import BodySquare
from .pose_weights import DETECTION, LANDMARKS, VERSION, available, weights_folder
from .protocol import WeightsMissing
from .selfie import Selfie

_SIDE = 256  # pixels of the view that the landmark network, and selfie, have of one person
_PRESENT = 0.5  # of the landmark network, below which nobody stands in the square
# A view (256, 256, 3) uint8 of one person to her probability (256, 256) float32; None for nobody.
Look = Callable[[np.ndarray], np.ndarray | None]


@dataclass
class PoseNets:
    """Both networks, loaded on first use; safe to share between threads, which take turns."""

    folder: str | Path = ""
    threads: int = 2
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def squares(self, image: np.ndarray) -> list[BodySquare]:
        """Everybody found on `image` (height, width, 3) uint8, the surest first. Raises WeightsMissing."""
        seen, scale, corner = letterboxed(image)
        with self._lock:
            found = litert.run(self._runners[0], seen)
        detections = decode(found[2254, 12], found[2254, 1][:, 0])
        return [square_of(one, scale, corner) for one in merged(*detections)]

    def mask(self, view: np.ndarray) -> np.ndarray | None:
        """See `Look`. Raises WeightsMissing."""
        with self._lock:
            found = litert.run(self._runners[1], view.astype(np.float32) / np.float32(255))
        present = found[1,].item() >= _PRESENT
        return sigmoid(found[_SIDE, _SIDE, 1][:, :, 0]) if present else None

    @cached_property
    def _runners(self) -> tuple[Any, Any]:
        reason = available(self.folder)
        if reason is not None:
            raise WeightsMissing(reason)
        detector, landmarks = (
            litert.open_runner(weights_folder(self.folder) / name, self.threads) for name in (DETECTION, LANDMARKS)
        )
        return detector, landmarks


@dataclass(frozen=True)
class Pose:
    """The mask that the landmark network has of each person, as a `Segmenter`; empty where it finds nobody."""

    nets: PoseNets
    name: str = "mediapipe-pose"
    version: str = VERSION
    licence: str = "Apache-2.0"

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`: there is one view."""
        return self.person_probability(image)[None]

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`."""
        return _joined(image, self.nets.squares(image), self.nets.mask)


@dataclass(frozen=True)
class SelfieCrop:
    """Selfie's square network on the square of each person, as a `Segmenter`; on the whole where nobody is found."""

    nets: PoseNets
    selfie: Selfie
    name: str = "mediapipe-selfie-crop"
    licence: str = "Apache-2.0"

    @property
    def version(self) -> str:
        return _versions(self.selfie)

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`: there is one view."""
        return self.person_probability(image)[None]

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`."""
        return _close(self.selfie, image, self.nets.squares(image))


@dataclass(frozen=True)
class MeanOfFour:
    """Four opinions as a `Segmenter`: selfie, selfie wide, pose, selfie in squares; and their plain mean."""

    nets: PoseNets
    selfie: Selfie
    name: str = "mediapipe-mean4"
    licence: str = "Apache-2.0"

    @property
    def version(self) -> str:
        return _versions(self.selfie)

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`: (4, height, width)."""
        whole, squares = self.selfie.opinions(image), self.nets.squares(image)
        posed = _joined(image, squares, self.nets.mask)
        return np.stack([*whole, posed, _close(self.selfie, image, squares)])

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`."""
        return self.opinions(image).mean(axis=0)

    def instances(self, image: np.ndarray) -> np.ndarray:
        """See `TellsApart`: a pixel is whose mask of the landmark network has most of it."""
        each = [_joined(image, [square], self.nets.mask) for square in self.nets.squares(image)]
        if not each:
            return np.zeros(image.shape[:2], np.uint8)
        return np.where(np.max(each, axis=0) >= 0.5, np.argmax(each, axis=0) + 1, 0).astype(np.uint8)


def _versions(selfie: Selfie) -> str:
    return f"{selfie.version}+{VERSION}"


def _close(selfie: Selfie, image: np.ndarray, squares: list[BodySquare]) -> np.ndarray:
    """What selfie's square view says of everybody's square, or of the whole where there is none."""

    def look(view: np.ndarray) -> np.ndarray:
        return selfie.opinions(view)[0]

    return _joined(image, squares, look) if squares else look(image)


def _joined(image: np.ndarray, squares: list[BodySquare], look: Look) -> np.ndarray:
    """The greatest probability (height, width) float32 that `look` gives a pixel in any square; 0 outside of all."""
    total = np.zeros(image.shape[:2], np.float32)
    for square in squares:
        answer = look(square.view(image, _SIDE))
        if answer is not None:
            np.maximum(total, square.back(answer, *image.shape[:2]), out=total)
    return total
