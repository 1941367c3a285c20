"""What a picture or clip will show, drawn from a seed before any source is read."""

from dataclasses import dataclass, field, replace

import numpy as np

from .looks import Drift, Finish, Light, draw_drift, draw_finish, draw_light
from .motion import Motion, draw_motion

LEAST, MOST = 16, 2160  # pixels of a side
MOST_FRAMES, MOST_PEOPLE = 64, 6
_MOST_PIXELS = 64 * 640 * 360  # of all frames: about 1 GB of planes with six people in each of two shots
_CROWD = (0.4, 0.25, 0.15, 0.1, 0.05, 0.05)  # how often one to six
_NOBODY = 0.2


@dataclass(frozen=True)
class Figure:
    """Somebody, or something of a person's shape: `group` and `pick` are shares that choose the cut-out.

    `height` in frame heights, `at` (x, y) where the middle of its lower edge is, in shares of the frame; `defocus`
    in frame heights. `seed` is of everything else about it.
    """

    group: float
    pick: float
    height: float
    at: tuple[float, float]
    mirrored: bool
    motion: Motion
    defocus: float
    props: bool
    seed: int


@dataclass(frozen=True)
class Shot:
    """So many frames without a cut. `people` nearest first, each played by one performer: a person, or a few who were
    pictured together; `decoys` are person-like and belong to the plate. Light and focus drift apart for people and
    plate."""

    frames: int
    people: tuple[Figure, ...]
    decoys: tuple[Figure, ...]
    plate: float
    motion: Motion
    defocus: float
    shutter: float
    light: Light
    seed: int
    drift: Drift = field(default_factory=Drift)
    plate_drift: Drift = field(default_factory=Drift)


@dataclass(frozen=True)
class Recipe:
    """`size` (H, W) and the shots one after the other. Raises ValueError where it is out of bounds."""

    size: tuple[int, int]
    shots: tuple[Shot, ...]
    finish: Finish = field(default_factory=Finish)
    seed: int = 0

    def __post_init__(self) -> None:
        if not all(LEAST <= side <= MOST for side in self.size):
            raise ValueError(f"{self.size} is out of bounds: sides are {LEAST} to {MOST} pixels")
        if not self.shots or not all(shot.frames > 0 for shot in self.shots) or self.frames > MOST_FRAMES:
            raise ValueError(f"{self.frames} frames in {len(self.shots)} shots: 1 to {MOST_FRAMES}, some in each")
        if self.frames * self.size[0] * self.size[1] > _MOST_PIXELS:
            raise ValueError(f"{self.frames} frames of {self.size} do not fit in memory: fewer or smaller ones")
        if any(len(shot.people) > MOST_PEOPLE for shot in self.shots):
            raise ValueError(f"more than {MOST_PEOPLE} people in a shot")

    @property
    def frames(self) -> int:
        """Of all shots."""
        return sum(shot.frames for shot in self.shots)


def draw(
    seed: int, size: tuple[int, int] = (256, 256), frames: int = 1, people: int | None = None, finished: bool = True
) -> Recipe:
    """The recipe of a seed, of `people` in each shot or, by default, nobody in a fifth of all and else one to six.

    Without `finished` nothing is done to the composite. Raises ValueError where something is out of bounds.
    """
    if people is not None and not 0 <= people <= MOST_PEOPLE:
        raise ValueError(f"{people} people: 0 to {MOST_PEOPLE}")
    rng = np.random.default_rng(seed)
    empty = rng.random() < _NOBODY
    shots = []
    for length in _lengths(frames, rng):
        drawn = 0 if empty else int(rng.choice(len(_CROWD), p=_CROWD)) + 1
        shots.append(_shot(rng, length, drawn if people is None else people, size))
    finish = draw_finish(rng)
    return Recipe(size, tuple(shots), finish if finished else Finish(), seed)


def _lengths(frames: int, rng: np.random.Generator) -> list[int]:
    """One shot, or two with a cut anywhere between."""
    if frames < 3 or rng.random() > 0.25:
        return [frames]
    first = int(rng.integers(1, frames))
    return [first, frames - first]


def _shot(rng: np.random.Generator, frames: int, people: int, size: tuple[int, int]) -> Shot:
    figures = _arranged(rng, [_figure(rng, frames, people) for _ in range(people)], size)
    decoys = rng.choice([1, 2, 3]) if not people else rng.choice([0, 1], p=[0.85, 0.15])
    return Shot(
        frames,
        tuple(_in_depth(rng, figures)),
        tuple(replace(_figure(rng, frames, 2), props=True) for _ in range(decoys)),
        rng.random(),
        draw_motion(rng, frames, 0.2) if rng.random() < 0.6 else Motion(),  # calm: the plate has to cover the frame
        float(rng.uniform(0.003, 0.02)) if rng.random() < 0.4 else 0.0,
        float(rng.choice([0, 0.5, 1])),
        draw_light(rng),
        int(rng.integers(2**31)),
        draw_drift(rng, frames),
        draw_drift(rng, frames),
    )


def _figure(rng: np.random.Generator, frames: int, people: int) -> Figure:
    least, most = (0.3, 1.2) if people == 1 else (0.08, 1.2 if people < 4 else 0.9)
    height = float(np.exp(rng.uniform(np.log(least), np.log(most))))
    bottom = rng.uniform(min(1.0, max(height, 0.5)), 1 + 0.4 * height)
    return Figure(
        rng.random(),
        rng.random(),
        height,
        (float(rng.uniform(0.12, 0.88)), float(bottom)),
        bool(rng.random() < 0.5),
        draw_motion(rng, frames, 1.0) if rng.random() < 0.85 else Motion(),
        float(rng.uniform(0.002, 0.012)) if rng.random() < 0.15 else 0.0,
        bool(rng.random() < 0.5),
        int(rng.integers(2**31)),
    )


def _arranged(rng: np.random.Generator, figures: list[Figure], size: tuple[int, int]) -> list[Figure]:
    """Two of several may cross or hug; the others stand where they stand, over each other or not."""
    if len(figures) < 2 or (kind := rng.random()) > 0.7:
        return figures
    first, second, *others = figures
    pair = _crossing(rng, first, second) if kind < 0.35 else _hugging(rng, first, second, size)
    return [*pair, *others]


def _crossing(rng: np.random.Generator, first: Figure, second: Figure) -> tuple[Figure, Figure]:
    """They pass each other, as far as the frames allow."""
    x = float(rng.uniform(0.3, 0.7))
    far = max(0.02, abs(first.motion.shift[0]))
    there = replace(first.motion, shift=(far, first.motion.shift[1]))
    back = replace(there, shift=(-far, second.motion.shift[1]))
    return replace(first, at=(x, first.at[1]), motion=there), replace(second, at=(x, second.at[1]), motion=back)


def _hugging(rng: np.random.Generator, first: Figure, second: Figure, size: tuple[int, int]) -> tuple[Figure, Figure]:
    """Of like size, side by side and into each other, moving as one."""
    apart = float(rng.uniform(0.08, 0.25)) * first.height * size[0] / size[1]
    x = first.at[0] + (apart if first.at[0] < 0.5 else -apart)
    height = float(np.clip(first.height * rng.uniform(0.85, 1.1), 0.08, 1.2))
    return first, replace(second, height=height, at=(x, first.at[1]), motion=first.motion, defocus=first.defocus)


def _in_depth(rng: np.random.Generator, figures: list[Figure]) -> list[Figure]:
    """Nearest first: as a rule whoever stands lower in the frame."""
    if rng.random() < 0.2:
        return [figures[place] for place in rng.permutation(len(figures))]
    return sorted(figures, key=lambda figure: -figure.at[1])
