"""Subtitles burnt into the picture: glyphs of strokes, so that no font is needed."""

import cv2
import numpy as np

_FINE = 4  # drawn so many times larger


def draw_subtitle(size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Premultiplied ink (H, W, 4) float32, 0 to 255 and 0 to 1, and the void round it (H, W) bool."""
    height, width = size
    glyph = max(4, round(height * float(rng.uniform(0.035, 0.07))))
    count = int(rng.integers(4, max(5, int(0.9 * width / (1.15 * glyph)))))
    left = (width - count * 1.15 * glyph) / 2
    top = height * float(rng.uniform(0.84, 0.93)) - glyph / 2
    strokes = np.zeros((height * _FINE, width * _FINE), np.uint8)
    for number in range(count):
        _glyph(strokes, (left + number * 1.15 * glyph) * _FINE, top * _FINE, glyph * _FINE, rng)
    return _inked(strokes, size, glyph, rng)


def _glyph(onto: np.ndarray, left: float, top: float, side: float, rng: np.random.Generator) -> None:
    """A few strokes down, across and aslant, as of a Chinese character."""
    thick = max(1, round(side / 11))
    for _ in range(int(rng.integers(4, 9))):
        x, y, far = rng.random(), rng.random(), rng.uniform(0.4, 1)
        ends = [((0, y), (1, y)), ((x, 0), (x, 1)), ((x, 0), (x * 0.3, far)), ((0, y), (far, y))]
        start, end = ends[rng.integers(len(ends))]
        points = [(round(left + side * px), round(top + side * py)) for px, py in (start, end)]
        cv2.line(onto, points[0], points[1], 255, thick)


def _inked(
    strokes: np.ndarray, size: tuple[int, int], glyph: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    extent = size[1], size[0]
    around = cv2.dilate(strokes, np.ones((2 * _FINE + 1,) * 2, np.uint8))
    planes = (cv2.resize(plane, extent, interpolation=cv2.INTER_AREA) for plane in (strokes, around))
    share, rim = (plane / np.float32(255) for plane in planes)
    colour = np.array([255, 255, rng.choice([255, 120])], np.float32)
    ink = np.concatenate([share[..., None] * colour, np.maximum(share, 0.8 * rim)[..., None]], axis=2)
    return ink, cv2.dilate((rim > 0).astype(np.uint8), np.ones((glyph // 2 + 1,) * 2, np.uint8)) > 0
