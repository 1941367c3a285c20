"""How the picture moves from frame to frame, and what can be carried along.

Dense flow by inverse search (DIS; Kroeger et al., ECCV 2016; OpenCV's, which needs no weights), on grey pictures whose
longer side is at most LONGEST. Set less smooth than OpenCV has it: people's limbs move apart from what is behind.
"""

from dataclasses import dataclass

import cv2
import numpy as np

LONGEST = 640  # pixels of the longer side that flow is found at
_SMOOTH = 6.0  # weight of smoothness beside likeness
_APART = 1.0  # pixels of those by which way there and way back may differ
_ALIKE = 24.0  # grey levels by which what is carried may differ from what is there


@dataclass(frozen=True)
class Flow:
    """Where each pixel of a frame was on another: `places` (H, W, 2) float32, x and y in pixels of that frame.

    `trust` (H, W) float32 in 0..1: 0 where it was hidden there, or looks otherwise.
    """

    places: np.ndarray
    trust: np.ndarray

    def carried(self, plane: np.ndarray) -> np.ndarray:
        """A plane (H, W) or picture (H, W, C) of the other frame as it lies on this one, linear between pixels.

        What was outside of that frame is as its nearest pixel: who is cut by the frame goes on beyond it.
        """
        x, y = self.places[..., 0], self.places[..., 1]
        return cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class Flows:
    """Flow between frames of one size, (H, W, 3) uint8 RGB. Not to be shared between threads."""

    def __init__(self) -> None:
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._search.setVariationalRefinementAlpha(_SMOOTH)

    def between(self, other: np.ndarray, now: np.ndarray) -> Flow:
        """From each pixel of `now` to where it was on `other`."""
        there, here = _grey(other), _grey(now)
        return _flow(here, there, self._found(here, there), self._found(there, here), now.shape[:2])

    def both(self, other: np.ndarray, now: np.ndarray) -> tuple[Flow, Flow]:
        """From each pixel of `now` to where it was on `other`, and the other way round, at the cost of one."""
        there, here = _grey(other), _grey(now)
        back, ahead = self._found(here, there), self._found(there, here)
        size = now.shape[:2]
        return _flow(here, there, back, ahead, size), _flow(there, here, ahead, back, size)

    def _found(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """(h, w, 2) float32: by how much each pixel of `one` lies elsewhere on `other`."""
        return np.asarray(self._search.calc(one, other, np.zeros((*one.shape, 2), np.float32)))


def _flow(here: np.ndarray, there: np.ndarray, back: np.ndarray, ahead: np.ndarray, size: tuple[int, ...]) -> Flow:
    """At the frames' size, of what was found on their grey pictures."""
    height, width = size
    scale = np.array([width / here.shape[1], height / here.shape[0]], np.float32)
    moved = cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR) * scale
    trust = cv2.resize(_trust(here, there, back, ahead), (width, height), interpolation=cv2.INTER_LINEAR)
    return Flow(_grid(height, width) + moved, trust)


def _grey(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)


def _grid(height: int, width: int) -> np.ndarray:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], -1)


def _trust(here: np.ndarray, there: np.ndarray, back: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """(h, w) in 0..1: whether the way back leads there again (Sundaram et al., ECCV 2010), and to like colours."""
    places = _grid(*here.shape) + back
    x, y = places[..., 0], places[..., 1]
    round_trip = back + cv2.remap(ahead, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    apart = np.linalg.norm(round_trip, axis=-1) / (_APART + 0.05 * np.linalg.norm(back, axis=-1))
    was = cv2.remap(there, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    unlike = cv2.GaussianBlur(cv2.absdiff(was, here), (0, 0), 1.5).astype(np.float32) / np.float32(_ALIKE)
    outside = (x < 0) | (y < 0) | (x > here.shape[1] - 1) | (y > here.shape[0] - 1)
    return np.where(outside, 0, np.exp(-(apart**2) - unlike**2)).astype(np.float32)
