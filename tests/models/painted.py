"""Scenes of our own for the logic round the networks: people are red, doubtful things are dim red."""

import cv2
import numpy as np


class RedIsPerson:
    """A segmenter that is right about these scenes: full red it is sure of, of dim red one of its views is."""

    name, version, licence = "red-is-person", "1", "Apache-2.0"

    def opinions(self, image):
        red = image[..., 0].astype(np.float32) / 255
        return np.stack([(red > 0.2).astype(np.float32), (red > 0.8).astype(np.float32)])

    def person_probability(self, image):
        return self.opinions(image).mean(axis=0)


def scene(people, size=(180, 320), noise=0):
    """A picture of ellipses (x, y, half width, half height, red) on grey-green, with some noise by seed."""
    image = np.full((*size, 3), (20, 90, 80), np.uint8)
    for x, y, wide, high, red in people:
        cv2.ellipse(image, (round(x), round(y)), (wide, high), 0, 0, 360, (red, 40, 40), -1)
    grain = np.random.default_rng(noise).integers(0, 12, image.shape)
    return (image + grain.astype(np.uint8)).astype(np.uint8)


def walk(frames, *starts_and_speeds, **options):
    """A shot of people who walk: each is (x at the start, pixels a frame)."""
    return [
        scene([(x + speed * t, 100, 18, 60, 230) for x, speed in starts_and_speeds], noise=t, **options)
        for t in range(frames)
    ]
