"""Drawn people over drawn backgrounds, with their true alpha. Deterministic: the same seed, the same pixels."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

# Everything is drawn this much larger and shrunk by area: that is where soft edges and thin hair come from.
_OVER = 3
_STRANDS = 70
_PALETTE = {
    "skin": ((190, 140, 110), (240, 190, 160)),
    "robe": ((40, 40, 40), (220, 220, 220)),
    "sash": ((60, 60, 60), (240, 240, 240)),
    "sleeve": ((40, 40, 40), (220, 220, 220)),
    "hair": ((10, 10, 10), (60, 45, 40)),
}


@dataclass(frozen=True)
class Drawn:
    """One drawn frame: ``image`` RGB uint8 (height, width, 3); one visible alpha uint8 (height, width) a person."""

    image: NDArray[np.uint8]
    alphas: list[NDArray[np.uint8]]

    @property
    def mask(self) -> NDArray[np.uint8]:
        """Everybody together as 0/255: alpha of at least one half."""
        total = np.zeros(self.image.shape[:2], np.uint16)
        for alpha in self.alphas:
            total += alpha
        return np.where(total >= 128, 255, 0).astype(np.uint8)


@dataclass(frozen=True)
class Person:
    """How one figure looks and moves. Lengths are shares of its height; phase in radians, pace in steps a frame."""

    height: float
    start: float
    speed: float
    phase: float
    pace: float
    colours: dict[str, tuple[int, int, int]] = field(hash=False)
    hair: NDArray[np.float32] = field(hash=False)


def draw_shots(shots: list[tuple[int, int]], size: tuple[int, int], seed: int = 0) -> Iterator[Drawn]:
    """Draw a film: for each (frames, people) one shot with its own background, light and figures.

    ``size`` is (width, height) in pixels. Shots differ in background, so every change of shot is a hard cut.
    """
    for number, (count, people) in enumerate(shots):
        yield from draw_shot(count, people, size, seed * 1000 + number)


def draw_shot(count: int, people: int, size: tuple[int, int], seed: int) -> Iterator[Drawn]:
    """Draw ``count`` frames of one shot with ``people`` figures who walk, swing their arms and cross."""
    rng = np.random.default_rng(seed)
    width, height = size
    plate = background((width + width // 4, height), rng)
    figures = [_person(rng, place, people) for place in range(people)]
    for index in range(count):
        # The camera pans slowly, so a still background cannot be mistaken for the truth.
        shift = round((width // 4) * (0.5 + 0.4 * math.sin(index / 40 + seed)))
        yield _compose(plate[:, shift : shift + width], [(p, index) for p in figures])


def background(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw a textured background, RGB uint8: noise of several scales between two colours, and some beams."""
    width, height = size
    texture = np.zeros((height, width), np.float32)
    for octave in range(1, 7):
        cells = rng.random((2**octave, 2**octave), dtype=np.float32)
        texture += cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC) / octave
    texture = (texture - texture.min()) / float(np.ptp(texture))
    dark, bright = rng.integers(10, 110, 3), rng.integers(110, 245, 3)
    image = (dark + (bright - dark) * texture[..., None]).astype(np.uint8)
    for _ in range(rng.integers(3, 9)):
        x, wide = int(rng.integers(0, width)), int(rng.integers(width // 60 + 1, width // 12 + 2))
        colour = rng.integers(20, 230, 3).tolist()
        cv2.rectangle(image, (x, int(rng.integers(0, height // 2))), (x + wide, height), colour, -1)
    return cv2.GaussianBlur(image, (0, 0), 0.8)


def _person(rng: np.random.Generator, place: int, people: int) -> Person:
    colours = {name: tuple(rng.integers(low, high).tolist()) for name, (low, high) in _PALETTE.items()}
    strands = rng.normal(0, 1, (_STRANDS, 3)).astype(np.float32)
    return Person(
        height=0.78 + 0.08 * float(rng.random()),
        start=(place + 1) / (people + 1),
        speed=float(rng.uniform(-0.004, 0.004)),
        phase=float(rng.uniform(0, 2 * math.pi)),
        pace=float(rng.uniform(0.18, 0.3)),
        colours=colours,
        hair=strands,
    )


def _compose(plate: NDArray[np.uint8], people: list[tuple[Person, int]]) -> Drawn:
    image = plate.astype(np.float32)
    alphas: list[NDArray[np.float32]] = []
    for person, index in people:
        colour, alpha = _draw_person(person, index, plate.shape[1], plate.shape[0])
        image += (colour - image) * alpha[..., None]
        alphas = [behind * (1 - alpha) for behind in alphas]
        alphas.append(alpha)
    return Drawn(
        np.clip(image + 0.5, 0, 255).astype(np.uint8), [np.round(alpha * 255).astype(np.uint8) for alpha in alphas]
    )


def _draw_person(
    person: Person, index: int, width: int, height: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return colour float32 (height, width, 3) and alpha float32 (height, width) in 0 … 1."""
    over = _Figure(person, index, width * _OVER, height * _OVER)
    over.draw()
    alpha = cv2.resize(over.alpha, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    carried = cv2.resize(over.colour.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    # Outside the figure its canvas is black: divide by the share that is painted.
    colour = carried / np.maximum(alpha, 1e-3)[..., None]
    return colour.astype(np.float32), alpha.astype(np.float32)


class _Figure:
    """One figure on its own large canvas."""

    def __init__(self, person: Person, index: int, width: int, height: int) -> None:
        self.person, self.colours = person, person.colours
        self.colour = np.zeros((height, width, 3), np.uint8)
        self.alpha = np.zeros((height, width), np.uint8)
        self.tall = person.height * height
        self.swing = math.sin(person.phase + person.pace * index)
        self.foot = ((person.start + person.speed * index) * width, height * 0.97)

    def draw(self) -> None:
        """Paint from back to front: hair behind, legs, far arm, robe, head, near arm."""
        self._hair()
        for side in (-1, 1):
            self._limb((0.05 * side, 0.42), (0.05 * side + 0.1 * side * self.swing, 0.02), 0.055, "robe")
        self._arm(-1)
        robe = [(-0.11, 0.8), (0.11, 0.8), (0.16, 0.16), (-0.16, 0.16)]
        self._shape(np.array([self._at(x, y) for x, y in robe]), "robe")
        self._limb((-0.1, 0.52), (0.1, 0.52), 0.05, "sash")
        self._limb((0, 0.8), (0, 0.88), 0.05, "skin")
        self._disc(0, 0.925, 0.062, "skin")
        self._disc(0, 0.968, 0.052, "hair")
        self._disc(0, 1.01, 0.03, "hair")
        self._arm(1)

    def _arm(self, side: int) -> None:
        elbow = (0.17 * side + 0.04 * self.swing, 0.62 + 0.03 * self.swing * side)
        hand = (0.22 * side + 0.09 * self.swing, 0.5 + 0.14 * self.swing * side)
        self._limb((0.09 * side, 0.77), elbow, 0.07, "sleeve")
        self._limb(elbow, hand, 0.06, "sleeve")
        self._disc(*hand, 0.028, "skin")

    def _hair(self) -> None:
        for across, lean, length in self.person.hair:
            root = (0.04 * float(np.tanh(across)), 0.96)
            bow = 0.05 * self.swing + 0.035 * float(lean)
            drop = 0.2 + 0.05 * float(abs(length))
            steps = np.linspace(0, 1, 12)
            line = [self._at(root[0] * (1 + s) + bow * s * s, root[1] - drop * s) for s in steps]
            points = np.round(np.array(line)).astype(np.int32)
            cv2.polylines(self.colour, [points], False, self.colours["hair"], 2)
            cv2.polylines(self.alpha, [points], False, 255, 2)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.foot[0] + x * self.tall, self.foot[1] - y * self.tall

    def _limb(self, start: tuple[float, float], end: tuple[float, float], thick: float, name: str) -> None:
        one, other = ([round(v) for v in self._at(*point)] for point in (start, end))
        wide = max(1, round(thick * self.tall))
        cv2.line(self.colour, one, other, self.colours[name], wide)
        cv2.line(self.alpha, one, other, 255, wide)

    def _disc(self, x: float, y: float, radius: float, name: str) -> None:
        centre = [round(v) for v in self._at(x, y)]
        cv2.circle(self.colour, centre, max(1, round(radius * self.tall)), self.colours[name], -1)
        cv2.circle(self.alpha, centre, max(1, round(radius * self.tall)), 255, -1)

    def _shape(self, points: NDArray[np.float64], name: str) -> None:
        corners = np.round(points).astype(np.int32)
        cv2.fillPoly(self.colour, [corners], self.colours[name])
        cv2.fillPoly(self.alpha, [corners], 255)
