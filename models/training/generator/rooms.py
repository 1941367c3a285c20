"""Painted rooms in perspective: floors, walls, furniture, pillars, drapes and lamps.

Without them a network that learned from streets takes what indoors is tall, warm or patterned for people.
"""

from collections.abc import Callable

import cv2
import numpy as np

from .surfaces import SIDE, colour, curtain, floor, plain, varied, wall

_AROUND = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])  # corners, clockwise from the upper left


def paint_room(side: int, rng: np.random.Generator) -> np.ndarray:
    """(side, side, 3) float32 RGB, 0 to 255: a corridor, a hall or a corner, as vanishing point and back wall fall."""
    at, half = rng.uniform((0.1, 0.25), (0.9, 0.65)), rng.uniform((0.12, 0.1), (0.6, 0.45))
    back, near = (at + _AROUND * half) * side, (at + _AROUND * half * 4 / half[0]) * side
    room, base = np.zeros((side, side, 3), np.float32), colour(rng)
    _seen(room, plain(colour(rng, light=True), rng), np.array([near[0], near[1], back[1], back[0]]))
    _seen(room, wall(varied(base, rng), rng), np.array([back[1], near[1], near[2], back[2]]))
    _seen(room, wall(varied(base, rng), rng), np.array([near[0], back[0], back[3], near[3]]))
    _seen(room, wall(varied(base, rng), rng), back)
    _seen(room, floor(rng), np.array([back[3], back[2], near[2], near[3]]))
    for _ in range(int(rng.integers(0, 6))):
        _THINGS[int(rng.integers(len(_THINGS)))](room, rng, float(at[1]))
    return _lit(room, rng)


def _seen(room: np.ndarray, surface: np.ndarray, corners: np.ndarray) -> None:
    """`surface` into the quadrangle of `corners` (4, 2) as x, y, clockwise from its upper left."""
    ends = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    how = cv2.getPerspectiveTransform(ends, corners.astype(np.float32))
    warped = cv2.warpPerspective(surface, how, room.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros(room.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, (corners * 16).astype(np.int32), 1, shift=4)
    room[inside > 0] = warped[inside > 0]


def _foot(room: np.ndarray, rng: np.random.Generator, horizon: float) -> tuple[int, int, float]:
    """Where on the floor something stands, and how large it is seen there: what is lower is nearer."""
    low = float(rng.uniform(min(0.95, horizon + 0.1), 1.25))
    return int(rng.uniform(-0.05, 1.05) * room.shape[1]), int(low * room.shape[0]), (low - horizon) * room.shape[0]


def _box(room: np.ndarray, rng: np.random.Generator, horizon: float) -> None:
    """A chest, a table or a bed: a front and a top, with light of its own on each."""
    x, y, scale = _foot(room, rng, horizon)
    wide, tall, deep = (scale * rng.uniform((0.2, 0.15, 0.05), (1.4, 0.9, 0.35))).astype(int).tolist()
    base, lean = colour(rng), int(rng.integers(-deep - 1, deep + 1))
    top = np.array([[x, y], [x + wide, y], [x + wide + lean, y - deep], [x + lean, y - deep]])
    cv2.fillConvexPoly(room, top - (0, tall), varied(base, rng, 0.5), cv2.LINE_AA)
    if rng.random() < 0.4:  # on legs
        for leg in (x, x + wide - wide // 10):
            cv2.rectangle(room, (leg, y - tall), (leg + wide // 10, y), base, -1)
        tall, y = tall // 4, y - tall + tall // 4
    cv2.rectangle(room, (x, y - tall), (x + wide, y), base, -1)
    if rng.random() < 0.5:
        drawer = (x + wide // 10, y - tall * 4 // 5), (x + wide * 9 // 10, y - tall // 5)
        cv2.rectangle(room, *drawer, varied(base, rng, 0.4), 2)


def _post(room: np.ndarray, rng: np.random.Generator, horizon: float) -> None:
    """A pillar, round by its shading: upright and as wide as somebody far away."""
    x, y, scale = _foot(room, rng, horizon)
    wide = max(3, int(scale * rng.uniform(0.04, 0.35)))
    base = np.array(colour(rng), np.float32)
    left, right = max(0, x), min(room.shape[1], x + wide)
    top = 0 if rng.random() < 0.7 else max(0, y - int(1.5 * scale))
    if left < right:
        round_about = np.sin(np.pi * (np.arange(left, right) - x + 0.5) / wide)
        room[top : max(top, y), left:right] = base * (0.35 + 0.65 * round_about[None, :, None]).astype(np.float32)


def _vessel(room: np.ndarray, rng: np.random.Generator, horizon: float) -> None:
    """A vase, a lamp, a bust or a bundle: ellipses on top of each other, as a head is on shoulders."""
    x, y, scale = _foot(room, rng, horizon)
    size, base = max(6.0, scale * rng.uniform(0.2, 0.8)), colour(rng)
    for _ in range(int(rng.integers(1, 5))):
        wide, tall = (size * rng.uniform((0.15, 0.1), (0.45, 0.4))).astype(int).tolist()
        cv2.ellipse(room, (x, y - tall), (wide, tall), 0, 0, 360, varied(base, rng, 0.35), -1, cv2.LINE_AA)
        y -= int(1.7 * tall)
        base = base if rng.random() < 0.6 else colour(rng)


def _drape(room: np.ndarray, rng: np.random.Generator, horizon: float) -> None:
    """Cloth that hangs free, or a coat on a hook."""
    x, y, scale = _foot(room, rng, horizon)
    wide, tall = (scale * rng.uniform((0.15, 0.4), (0.6, 1.2))).astype(int).tolist()
    top, left = max(0, y - tall), max(0, x)
    curtain(room[top : max(top, y), left : x + max(0, wide)], rng)


_THINGS: tuple[Callable[[np.ndarray, np.random.Generator, float], None], ...] = (_box, _box, _post, _vessel, _drape)


def _lit(room: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lamps and windows light a part of the room; far corners stay dark."""
    side = room.shape[0]
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32) / side
    light = np.full((side, side), rng.uniform(0.35, 1), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        x, y, wide = rng.uniform(0, 1), rng.uniform(-0.1, 0.8), rng.uniform(0.15, 0.9)
        light += np.float32(rng.uniform(0.1, 0.7)) * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / wide**2)
    tint = rng.uniform(0.85, 1.15, 3).astype(np.float32)
    return np.asarray(np.clip(room * light[..., None] * tint, 0, 255), np.float32)
