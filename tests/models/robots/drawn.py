"""People drawn for the robots, and networks that do as they are told."""

import cv2
import numpy as np

from models.robots.truths import Truth

SIZE = (96, 128)


def box(top, left, height, width, size=SIZE):
    mask = np.zeros(size, bool)
    mask[top : top + height, left : left + width] = True
    return mask


def disc(x, y, radius, size=SIZE):
    rows, columns = np.ogrid[0.5 : size[0], 0.5 : size[1]]
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def person(x=64.0, size=SIZE):
    """A head on a body, with a hole under the arm; `x` is the middle."""
    body = np.array([[x - 14, 90], [x - 18, 44], [x, 36], [x + 18, 44], [x + 14, 90]])
    drawn = np.zeros(size, np.uint8)
    cv2.fillPoly(drawn, [np.int32(np.round(body))], 1)
    return (drawn.astype(bool) | disc(x, 24, 13, size)) & ~disc(x - 8, 62, 5, size)


class Reveals:
    """A network that gets right what is within `reach` pixels of its last click, and keeps the rest of its mask."""

    def __init__(self, truth, reach=20.0):
        self.truth, self.reach, self.asked = truth, reach, []

    def __call__(self, image, prompt):
        self.asked.append(prompt)
        before = np.zeros(self.truth.shape, np.float32) if prompt.mask is None else prompt.mask.astype(np.float32)
        x, y = prompt.points[-1]
        near = disc(x, y, self.reach, self.truth.shape)
        # As it was told: a slip of the sign paints the wrong way.
        right = self.truth if prompt.labels[-1] else self.truth & before.astype(bool)
        return np.where(near, right, before).astype(np.float32)


class Obeys:
    """A network that gets right what is within `reach` pixels of a scribble, and keeps the rest of its mask."""

    def __init__(self, truth, reach=20.0):
        self.truth, self.reach, self.asked = truth, reach, []

    def __call__(self, drawn, mask):
        self.asked.append((drawn, mask))
        for x, y in np.concatenate([each.points for each in drawn]):
            mask = np.where(disc(x, y, self.reach, self.truth.shape), self.truth, mask)
        return mask.astype(np.float32)


def walk(frames=9, step=3):
    """Somebody who walks through, a Truth a frame."""
    return [Truth(person(30.0 + step * index)) for index in range(frames)]


def picture(truth):
    return np.zeros((*truth.shape, 3), np.uint8)
