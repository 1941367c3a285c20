"""Motion that varies smoothly over a shot, and the exact flow it makes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

# How far along a motion is, from 0 to 1 in time: all smooth, so that speed never jumps.
PACES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "steady": lambda time: time,
    "eased": lambda time: time * time * (3 - 2 * time),
    "quickening": lambda time: time**2.5,
    "slowing": lambda time: 1 - (1 - time) ** 2.5,
    "reversed": lambda time: np.sin(np.pi * time),
    "paused": lambda time: time + np.sin(2 * np.pi * time) / (2 * np.pi),
}


@dataclass(frozen=True)
class Motion:
    """How something moves over a shot, all from none at its first to this at its last moment.

    `shift` (x, y) in frame heights, `turn` in radians, `zoom` as a logarithm, `shear` as a share. `start` is where
    along the way, from 0 to 1, nothing is moved. Raises ValueError for an unknown pace.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    pace: str = "steady"
    start: float = 0.5

    def __post_init__(self) -> None:
        if self.pace not in PACES:
            raise ValueError(f"{self.pace} is no pace: {', '.join(PACES)}")

    def at(self, times: np.ndarray, height: int, pivot: tuple[float, float]) -> np.ndarray:
        """(N, 3, 3) float64 matrices of (x, y, 1) at times (N,) from 0 to 1, round `pivot` in pixels."""
        along = PACES[self.pace](np.asarray(times, np.float64)) - self.start
        cos, sin, scale = np.cos(along * self.turn), np.sin(along * self.turn), np.exp(along * self.zoom)
        found = np.zeros((len(along), 3, 3))
        found[:, 0, 0], found[:, 0, 1] = scale * cos, scale * (cos * along * self.shear - sin)
        found[:, 1, 0], found[:, 1, 1] = scale * sin, scale * (sin * along * self.shear + cos)
        centre = np.array(pivot)
        moved = centre + along[:, None] * np.array(self.shift) * height
        found[:, :2, 2] = moved - found[:, :2, :2] @ centre
        found[:, 2, 2] = 1
        return found

    def calmed(self, share: float) -> "Motion":
        """The same way, but only so much of it."""
        x, y = self.shift
        amounts = {name: share * getattr(self, name) for name in ("turn", "zoom", "shear")}
        return replace(self, shift=(share * x, share * y), **amounts)

    def matrices(self, frames: int, height: int, pivot: tuple[float, float]) -> np.ndarray:
        """(T, 2, 3) float64: `at` the middle of every frame's time."""
        return self.at(moments(frames), height, pivot)[:, :2]


def moments(frames: int) -> np.ndarray:
    """(T,) the middle of every frame's time within the shot."""
    return (np.arange(frames) + 0.5) / frames


def change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(2, 3) float64: what (x, y, 1) becomes is added to a point of the frame, from one placing (3, 3) to another."""
    return (after @ np.linalg.inv(before) - np.eye(3))[:2]


def flow(changes: np.ndarray, which: np.ndarray) -> np.ndarray:
    """(H, W, 2) float32 in pixels, of every pixel by that of `changes` (N, 2, 3) that `which` (H, W) names."""
    x, y = (np.arange(side, dtype=np.float32) for side in which.shape[::-1])
    rows = np.moveaxis(changes.astype(np.float32), 0, -1)
    return np.stack([row[0][which] * x + row[1][which] * y[:, None] + row[2][which] for row in rows], -1)


def draw_motion(rng: np.random.Generator, frames: int, calm: float = 1.0) -> Motion:
    """By chance: from next to none to fast, in proportion to the frames. `calm` is the share of it that is left."""
    speed = calm * float(np.exp(rng.uniform(np.log(0.001), np.log(0.05))))
    far, heading = min(speed * frames, 0.6 * calm), rng.uniform(0, 2 * np.pi)
    most = calm * min(1.0, 0.1 * frames)
    turn, zoom, shear = (most * rng.uniform(-1, 1, 3) * (0.2, 0.15, 0.08)).tolist()
    shift = float(far * np.cos(heading)), float(far * np.sin(heading)) * 0.5  # people and cameras go sideways most
    return Motion(shift, turn, zoom, shear, str(rng.choice(list(PACES))))


def played(count: int, frames: int, rng: np.random.Generator) -> np.ndarray:
    """(T,) which of `count` recorded frames are shown: from any on, slow, as recorded or fast, ahead or back, at times
    held still; at either end the film turns round."""
    speed = float(rng.choice([0, 0.5, 1, 2], p=[0.1, 0.15, 0.6, 0.15])) * float(rng.choice([-1, 1]))
    at = int(rng.integers(count)) + np.floor(speed * np.arange(frames)).astype(np.int64)
    around = at % max(1, 2 * (count - 1))
    return np.minimum(around, 2 * (count - 1) - around)
