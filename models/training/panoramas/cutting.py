"""Views out of panoramas, as a camera sees them, turned and exposed by chance."""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

SIDE = 384  # pixels of a plate
_ACROSS = (55, 110)  # degrees that a plate shows
_TILT = 15  # degrees up or down
_LIT = (0.25, 0.8)  # what the middle brightness of a view becomes, of 1, before the gamma
_GAMMA = 2.2
_BRIGHTEST = 16  # times the middle brightness


class PanoramaError(ValueError):
    """A file that is no panorama. The message says why, and what to give."""


def read_panorama(file: Path) -> np.ndarray:
    """(H, 2 H, 3) float32 RGB, light from 0 up. Raises PanoramaError."""
    try:
        with av.open(str(file)) as container:
            frame = next(container.decode(video=0))
    except (OSError, av.FFmpegError, StopIteration) as error:
        raise PanoramaError(f"{file} cannot be read: {error}. Give .exr, .png or .jpg") from error
    light = _light(frame)
    if light.shape[1] != 2 * light.shape[0]:
        raise PanoramaError(f"{file} is {light.shape[1]}x{light.shape[0]}: a panorama is twice as wide as high")
    return light


def _light(frame: av.VideoFrame) -> np.ndarray:
    """PyAV gives no arrays of half precision, of which most panoramas are: their planes are green, blue, red."""
    if frame.format.name != "gbrpf16le":
        return np.asarray((frame.to_ndarray(format="rgb24") / np.float32(255)) ** np.float32(_GAMMA), np.float32)
    rows = [
        np.frombuffer(memoryview(plane), np.float16).reshape(frame.height, -1)[:, : frame.width]
        for plane in frame.planes
    ]
    return np.stack([rows[2], rows[0], rows[1]], 2).astype(np.float32).clip(0, None)


def view(panorama: np.ndarray, turn: float, tilt: float, across: float, side: int = SIDE) -> np.ndarray:
    """(side, side, 3) float32: what a camera sees that is turned so many degrees to the right and tilted up, and shows
    `across` degrees from edge to edge."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    middle = (side - 1) / 2
    ahead = middle / np.tan(np.radians(across) / 2)
    right, up = columns - middle, middle - rows
    up, ahead = _turned(up, np.full_like(up, ahead), np.radians(tilt))
    longitude = np.arctan2(right, ahead) + np.radians(turn)
    latitude = np.arctan2(up, np.hypot(right, ahead))
    height, width = panorama.shape[:2]
    x = ((longitude / (2 * np.pi) + 0.5) % 1 * width).astype(np.float32)
    y = ((0.5 - latitude / np.pi) * height - 0.5).astype(np.float32)
    # One column more on the right: there the panorama begins again.
    round_about = cv2.copyMakeBorder(panorama, 0, 0, 0, 1, cv2.BORDER_WRAP)
    return cv2.remap(round_about, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _turned(up: np.ndarray, ahead: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    return up * np.cos(angle) + ahead * np.sin(angle), ahead * np.cos(angle) - up * np.sin(angle)


def exposed(light: np.ndarray, level: float) -> np.ndarray:
    """uint8 of `light`, its middle brightness at `level` of 1; what is brighter than 1 is white."""
    middle = max(float(np.median(light.mean(2))), 1e-6)
    return ((light * np.float32(level**_GAMMA / middle)).clip(0, 1) ** (1 / _GAMMA) * 255).round().astype(np.uint8)


def plates_of(panorama: np.ndarray, count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """So many plates (SIDE, SIDE, 3) uint8 RGB, all round."""
    # Lamps are a thousand times as bright as walls: in proportion they would shine over half of a picture.
    lit = np.minimum(panorama, np.float32(_BRIGHTEST * np.median(panorama)))
    for turn in np.arange(count) * 360 / count + rng.uniform(0, 360):
        seen = view(lit, float(turn), float(rng.uniform(-_TILT, _TILT)), float(rng.uniform(*_ACROSS)))
        yield exposed(seen, float(rng.uniform(*_LIT)))
