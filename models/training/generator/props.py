"""Thin and see-through things that people wear and hold, drawn: strands, veils, bead strings, swords, fans.

Each is drawn four times larger than it is seen, so that its alpha is exact to a sixteenth of a pixel.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .sources import Part

FINE = 4
Point = tuple[float, float]


@dataclass(frozen=True)
class Prop:
    """Premultiplied (h, w, 4) float32, its part, and the point (x, y) in it by which it is worn or held."""

    rgba: np.ndarray
    part: Part
    anchor: Point
    on_head: bool


def draw_prop(kind: str, length: float, rng: np.random.Generator) -> Prop:
    """One of `PROPS` for a person `length` pixels high. Raises KeyError for another kind."""
    return _trimmed(PROPS[kind](max(8.0, length), rng))


def _trimmed(prop: Prop) -> Prop:
    """Without what is empty round it: most of a canvas is."""
    left, top, width, height = cv2.boundingRect((prop.rgba[..., 3] > 0).astype(np.uint8))
    if not width:
        return prop
    x, y = prop.anchor
    return replace(prop, rgba=prop.rgba[top : top + height, left : left + width].copy(), anchor=(x - left, y - top))


def _canvas(side: float) -> np.ndarray:
    return np.zeros((round(side) * FINE,) * 2, np.uint8)


def _points(points: np.ndarray) -> np.ndarray:
    """(N, 2) in pixels, as OpenCV draws them on the canvas with four bits of fraction."""
    return np.round(points * FINE * 16).astype(np.int32).reshape(-1, 1, 2)


def _made(coverage: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """From coverage on the canvas (4h, 4w) uint8 and one colour (3,), 0 to 255: premultiplied (h, w, 4)."""
    size = coverage.shape[1] // FINE, coverage.shape[0] // FINE
    alpha = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA) / np.float32(255)
    return cv2.merge([*(alpha * np.float32(colour) for colour in colours), alpha])


def _curve(start: np.ndarray, heading: float, length: float, rng: np.random.Generator, bend: float) -> np.ndarray:
    """(24, 2) points of a line that bends smoothly."""
    along = np.linspace(0, 1, 24)
    turns = heading + bend * np.cumsum(rng.normal(0, 1, 3)[:, None] * along ** np.array([[1], [2], [3]]), 0)[-1]
    steps = np.stack([np.cos(turns), np.sin(turns)], 1) * length / 23
    return start + np.concatenate([[(0, 0)], np.cumsum(steps[1:], 0)])


def _strands(length: float, rng: np.random.Generator) -> Prop:
    """Loose hair from one spot of the head, thinner and fainter to its ends."""
    side = 0.7 * length
    canvas, root = _canvas(side), np.array([side / 2, side * 0.3])
    heading = float(rng.uniform(0.1, np.pi - 0.1))
    for _ in range(int(rng.integers(4, 18))):
        start = root + rng.normal(0, 0.02 * length, 2)
        curve = _curve(start, heading + rng.normal(0, 0.35), float(rng.uniform(0.1, 0.4)) * length, rng, 0.6)
        _tapered(canvas, curve, float(rng.uniform(0.0015, 0.006)) * length)
    return Prop(_made(canvas, rng.uniform(5, 70) * rng.uniform(0.7, 1, 3)), Part.HAIR, tuple(root.tolist()), True)


def _tapered(canvas: np.ndarray, curve: np.ndarray, thick: float) -> None:
    for place in range(len(curve) - 1):
        left = 1 - place / len(curve)
        width = max(1, round(thick * FINE * left))
        ends = _points(curve[place : place + 2])
        drawn = canvas.dtype.type(255 * min(1, 0.35 + left))
        cv2.polylines(canvas, [ends], False, int(drawn), width, shift=4)


def _veil(length: float, rng: np.random.Generator) -> Prop:
    """A soft sheet that hangs from the head, seen through everywhere, in folds."""
    side = 0.8 * length
    top, down = 0.07 * length * rng.uniform(0.8, 1.5), side * rng.uniform(0.4, 0.85)
    left, right = side / 2 - rng.uniform(1.0, 2.5) * top, side / 2 + rng.uniform(1.0, 2.5) * top
    y = np.linspace(0.1 * side, down, 20)
    wave = 0.02 * length * np.sin(np.linspace(0, rng.uniform(3, 9), 20) + rng.uniform(0, 6))
    spread = np.linspace(0, 1, 20) ** 0.6
    west, east = side / 2 - top + (left - side / 2 + top) * spread, side / 2 + top + (right - side / 2 - top) * spread
    outline = np.concatenate([np.stack([west + wave, y], 1), np.stack([east + wave, y], 1)[::-1]])
    sheet = cv2.fillPoly(_canvas(side), [_points(outline)], 255, shift=4)
    x = np.arange(sheet.shape[1]) / sheet.shape[1]
    folds = rng.uniform(0.15, 0.55) + 0.15 * np.sin(x * rng.uniform(20, 70) + rng.uniform(0, 6))
    shaded = (cv2.GaussianBlur(sheet, (0, 0), FINE) * np.clip(folds, 0.08, 0.8)).astype(np.uint8)
    return Prop(_made(shaded, rng.uniform(110, 255, 3)), Part.VEIL, (side / 2, 0.12 * side), True)


def _beads(length: float, rng: np.random.Generator) -> Prop:
    """Strings of beads that hang side by side, with thread to be seen between them."""
    side = 0.4 * length
    canvas, radius = _canvas(side), float(rng.uniform(0.006, 0.014)) * length
    for x in side / 2 + np.arange(int(rng.integers(1, 6))) * 3.2 * radius:
        down = float(rng.uniform(0.5, 0.9)) * side
        cv2.polylines(canvas, [_points(np.array([[x, 2], [x, down]]))], False, 255, 1, shift=4)
        for y in np.arange(2 + radius, down, radius * rng.uniform(2.1, 3)):
            centre = _points(np.array([[x, y]]))[0, 0].tolist()
            cv2.circle(canvas, centre, round(radius * FINE * 16), 255, -1, shift=4)
    return Prop(_made(canvas, rng.uniform(60, 255, 3)), Part.PROP, (side / 2, 2.0), True)


def _sword(length: float, rng: np.random.Generator) -> Prop:
    """A blade, a guard and a hilt, held where guard and hilt meet."""
    side, reach, angle = 1.2 * length, float(rng.uniform(0.3, 0.5)) * length, float(rng.uniform(0, 2 * np.pi))
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    held, half = np.array([side / 2, side / 2]), max(0.4, float(rng.uniform(0.004, 0.009)) * length)
    blade = [held + across * half, held + along * reach + across * half * 0.7, held + along * (reach + 4 * half)]
    blade += [held + along * reach - across * half * 0.7, held - across * half]
    grip, guard = 0.1 * length * along, 4 * half * across
    metal, wood = _canvas(side), _canvas(side)
    cv2.fillPoly(metal, [_points(np.array(blade))], 255, shift=4)
    for start, end in ((held, held - grip), (held - guard, held + guard)):
        ends = _points(np.array([start, end]))
        cv2.polylines(wood, [ends], False, 255, max(1, round(2 * half * FINE)), shift=4)
    blade_seen, grip_seen = _made(metal, rng.uniform(90, 240) * np.ones(3)), _made(wood, rng.uniform(20, 150, 3))
    return Prop(blade_seen * (1 - grip_seen[..., 3:]) + grip_seen, Part.WEAPON, (side / 2, side / 2), False)


def _fan(length: float, rng: np.random.Generator) -> Prop:
    """Round gauze on a stick, or ribs that open with paper between them."""
    side, radius = 0.6 * length, float(rng.uniform(0.07, 0.13)) * length
    held, sheet, ribs = np.array([side / 2, side * 0.75]), _canvas(side), _canvas(side)
    middle, opened = float(rng.uniform(-2.2, -0.9)), float(rng.uniform(0.5, 1.2))
    if rng.random() < 0.5:
        centre = held + 2.1 * radius * np.array([np.cos(middle), np.sin(middle)])
        at = _points(centre[None])[0, 0].tolist()
        cv2.circle(sheet, at, round(radius * FINE * 16), int(rng.integers(90, 256)), -1, shift=4)
        tips = [centre]
    else:
        angles = np.linspace(middle - opened, middle + opened, 12)
        rim = held + 2 * radius * np.stack([np.cos(angles), np.sin(angles)], 1)
        cv2.fillPoly(sheet, [_points(np.concatenate([held[None], rim]))], int(rng.integers(150, 256)), shift=4)
        tips = list(rim)
    for tip in tips:
        cv2.polylines(ribs, [_points(np.array([held, tip]))], False, 255, max(1, round(0.005 * length * FINE)), shift=4)
    paper, wood = _made(sheet, rng.uniform(60, 255, 3)), _made(ribs, rng.uniform(20, 140, 3))
    return Prop(paper * (1 - wood[..., 3:]) + wood, Part.PROP, (side / 2, side * 0.75), False)


PROPS: dict[str, Callable[[float, np.random.Generator], Prop]] = {
    "strands": _strands,
    "veil": _veil,
    "beads": _beads,
    "sword": _sword,
    "fan": _fan,
}
