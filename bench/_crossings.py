"""Shots in which people meet: they cross, hug, hide behind one another, leave and come back; with everybody's truth.

Rendered people are laid over plates without anybody. The bench takes the validation part; whoever works on identity
takes the training part and other seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from models.evaluate.rendered import empty_frames
from models.training.generator.reading import Split, footage, rendered
from models.training.generator.sources import Cutout, Memory, Performer

SIZE, FRAMES = (216, 384), 48
SHOWN = 0.5  # alpha from which a pixel is somebody's
_TIMES = np.linspace(0, 1, FRAMES)

Way = np.ndarray  # where somebody's middle is on each frame, (T,) float64 in shares of the width


@dataclass(frozen=True)
class Meeting:
    """One shot: pictures (T, H, W, 3) uint8 RGB, and who is seen where, (T, H, W) uint8 from 1, 0 nobody."""

    name: str
    kind: str
    images: np.ndarray
    people: np.ndarray


@dataclass(frozen=True)
class Cast:
    """Who may play, and before what: plates (H, W, 3) uint8 RGB that hold nobody."""

    people: Sequence[Performer]
    plates: Sequence[np.ndarray]


@lru_cache(maxsize=1)
def cast_of(samples: Path, part: Split) -> Cast:
    """Rendered people of a part, one a picture and cut off at most below, still and walking.

    Kept: finding the plates takes as long as following a shot.
    """
    memory, home = Memory(512), samples / "rendered"
    everybody: list[Performer] = [*rendered(home, part, memory), *footage(home, part, memory)]
    alone = [one for one in everybody if one.people == 1 and one.cut <= {"below"}]
    return Cast(alone, empty_frames(samples))


def meeting(seed: int, cast: Cast) -> Meeting:
    """The shot of a seed: kinds in turn, every third with one more who stands about."""
    rng = np.random.default_rng(seed)
    kind = list(KINDS)[seed % len(KINDS)]
    paths = KINDS[kind](rng)
    if seed // len(KINDS) % 3 == 2:
        paths.append(_still(rng.choice([0.08, 0.92])))
    rng.shuffle(paths)  # who comes first is nearest
    tall = rng.uniform(0.5, 0.85)
    chosen = rng.choice(len(cast.people), len(paths), replace=False)
    layers = [_layer(cast.people[one], path, tall, rng) for one, path in zip(chosen, paths, strict=True)]
    plate = _plate(cast.plates[int(rng.integers(len(cast.plates)))], rng)
    light = 1 + rng.uniform(-0.35, 0.2) * np.sin(np.pi * _TIMES * rng.uniform(0.3, 2))
    images, people = np.empty((FRAMES, *SIZE, 3), np.uint8), np.zeros((FRAMES, *SIZE), np.uint8)
    for frame in range(FRAMES):
        picture, people[frame] = _laid(plate[frame], [layer[frame] for layer in layers])
        grain = rng.normal(0, 3, picture.shape).astype(np.float32)
        images[frame] = np.clip(picture * np.float32(light[frame]) + grain, 0, 255)
    return Meeting(f"{kind} {seed}", kind, images, people)


def _still(at: float) -> Way:
    return np.full(FRAMES, at)


def _cross(rng: np.random.Generator) -> list[Way]:
    half = rng.uniform(0.2, 0.35)
    return [0.5 - half + 2 * half * _TIMES, 0.5 + half - 2 * half * _eased(_TIMES)]


def _hug_and_part(rng: np.random.Generator) -> list[Way]:
    """Into one another's arms, and each back to her own side."""
    half, near = rng.uniform(0.2, 0.3), rng.uniform(0.01, 0.04)
    apart = near + (half - near) * np.abs(np.clip(3 * (2 * _TIMES - 1), -3, 3) / 3) ** 2
    return [0.5 - apart, 0.5 + apart]


def _hug_and_pass(rng: np.random.Generator) -> list[Way]:
    """They stand together for a while, and each goes on where she was going."""
    half, along = rng.uniform(0.2, 0.3), (2 * _TIMES - 1) ** 3
    return [0.5 + half * along, 0.5 - half * along]


def _behind(rng: np.random.Generator) -> list[Way]:
    """One stands, another goes past, or stays hidden for a while, or comes out where she went in."""
    along = {0: 2 * _TIMES - 1, 1: (2 * _TIMES - 1) ** 3, 2: (2 * _TIMES - 1) ** 2}[int(rng.integers(3))]
    return [_still(0.5), 0.5 + float(rng.choice([-1, 1])) * rng.uniform(0.25, 0.35) * along]


def _leave_and_return(rng: np.random.Generator) -> list[Way]:
    """One goes out of the picture past another, and comes back, by the same side or the other."""
    side = float(rng.choice([-1, 1]))
    out = 0.25 + 1.2 * np.sin(np.pi * _TIMES)
    if rng.random() < 0.5:
        back = np.where(_TIMES > 0.5, 0.25 - 1.2 * np.sin(np.pi * _TIMES), out)
        out = np.where(out > 1.3, out, back)
    return [_still(0.5 + side * rng.uniform(-0.05, 0.15)), 0.5 + side * (out - 0.5)]


def _both_leave(rng: np.random.Generator) -> list[Way]:
    """They cross, leave by opposite sides, and come back, each by the side where the other went as often as not."""
    far = rng.uniform(1.0, 1.2)
    one, other = 0.35 + far * np.sin(np.pi * _TIMES), 0.65 - far * np.sin(np.pi * _TIMES)
    if rng.random() < 0.5:
        return [np.where(_TIMES > 0.5, 1 - one, one), np.where(_TIMES > 0.5, 1 - other, other)]
    return [one, other]


KINDS: dict[str, Callable[[np.random.Generator], list[Way]]] = {
    "cross": _cross, "hug and part": _hug_and_part, "hug and pass": _hug_and_pass, "behind": _behind,
    "leave and return": _leave_and_return, "both leave": _both_leave,
}  # fmt: skip


def _eased(times: np.ndarray) -> np.ndarray:
    return times * times * (3 - 2 * times)


def _layer(performer: Performer, path: Way, tall: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Somebody on every frame, (H, W, 4) float32 premultiplied, who bobs, leans and grows a little as people do."""
    shown = performer.shown(FRAMES, rng)
    shown = shown * FRAMES if len(shown) == 1 else shown
    high = tall * rng.uniform(0.85, 1.15)
    below = 1.02 if "below" in performer.cut else min(1.0, 0.5 + high / 2 + rng.uniform(0, 0.15))
    mirrored, phase, steps = rng.random() < 0.5, rng.uniform(0, 6), rng.uniform(1, 4)
    growth = 1 + rng.uniform(-0.15, 0.15) * _TIMES
    waves = np.sin(2 * np.pi * steps * _TIMES + phase)
    return [
        _placed(one, path[at], below + 0.008 * abs(waves[at]), high * growth[at], 0.04 * waves[at], mirrored)
        for at, one in enumerate(shown)
    ]


def _placed(one: Cutout, x: float, below: float, high: float, lean: float, mirrored: bool) -> np.ndarray:
    rgba = one.premultiplied()
    tall, wide = rgba.shape[:2]
    scale = high * SIZE[0] / tall
    if scale < 0.6:  # or single hairs would flicker
        smaller = max(1, round(wide * scale)), max(1, round(tall * scale))
        rgba = cv2.resize(rgba, smaller, interpolation=cv2.INTER_AREA)
        tall, wide, scale = *rgba.shape[:2], 1.0
    flip = -1 if mirrored else 1
    left = x * SIZE[1] - flip * scale * wide / 2 - lean * scale * tall / 2
    matrix = np.array([[flip * scale, lean * scale, left], [0, scale, below * SIZE[0] - scale * tall]])
    return cv2.warpAffine(rgba, matrix, SIZE[::-1], flags=cv2.INTER_LINEAR)


def _plate(plate: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """The plate on every frame, under a camera that drifts, (H, W, 3) float32."""
    fill = 1.1 * max(SIZE[0] / plate.shape[0], SIZE[1] / plate.shape[1])
    large = cv2.resize(plate, None, fx=fill, fy=fill, interpolation=cv2.INTER_AREA).astype(np.float32)
    room = large.shape[1] - SIZE[1]
    lefts = np.clip(room / 2 + rng.uniform(-0.5, 0.5) * room * (_TIMES - 0.5), 0, room).round().astype(int)
    top = (large.shape[0] - SIZE[0]) // 2
    return [large[top : top + SIZE[0], left : left + SIZE[1]] for left in lefts.tolist()]


def _laid(picture: np.ndarray, layers: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Over the plate, the first in front: the picture, and who shows."""
    people = np.zeros(SIZE, np.uint8)
    for number, rgba in reversed(list(enumerate(layers, 1))):
        picture = picture * (1 - rgba[..., 3:]) + rgba[..., :3]
        people[rgba[..., 3] >= SHOWN] = number
    return picture, people
