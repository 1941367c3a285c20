"""A shot out of nothing: patterned people who walk over patterned ground, and a network that half knows them."""

import cv2
import numpy as np

SIZE = (192, 256)
_DYES = {5: np.uint8([180, 0, 0]), 6: np.uint8([0, 180, 0])}  # of people, by seed


def pattern(seed, height, width, coarse=8):
    """(height, width, 3) uint8: something that flow can hold on to."""
    rng = np.random.default_rng(seed)
    small = rng.integers(40, 215, (height // coarse + 1, width // coarse + 1, 3), np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def walking(frames, *people, size=SIZE):
    """Pictures, and a mask (T, H, W) bool of each person: (x, step, seed), the first in front."""
    ground = pattern(99, *size) // 4 + np.uint8([0, 0, 150])
    pictures, masks = [], [[] for _ in people]
    for frame in range(frames):
        picture, hidden = ground.copy(), np.zeros(size, bool)
        shapes = [_shape(x + step * frame, size) for x, step, _ in people]
        for (x, step, seed), shape in reversed(list(zip(people, shapes, strict=True))):
            dressed = np.roll(pattern(seed, *size) // 4 + _DYES[seed], round(x + step * frame), axis=1)
            picture[shape] = dressed[shape]
        for found, shape in zip(masks, shapes, strict=True):
            found.append(shape & ~hidden)
            hidden |= shape
        pictures.append(picture)
    return pictures, [np.stack(found) for found in masks]


def _shape(x, size):
    plane = np.zeros(size, np.uint8)
    cv2.ellipse(plane, (round(x), round(0.62 * size[0])), (26, 64), 0, 0, 360, 1, -1)
    cv2.circle(plane, (round(x), round(0.22 * size[0])), 18, 1, -1)
    return plane > 0


class Knows:
    """A network that knows of each picture what it was told, and errs as it was told to."""

    name, version, licence = "knows", "1", "Apache-2.0"

    def __init__(self, pictures, planes):
        self._known = {picture.tobytes(): plane for picture, plane in zip(pictures, planes, strict=True)}

    def person_probability(self, image):
        return self._known[image.tobytes()]

    def opinions(self, image):
        return self.person_probability(image)[None]


def headless(masks, sure=0.9):
    """What a network says that misses every head: (T, H, W) float32."""
    planes = np.where(masks, np.float32(sure), np.float32(1 - sure))
    planes[:, : round(0.3 * masks.shape[1])] = 1 - sure
    return planes


def overlap(one, other):
    return (one & other).sum() / max(1, (one | other).sum())
