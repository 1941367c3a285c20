"""What lenses, light, film and files do: before composition where truth has to follow, and after it where not."""

from dataclasses import dataclass

import cv2
import numpy as np

from .motion import PACES
from .subtitles import draw_subtitle


@dataclass(frozen=True)
class Light:
    """How people and plate meet: shares from 0 to 1, and the grade of both, a gain and an offset (0 to 255) a channel.

    `wrap`: the plate's light round edges; `spill`: its colour on people; `near`: its colours drawn to the people's.
    """

    wrap: float = 0.0
    spill: float = 0.0
    near: float = 0.0
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: float = 0.0


@dataclass(frozen=True)
class Drift:
    """How light and focus change over a shot: a `gain` a channel at its end, 1 at its start, and `defocus`, in frame
    heights, at both; at a pace of `motion.PACES`."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    defocus: tuple[float, float] = (0.0, 0.0)
    pace: str = "steady"

    def along(self, time: float) -> float:
        """From 0 to 1, at a time from 0 to 1."""
        return float(PACES[self.pace](np.array([time]))[0])

    def radius(self, time: float, height: int) -> float:
        """Of the disc of defocus in pixels."""
        first, last = self.defocus
        return height * (first + (last - first) * self.along(time))


@dataclass(frozen=True)
class Finish:
    """What is done to the composite: `grain` in levels, JPEG `quality` (0: none), a `subtitle` seed (0: none)."""

    grain: float = 0.0
    quality: int = 0
    subtitle: int = 0


def draw_light(rng: np.random.Generator) -> Light:
    """By chance, each look in some shots."""
    wrap, spill, near = (float(rng.uniform(0.1, 1)) if rng.random() < share else 0.0 for share in (0.3, 0.3, 0.3))
    gain = tuple((_exposure(rng) * rng.uniform(0.9, 1.08, 3)).tolist())
    return Light(0.7 * wrap, 0.25 * spill, 0.9 * near, gain, float(rng.uniform(0, 20)) * (rng.random() < 0.3))


def _exposure(rng: np.random.Generator) -> float:
    """A quarter of all shots are night, or a room without a lamp; a third somewhat brighter or darker than filmed."""
    kind = rng.random()
    if kind < 0.25:
        return float(np.exp(rng.uniform(np.log(0.1), np.log(0.5))))
    return float(rng.uniform(0.5, 1.05)) if kind < 0.6 else 1.0


def draw_finish(rng: np.random.Generator) -> Finish:
    """By chance, each in some clips; four in ten are as the camera saw them."""
    filed = rng.random() < 0.75
    return Finish(
        float(rng.uniform(1, 10)) if filed and rng.random() < 0.5 else 0.0,
        int(rng.integers(35, 96)) if filed and rng.random() < 0.6 else 0,
        int(rng.integers(1, 2**31)) if rng.random() < 0.15 else 0,
    )


def draw_drift(rng: np.random.Generator, frames: int) -> Drift:
    """By chance: a lamp or the sun in a third of all shots, a pulled focus in a sixth; none in shots without time."""
    gain = tuple((rng.uniform(0.55, 1.3) * rng.uniform(0.9, 1.1, 3)).tolist()) if rng.random() < 0.33 else (1.0,) * 3
    ends = (0.0, float(rng.uniform(0.004, 0.015))) if rng.random() < 0.16 else (0.0, 0.0)
    pace, back = str(rng.choice(sorted(PACES))), rng.random() < 0.5
    return Drift(gain, ends[::-1] if back else ends, pace) if frames > 2 else Drift()


def drifted(image: np.ndarray, drift: Drift, time: float, height: int) -> np.ndarray:
    """A plate (h, w, 3) or something premultiplied (h, w, 4), float32, as light and focus are at a time from 0 to 1."""
    if drift.gain != (1.0, 1.0, 1.0):
        image = _brightened(image, 1 + drift.along(time) * (np.array(drift.gain) - 1), 0.0)
    return defocused(image, drift.radius(time, height))


def graded(image: np.ndarray, light: Light) -> np.ndarray:
    """A plate (h, w, 3) or something premultiplied (h, w, 4), float32, after the grade."""
    return _brightened(image, np.array(light.gain), light.offset)


def _brightened(image: np.ndarray, gain: np.ndarray, offset: float) -> np.ndarray:
    """Each colour times its gain, plus the offset, at most white; as much of both as the alpha lets be seen."""
    change = np.zeros((image.shape[2], 5 if image.shape[2] == 4 else 4), np.float32)
    change[:3, :3] = np.diag(gain)
    change[:3, 3] = offset  # times alpha, or of a plate times 1
    if image.shape[2] == 3:
        return np.minimum(cv2.transform(image, change), np.float32(255))
    change[3, 3] = 1
    alpha = cv2.extractChannel(image, 3)
    white = alpha * np.float32(255)
    return np.minimum(cv2.transform(image, change), cv2.merge([white, white, white, alpha]))


def defocused(image: np.ndarray, radius: float) -> np.ndarray:
    """(h, w, C) float32 through a lens out of focus: a disc of `radius` pixels, below half a pixel nothing.

    What is premultiplied stays so, and grows by the disc only where there is room.
    """
    if radius < 0.5:
        return image
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return cv2.filter2D(image, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)


def spilt(rgba: np.ndarray, colour: np.ndarray, share: float) -> np.ndarray:
    """Premultiplied (h, w, 4) with the `colour` (3,) of its surroundings on it, most near the edge."""
    if not share:
        return rgba
    alpha = cv2.extractChannel(rgba, 3)
    edge = 1 - cv2.GaussianBlur(alpha, (0, 0), max(1.0, rgba.shape[0] / 60))
    weight = np.float32(share) * (np.float32(0.3) + np.float32(0.7) * edge)
    kept, light = 1 - weight, weight * alpha
    onto = cv2.merge([*(light * np.float32(channel) for channel in colour), np.zeros_like(alpha)])
    return cv2.add(cv2.multiply(rgba, cv2.merge([kept, kept, kept, np.ones_like(alpha)])), onto)


def wrapped(colours: np.ndarray, alpha: np.ndarray, plate: np.ndarray, strength: float) -> np.ndarray:
    """Premultiplied (H, W, 3) under `alpha` (H, W) with the light of the `plate` round its edges."""
    if not strength:
        return colours
    reach = max(1.0, alpha.shape[0] / 80)
    weight = np.float32(strength) * (1 - cv2.GaussianBlur(alpha, (0, 0), reach))
    light = cv2.GaussianBlur(plate, (0, 0), 2 * reach)
    return cv2.add(cv2.multiply(colours, in_colour(1 - weight)), cv2.multiply(light, in_colour(weight * alpha)))


def in_colour(plane: np.ndarray) -> np.ndarray:
    """A plane (h, w) three times over, (h, w, 3): OpenCV weighs colours by it several times faster than numpy."""
    return cv2.merge([plane, plane, plane])


def drawn_near(plate: np.ndarray, colours: np.ndarray, share: float) -> np.ndarray:
    """A plate (h, w, 3) float32 whose mean and spread are drawn to those of `colours` (N, 3)."""
    if not share or not len(colours):
        return plate
    mean, spread = (moment.ravel() for moment in cv2.meanStdDev(plate))
    scale = np.clip(colours.std(0) / (spread + 1), 0.3, 1.5)
    change = np.zeros((3, 4), np.float32)  # of every colour to the same distance from the people's mean, in part
    change[:, :3] = np.diag(1 + share * (scale - 1))
    change[:, 3] = share * (colours.mean(0) - scale * mean)
    return np.clip(cv2.transform(plate, change), np.float32(0), np.float32(255))


def finished(images: np.ndarray, finish: Finish, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Composites (T, H, W, 3) uint8 as a file shows them, and where nobody is judged (T, H, W) bool."""
    void = np.zeros(images.shape[:3], bool)
    if finish.subtitle:
        ink, void[:] = draw_subtitle(images.shape[1:3], np.random.default_rng(finish.subtitle))
        images = (images * (1 - ink[..., 3:]) + ink[..., :3]).round().astype(np.uint8)
    rng = np.random.default_rng([seed, 1])
    return np.stack([_filed(_grained(image, finish.grain, rng), finish.quality) for image in images]), void


def _grained(image: np.ndarray, levels: float, rng: np.random.Generator) -> np.ndarray:
    """Grey grain, a little of it coloured, somewhat larger than a pixel."""
    if not levels:
        return image
    grey = rng.standard_normal(image.shape[:2], np.float32)
    grain = cv2.GaussianBlur(grey, (0, 0), 0.6) * np.float32(1.8 * levels)
    few = rng.standard_normal((image.shape[0] // 2, image.shape[1] // 2, 3), np.float32)
    colour = cv2.resize(few, grain.shape[::-1])
    return np.clip(image + grain[..., None] + colour * np.float32(0.4 * levels), 0, 255).round().astype(np.uint8)


def _filed(image: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG and back."""
    if not quality:
        return image
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1]
