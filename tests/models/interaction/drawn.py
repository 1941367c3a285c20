"""A person with a bag, drawn for those who say something about them."""

import cv2
import numpy as np

SIDE = 96


def scene(seed=0):
    """A person in red with a blue bag before green, noisy; (SIDE, SIDE, 3) uint8, and bool masks of both."""
    random = np.random.default_rng(seed)
    image = np.full((SIDE, SIDE, 3), (60, 130, 70), np.uint8)
    person, bag = (np.zeros((SIDE, SIDE), np.uint8) for _ in range(2))
    cv2.ellipse(person, (44, 50), (16, 34), 0, 0, 360, 1, -1)
    cv2.rectangle(bag, (58, 52), (76, 72), 1, -1)
    image[person > 0], image[bag > 0] = (190, 60, 50), (40, 60, 180)
    noise = random.integers(-12, 13, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), person > 0, bag > 0


def alpha(mask):
    return mask.astype(np.uint8) * np.uint8(255)


def pixel(place):
    """That a place lies in; the far border belongs to the last."""
    return min(int(place), SIDE - 1)
