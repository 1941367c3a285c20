"""Which part of a picture is shown, over a few frames: a window that stands, or moves smoothly as a camera does."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.generator.motion import change, draw_motion, flow, moments

_NARROWEST, _WIDEST = 0.35, 1.0  # of a picture's longer side


@dataclass(frozen=True)
class Framing:
    """`placings` (T, 3, 3): from a picture resized to `resized` (w, h) to a square of `size` pixels a side."""

    resized: tuple[int, int]
    placings: np.ndarray
    size: int

    def colours(self, plane: np.ndarray, frame: int) -> np.ndarray:
        """(size, size, C) or (size, size) of the plane in one frame, each pixel the mean of what it covers."""
        smaller = self.resized[1] < plane.shape[0]
        ready = cv2.resize(plane, self.resized, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        return self._warped(ready, frame, cv2.INTER_LINEAR)

    def numbers(self, plane: np.ndarray, frame: int) -> np.ndarray:
        """The same of a plane of numbers (h, w) uint8: each pixel that of its middle."""
        ready = cv2.resize(plane, self.resized, interpolation=cv2.INTER_NEAREST_EXACT)
        return self._warped(ready, frame, cv2.INTER_NEAREST)

    def flow(self) -> np.ndarray:
        """(T - 1, size, size, 2) float32 of a picture that stands still behind the window."""
        everywhere = np.zeros((self.size, self.size), np.intp)
        pairs = zip(self.placings[:-1], self.placings[1:], strict=True)
        flows = [flow(change(before, after)[None], everywhere) for before, after in pairs]
        return np.stack(flows) if flows else np.empty((0, *everywhere.shape, 2), np.float32)

    def _warped(self, plane: np.ndarray, frame: int, how: int) -> np.ndarray:
        """What is beyond the picture is black, as the bars of a film are."""
        return cv2.warpAffine(plane, self.placings[frame][:2], (self.size, self.size), flags=how)


def draw_framing(rng: np.random.Generator, shape: tuple[int, int], frames: int, size: int) -> Framing:
    """A square part of a picture of `shape` (h, w), mirrored by chance, from next to all of it to a third."""
    side = max(shape) * float(np.exp(rng.uniform(np.log(_NARROWEST), np.log(_WIDEST))))
    scale = size / side
    resized = max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale))
    stand = np.eye(3)
    stand[:2, 2] = [-_corner(rng, length, size) for length in resized]
    if rng.random() < 0.5:
        stand = np.array([[-1, 0, size - 1], [0, 1, 0], [0, 0, 1]]) @ stand
    motion = draw_motion(rng, frames, 0.6)
    moves = rng.random() < 0.7
    rest = np.broadcast_to(np.eye(3), (frames, 3, 3))
    along = motion.at(moments(frames), size, (size / 2, size / 2)) if moves else rest
    return Framing(resized, along @ stand, size)


def _corner(rng: np.random.Generator, length: int, size: int) -> int:
    """Where the window begins: anywhere within the picture, or round all of it where it is the larger one."""
    room = length - size
    return int(rng.integers(room + 1)) if room >= 0 else room // 2
