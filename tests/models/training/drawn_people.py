"""A data set out of nothing: people as ellipses with soft edges and a hat, who walk over speckled ground."""

from functools import cache

import cv2
import numpy as np

from models.training.samples import Sample

_LARGE = 4  # drawn so many times as large, for soft edges


def opened(samples, path):
    """As `models.training.opening` calls it."""
    return draw


def without_truth(samples, path):
    """The same as a data set of plain masks has it: no alpha, no instances, no parts, no colours."""

    def plain(seed, index, frames, size):
        one = draw(seed, index, frames, size)
        return Sample(one.picture, (one.person >= 0.5).astype(np.float32), False, one.void, None, None, None, None)

    return plain


def eight(samples, path):
    """Eight samples alone, to be learned by heart."""
    return cache(lambda seed, index, frames, size: draw(seed, index % 8, frames, size))


def torn(samples, path):
    """Its files are broken."""

    def none(seed, index, frames, size):
        raise OSError("people.png cannot be read")

    return none


def draw(seed, index, frames, size):
    rng = np.random.default_rng([seed, index])
    ground = cv2.resize(rng.integers(0, 140, (8, 8, 3), np.uint8), (size, size), interpolation=cv2.INTER_CUBIC)
    people = [_person(rng, size, number) for number in range(index % 4 if index % 4 < 3 else 1)]
    planes = [_frame(ground, people, frame, size) for frame in range(frames)]
    picture, person, instances, parts, colours = (np.stack(plane) for plane in zip(*planes, strict=True))
    void = np.zeros(person.shape, bool)
    void[:, -4:, :8] = index % 2 == 1
    return Sample(picture, person, True, void, instances, parts, colours, None)


def _person(rng, size, number):
    place = np.array([(0.3 + 0.4 * number) * size, 0.55 * size]) + rng.uniform(-0.06, 0.06, 2) * size
    colour = np.array([200, 50 + 90 * number, int(rng.integers(30, 200))], np.float32)
    return place, rng.uniform(-1, 1, 2) * size / 64, colour


def _frame(ground, people, frame, size):
    picture, colours = ground.astype(np.float32), np.zeros((size, size, 3), np.float32)
    person, parts = np.zeros((size, size), np.float32), np.zeros((size, size), np.uint8)
    instances = np.zeros((size, size), np.uint8)
    for number, (place, speed, colour) in enumerate(people, 1):
        body, hat = _alphas(place + frame * speed, size)
        alpha = np.maximum(body, hat)
        picture = picture * (1 - alpha[..., None]) + colour * alpha[..., None]
        colours[alpha > 0] = colour
        person = np.maximum(person * (1 - alpha), 0) + alpha
        instances[alpha >= 0.5] = number
        parts[alpha >= 0.5] = np.where(hat >= 0.5, 3, 1)[alpha >= 0.5]
    return picture.round().astype(np.uint8), person.clip(0, 1), instances, parts, colours.round().astype(np.uint8)


def _alphas(place, size):
    def alpha(centre, axes):
        large = np.zeros((size * _LARGE, size * _LARGE), np.float32)
        points = tuple(int(round(value * _LARGE)) for value in centre), tuple(int(axis * _LARGE) for axis in axes)
        cv2.ellipse(large, *points, 0, 0, 360, 1, -1)
        return cv2.resize(large, (size, size), interpolation=cv2.INTER_AREA)

    return alpha(place, (size * 0.13, size * 0.3)), alpha(place - [0, size * 0.3], (size * 0.1, size * 0.06))
