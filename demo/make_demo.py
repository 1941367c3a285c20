"""Makes demo/court.webm: our own rendered people over backgrounds drawn here.

    python demo/make_demo.py RENDERED OUT.webm

RENDERED is a folder of rendered clips (``train/clips/NAME/rgba/NNNNN.png``, straight RGBA, 512×288). Each clip is
played forwards and back, so 24 pictures make a shot of 46 frames. Nothing here comes from anybody else's footage.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "platform"))

from koutu.samples.video import make_clip  # noqa: E402 - the project is a source root, not installed

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDTH, HEIGHT, OVER = 512, 288, 2
PAN = 64
# A clip, the place behind it, and how far the camera pans in pixels.
SHOTS = [("c06001", "garden", 40), ("c05004", "hall", -30), ("c06005", "gate", 24), ("c06004", "night", -16)]
PALETTES: dict[str, dict[str, Colour]] = {
    "garden": {"far": (206, 219, 222), "near": (150, 170, 160), "wall": (222, 214, 198), "wood": (92, 58, 46)},
    "hall": {"far": (60, 38, 30), "near": (96, 60, 42), "wall": (128, 84, 54), "wood": (120, 30, 26)},
    "gate": {"far": (188, 196, 206), "near": (140, 132, 122), "wall": (148, 44, 36), "wood": (70, 34, 28)},
    "night": {"far": (18, 24, 44), "near": (26, 32, 50), "wall": (44, 50, 74), "wood": (36, 26, 30)},
}


def noise(shape: tuple[int, int], rng: np.random.Generator, octaves: int = 6) -> NDArray[np.float32]:
    """Return smooth noise of several scales, float32 of ``shape``, -1 … 1."""
    total = np.zeros(shape, np.float32)
    for octave in range(1, octaves + 1):
        cells = rng.random((2**octave, 2**octave), dtype=np.float32) - 0.5
        total += cv2.resize(cells, shape[::-1], interpolation=cv2.INTER_CUBIC) / octave
    return total / float(np.abs(total).max())


def place(name: str, rng: np.random.Generator) -> Picture:
    """Draw a place, RGB uint8 (HEIGHT, WIDTH + 2 PAN, 3)."""
    wide, high = (WIDTH + 2 * PAN) * OVER, HEIGHT * OVER
    colours = PALETTES[name]
    fall = np.linspace(0, 1, high, dtype=np.float32)[:, None, None]
    image = np.broadcast_to(
        np.array(colours["far"]) * (1 - fall) + np.array(colours["near"]) * fall, (high, wide, 3)
    ).astype(np.uint8)
    image = np.ascontiguousarray(image)
    {"garden": garden, "hall": hall, "gate": gate, "night": night}[name](image, colours, rng)
    floor(image, colours["near"], round(high * 0.84))
    grain = 1 + 0.09 * noise((high, wide), rng)[..., None]
    image = np.clip(image * grain, 0, 255).astype(np.uint8)
    # People stand in front of the focus: the place is a little soft.
    soft = cv2.GaussianBlur(image, (0, 0), 2.4)
    return cv2.resize(soft, (wide // OVER, high // OVER), interpolation=cv2.INTER_AREA)


def floor(image: Picture, colour: Colour, top: int) -> None:
    """Paint flagstones that run to a vanishing point."""
    high, wide = image.shape[:2]
    cv2.rectangle(image, (0, top), (wide, high), shade(colour, 0.8), -1)
    for x in range(-wide, 2 * wide, 90):
        cv2.line(image, (wide // 2 + (x - wide // 2) // 2, top), (x, high), shade(colour, 0.6), 2)
    for step in range(1, 5):
        y = top + round((high - top) * (step / 5) ** 1.7)
        cv2.line(image, (0, y), (wide, y), shade(colour, 0.6), 2)


def garden(image: Picture, colours: dict[str, Colour], rng: np.random.Generator) -> None:
    """Misty hills, a white wall with a moon gate, bamboo."""
    high, wide = image.shape[:2]
    for depth in range(3):
        ridge = noise((1, wide), rng, 5)[0] * high * 0.08 + high * (0.3 + 0.1 * depth)
        for x in range(wide):
            cv2.line(image, (x, int(ridge[x])), (x, high), shade(colours["far"], 0.92 - 0.13 * depth), 1)
    wall(image, colours["wall"], round(high * 0.45), colours["wood"])
    cv2.circle(image, (wide // 3, round(high * 0.68)), round(high * 0.2), (150, 176, 150), -1)
    cv2.circle(image, (wide // 3, round(high * 0.68)), round(high * 0.2), shade(colours["wood"], 1.2), 10)
    for x in rng.integers(0, wide, 16):
        top, lean = int(rng.integers(0, high // 3)), int(rng.integers(-40, 40))
        green = (60 + int(rng.integers(0, 50)), 110 + int(rng.integers(0, 50)), 60)
        cv2.line(image, (int(x), high), (int(x) + lean, top), green, int(rng.integers(5, 13)))
        for _ in range(10):
            y = int(rng.integers(top, max(top + 2, high // 2)))
            centre = (int(x) + int(rng.integers(-50, 50)), y)
            cv2.ellipse(image, centre, (26, 5), float(rng.uniform(0, 180)), 0, 360, shade(green, 0.85), -1)


def hall(image: Picture, colours: dict[str, Colour], rng: np.random.Generator) -> None:
    """A hall with a lit lattice, red columns and lanterns."""
    high, wide = image.shape[:2]
    for left in range(40, wide, 330):
        lattice(image, (left, round(high * 0.16)), (left + 240, round(high * 0.8)), (232, 190, 120), colours["wood"])
    columns(image, range(0, wide + 1, 330), colours["wood"])
    cv2.rectangle(image, (0, 0), (wide, round(high * 0.1)), shade(colours["wood"], 0.7), -1)
    lanterns(image, [(int(x), round(high * 0.17)) for x in rng.integers(60, wide - 60, 4)])


def gate(image: Picture, colours: dict[str, Colour], rng: np.random.Generator) -> None:
    """A palace gate: red wall, studded doors, eaves."""
    high, wide = image.shape[:2]
    wall(image, colours["wall"], round(high * 0.22), colours["wood"])
    left, right = wide // 2 - 210, wide // 2 + 210
    cv2.rectangle(image, (left, round(high * 0.32)), (right, high), (96, 22, 22), -1)
    for row in range(7):
        for x in range(left + 30, right, 45):
            cv2.circle(image, (x, round(high * 0.36) + row * 42), 9, (206, 164, 70), -1)
    columns(image, (left - 26, wide // 2, right + 26), (84, 20, 20))
    for x in rng.integers(0, wide, 5):
        cv2.circle(image, (int(x), round(high * 0.06)), int(rng.integers(20, 60)), (206, 210, 216), -1)


def night(image: Picture, colours: dict[str, Colour], rng: np.random.Generator) -> None:
    """A courtyard by night: lit windows, a moon, lanterns."""
    high, wide = image.shape[:2]
    cv2.circle(image, (round(wide * 0.8), round(high * 0.14)), 34, (222, 222, 204), -1)
    wall(image, colours["wall"], round(high * 0.34), colours["wood"])
    for left in range(70, wide, 420):
        lattice(image, (left, round(high * 0.44)), (left + 210, round(high * 0.72)), (226, 158, 74), colours["wood"])
    lanterns(image, [(int(x), round(high * 0.36)) for x in rng.integers(40, wide - 40, 5)])


def wall(image: Picture, colour: Colour, top: int, roof: Colour) -> None:
    """Paint a wall with a tiled eave along its top."""
    wide = image.shape[1]
    cv2.rectangle(image, (0, top), (wide, image.shape[0]), colour, -1)
    cv2.rectangle(image, (0, top - 30), (wide, top + 16), shade(roof, 1.1), -1)
    for x in range(0, wide, 26):
        cv2.ellipse(image, (x + 13, top + 16), (13, 11), 0, 0, 180, shade(roof, 0.7), -1)


def columns(image: Picture, places: range | tuple[int, ...], colour: Colour) -> None:
    """Paint round columns, lit from the left."""
    for x in places:
        for offset in range(-26, 27, 2):
            light = 0.55 + 0.65 * max(0.0, 1 - abs(offset + 10) / 30)
            cv2.line(image, (x + offset, 0), (x + offset, image.shape[0]), shade(colour, light), 2)


def lattice(image: Picture, corner: tuple[int, int], other: tuple[int, int], light: Colour, wood: Colour) -> None:
    """Paint a paper window behind a lattice."""
    cv2.rectangle(image, corner, other, light, -1)
    for x in range(corner[0], other[0] + 1, 30):
        cv2.line(image, (x, corner[1]), (x, other[1]), wood, 6)
    for y in range(corner[1], other[1] + 1, 36):
        cv2.line(image, (corner[0], y), (other[0], y), wood, 6)
    cv2.rectangle(image, corner, other, shade(wood, 0.8), 14)


def lanterns(image: Picture, places: list[tuple[int, int]]) -> None:
    """Hang red lanterns with a glow."""
    glow = np.zeros(image.shape, np.float32)
    for centre in places:
        cv2.circle(glow, centre, 70, (90.0, 50.0, 24.0), -1)
    image[:] = np.clip(image + cv2.GaussianBlur(glow, (0, 0), 36), 0, 255).astype(np.uint8)
    for x, y in places:
        cv2.line(image, (x, 0), (x, y), (40, 24, 20), 3)
        cv2.ellipse(image, (x, y), (30, 36), 0, 0, 360, (206, 52, 34), -1)
        cv2.ellipse(image, (x, y), (12, 34), 0, 0, 360, (244, 130, 70), -1)
        cv2.line(image, (x, y + 36), (x, y + 70), (206, 160, 60), 4)


def shade(colour: Colour, factor: float) -> Colour:
    """Return a lighter or darker colour."""
    red, green, blue = (min(255, round(value * factor)) for value in colour)
    return red, green, blue


def shot(rendered: Path, name: str, where: str, pan: int, rng: np.random.Generator) -> Iterator[Picture]:
    """Yield the frames of one shot: people over their place, the camera panning by ``pan`` pixels."""
    files = sorted((rendered / "train" / "clips" / name / "rgba").glob("*.png"))
    order = files + files[-2:0:-1]
    back = place(where, rng)
    for index, file in enumerate(order):
        rgba = cv2.cvtColor(cv2.imread(str(file), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA).astype(np.float32)
        alpha = rgba[..., 3:] / 255
        shift = PAN + pan * (index / (len(order) - 1) - 0.5)
        moved = cv2.warpAffine(back, np.array([[1, 0, -shift], [0, 1, 0]], np.float32), (WIDTH, HEIGHT))
        film = moved * (1 - alpha) + rgba[..., :3] * alpha + rng.normal(0, 1.5, (HEIGHT, WIDTH, 1))
        yield np.clip(film, 0, 255).astype(np.uint8)


def main(rendered: str, out: str) -> None:
    """Write the demo clip."""
    rng = np.random.default_rng(2024)
    images = (image for name, where, pan in SHOTS for image in shot(Path(rendered), name, where, pan, rng))
    make_clip(
        Path(out),
        images=images,
        fps=Fraction(24),
        matrix="bt601",
        options={"deadline": "good", "cpu-used": "2", "crf": "26", "b": "0"},
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
