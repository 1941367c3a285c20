"""Painted surfaces of rooms, seen straight on: floors, walls with doors, windows, pictures, curtains and shelves."""

from collections.abc import Callable

import cv2
import numpy as np

SIDE = 256  # pixels
Colour = tuple[float, float, float]
_HUES = ((10, 40), (20, 50), (0, 360))  # degrees: wood and earth, cloth and plaster, anything


def colour(rng: np.random.Generator, light: bool = False) -> Colour:
    """Mostly the warm colours of wood, earth and cloth, which skin has too."""
    hue = rng.uniform(*_HUES[int(rng.integers(len(_HUES)))]) % 360
    value = rng.uniform(0.5, 1) if light else rng.uniform(0.1, 0.95)
    hsv = np.array([[[hue, rng.beta(1.3, 2.2), value]]], np.float32)
    red, green, blue = (255 * cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0]).tolist()
    return red, green, blue


def varied(base: Colour, rng: np.random.Generator, by: float = 0.2) -> Colour:
    """The same, lighter or darker by so much, channel by channel."""
    red, green, blue = (np.array(base) * rng.uniform(1 - by, 1 + by)).clip(0, 255).tolist()
    return red, green, blue


def plain(base: Colour, rng: np.random.Generator) -> np.ndarray:
    """A surface of plaster, with stains."""
    surface = np.full((SIDE, SIDE, 3), base, np.float32)
    grid = rng.standard_normal((int(rng.integers(3, 40)),) * 2).astype(np.float32)
    stains = cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(surface * (1 + np.float32(rng.uniform(0, 0.12)) * stains[..., None]), np.float32)


def floor(rng: np.random.Generator) -> np.ndarray:
    """Planks, tiles, a carpet, or plain."""
    surface, kind, base = plain(colour(rng), rng), rng.random(), colour(rng)
    if kind < 0.4:
        _planks(surface, base, rng)
    elif kind < 0.65:
        _tiles(surface, base, rng)
    elif kind < 0.85:
        edge = int(rng.integers(10, 90))
        cv2.rectangle(surface, (edge, edge // 2), (SIDE - edge, SIDE), base, -1)
        _pattern(surface[edge // 2 :, edge : SIDE - edge], rng)
    return surface


def _planks(surface: np.ndarray, base: Colour, rng: np.random.Generator) -> None:
    """Boards along the room, each of its own tone, with grain and butts."""
    wide = int(rng.integers(6, 40))
    grain = cv2.resize(rng.standard_normal((6, SIDE)).astype(np.float32), (SIDE, SIDE))
    for left in range(0, SIDE, wide):
        for top in range(-int(rng.integers(0, 120)), SIDE, 120):
            cv2.rectangle(surface, (left, top), (left + wide - 1, top + 119), varied(base, rng, 0.15), -1)
    surface *= 1 + np.float32(rng.uniform(0, 0.08)) * grain[..., None]
    surface[:, ::wide] *= np.float32(rng.uniform(0.4, 0.9))


def _tiles(surface: np.ndarray, base: Colour, rng: np.random.Generator) -> None:
    wide, other = int(rng.integers(10, 50)), varied(base, rng, 0.5)
    for top in range(0, SIDE, wide):
        for left in range(0, SIDE, wide):
            ink = base if (top + left) // wide % 2 else other
            cv2.rectangle(surface, (left, top), (left + wide - 2, top + wide - 2), varied(ink, rng, 0.05), -1)


def _pattern(surface: np.ndarray, rng: np.random.Generator) -> None:
    """Wallpaper, carpets and clothes: stripes or medallions, over and over."""
    step, ink = int(rng.integers(6, 40)), colour(rng)
    for left in range(0, surface.shape[1], step):
        if rng.random() < 0.15:
            continue
        for top in range(0, surface.shape[0], step):
            centre = (left + step // 2, top + step // 2)
            cv2.ellipse(surface, centre, (step // 3, max(1, step // 4)), step * 9, 0, 360, ink, -1, cv2.LINE_AA)


def wall(base: Colour, rng: np.random.Generator) -> np.ndarray:
    """A wall, and what is in it and on it."""
    surface, kind = plain(base, rng), rng.random()
    if kind < 0.15:
        _planks(surface, base, rng)
    elif kind < 0.3:
        _pattern(surface, rng)
    elif kind < 0.4:
        surface[int(rng.uniform(0.5, 0.8) * SIDE) :] = varied(base, rng, 0.5)
    for _ in range(int(rng.integers(0, 6))):
        wide, tall = int(rng.integers(16, 90)), int(rng.integers(30, 190))
        left, top = int(rng.integers(0, SIDE - wide)), int(rng.integers(0, SIDE - tall))
        fixture = _FIXTURES[int(rng.integers(len(_FIXTURES)))]
        fixture(surface[SIDE - tall if fixture is _door else top :, left : left + wide][:tall], rng)
    return surface


def _framed(place: np.ndarray, ink: Colour, inner: Colour, thick: int) -> np.ndarray:
    """Filled with `inner` within a frame of `ink`; the inside."""
    place[:] = ink
    inside = place[thick : max(thick + 1, place.shape[0] - thick), thick : max(thick + 1, place.shape[1] - thick)]
    inside[:] = inner
    return inside


def _door(place: np.ndarray, rng: np.random.Generator) -> None:
    """With panels and a knob."""
    base = colour(rng)
    inside = _framed(place, varied(base, rng, 0.4), base, int(rng.integers(2, 7)))
    height, width = inside.shape[:2]
    for row in range(int(rng.integers(0, 4))):
        top = 6 + row * height // 3
        cv2.rectangle(inside, (width // 6, top), (width * 5 // 6, top + height // 4), varied(base, rng, 0.3), 2)
    cv2.circle(inside, (width * 7 // 8, height // 2), 2, colour(rng, light=True), -1)


def _window(place: np.ndarray, rng: np.random.Generator) -> None:
    """Bright or dark panes behind bars: also the paper windows and carved screens of old houses."""
    inside = _framed(place, colour(rng), colour(rng, light=bool(rng.random() < 0.7)), int(rng.integers(2, 6)))
    ink, across, down = colour(rng), int(rng.integers(5, 40)), int(rng.integers(5, 50))
    thick = int(rng.integers(1, 4))
    for left in range(across, inside.shape[1], across):
        inside[:, left : left + thick] = ink
    for top in range(down, inside.shape[0], down):
        inside[top : top + thick] = ink


def _picture(place: np.ndarray, rng: np.random.Generator) -> None:
    """A poster, a painting or a hanging scroll: patches in a frame."""
    inside = _framed(place, colour(rng), colour(rng), int(rng.integers(1, 6)))
    for _ in range(int(rng.integers(1, 7))):
        centre = int(rng.integers(inside.shape[1])), int(rng.integers(inside.shape[0]))
        axes = int(rng.integers(2, 4 + inside.shape[1] // 2)), int(rng.integers(2, 4 + inside.shape[0] // 3))
        cv2.ellipse(inside, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour(rng), -1, cv2.LINE_AA)


def curtain(place: np.ndarray, rng: np.random.Generator) -> None:
    """Cloth in folds, as robes fall."""
    place[:] = colour(rng)
    if rng.random() < 0.3:
        _pattern(place, rng)
    folds = np.cumsum(rng.uniform(0.1, 0.9, place.shape[1]))
    place *= (1 + np.float32(rng.uniform(0.1, 0.4)) * np.sin(folds))[None, :, None].astype(np.float32)


def _shelves(place: np.ndarray, rng: np.random.Generator) -> None:
    """Boards with books and jars on them."""
    inside = _framed(place, colour(rng), colour(rng), 2)
    step = int(rng.integers(14, 40))
    for bottom in range(step, inside.shape[0] + step, step):
        left = 0
        while left < inside.shape[1]:
            wide = int(rng.integers(2, 12))
            top = bottom - int(rng.uniform(0.3, 0.95) * step)
            cv2.rectangle(inside, (left, top), (left + wide, bottom - 2), colour(rng), -1)
            left += wide + int(rng.integers(0, 6))


_FIXTURES: tuple[Callable[[np.ndarray, np.random.Generator], None], ...] = (
    _door, _window, _window, _picture, curtain, _shelves,
)  # fmt: skip
