"""Koutu-S tells apart the people that it finds, and looks again at those who are small."""

import numpy as np
import pytest

from models.backends import closer
from models.backends.grouping import TellsApart, spread
from models.backends.koutu import LONGEST, KoutuPeople
from models.checkpoints import Card
from models.networks.config import PRESETS
from models.views import whole


@pytest.fixture(scope="module")
def segmenter():
    from models.networks.koutu_s import KoutuS

    return KoutuPeople(KoutuS(PRESETS["koutu-s-tiny"]).eval(), Card("koutu-s", "1", "Apache-2.0"))


def test_koutu_s_knows_whose_every_pixel_would_be(segmenter):
    image = np.random.default_rng(0).integers(0, 256, (70, 101, 3)).astype(np.uint8)
    assert isinstance(segmenter, TellsApart)
    numbers = segmenter.instances(image)
    assert (numbers.shape, numbers.dtype) == ((70, 101), np.uint8)
    mask = segmenter.person_probability(image) >= 0.5
    np.testing.assert_array_equal(spread(numbers, mask) > 0, mask)


def found(first, *boxes):
    """People on the canvas of a first look, given in pixels of the frame."""
    mask = np.zeros((first.height, first.width), bool)
    for left, top, right, bottom in (np.array(box) * first.width // first.right for box in boxes):
        mask[top:bottom, left:right] = True
    return mask


def test_who_is_small_is_looked_at_again_from_near_by_and_who_is_large_is_not():
    first = whole(1080, 1920, LONGEST)
    large, small = (600, 90, 1000, 1080), (1500, 600, 1560, 780)
    (near,) = closer.windows(found(first, large, small), first)
    assert near.left <= 1500 - 30 < 1560 + 30 <= near.right
    assert near.top <= 600 - 30 < 780 + 30 <= near.bottom
    assert near.height / (near.bottom - near.top) > 2 * first.height / 1080
    assert closer.windows(found(first, (0, 0, 3, 3)), first) == []
    assert closer.windows(found(first), first) == []


def test_a_small_frame_has_nothing_more_to_see():
    first = whole(288, 512, LONGEST)
    assert closer.windows(found(first, (300, 100, 330, 190)), first) == []


def test_a_crowd_costs_no_more_than_eight_looks():
    first = whole(1080, 1920, LONGEST)
    people = [(90 + 150 * place, 400, 150 + 150 * place, 550 + 10 * place) for place in range(12)]
    near = closer.windows(found(first, *people), first)
    assert len(near) == 8
    assert near[0].left > near[-1].left, "the largest first"


def test_the_close_answer_counts_inside_and_fades_towards_the_first_one():
    first = whole(1080, 1920, LONGEST)
    (near,) = closer.windows(found(first, (1500, 900, 1560, 1080)), first)
    everywhere = np.zeros((1080, 1920), np.float32)
    closer.join(everywhere, near, np.ones((near.bottom - near.top, near.right - near.left), np.float32))
    assert everywhere[1000, 1530] == 1
    assert everywhere[1079, 1530] == 1, "no fading towards the frame's own border"
    assert 0 < everywhere[near.top, 1530] < 0.1
    everywhere[near.top : near.bottom, near.left : near.right] = 0
    assert not everywhere.any()


class Knows:
    """A back end that finds one small person, where there is noise."""

    def person_probability(self, image):
        plane = np.full(image.shape[:2], 0.1, np.float32)
        plane[100:280, 1200:1260] = 0.9
        return plane


def noise():
    return np.random.default_rng(1).integers(0, 256, (720, 1280, 3)).astype(np.uint8)


def test_a_window_as_high_as_the_frame_fades_to_its_sides_alone():
    first = whole(432, 768, LONGEST)
    (near,) = closer.windows(found(first, (300, 75, 420, 345)), first)
    assert (near.top, near.bottom) == (0, 432)
    everywhere = np.zeros((432, 768), np.float32)
    closer.join(everywhere, near, np.ones((432, near.right - near.left), np.float32))
    middle = (near.left + near.right) // 2
    assert (everywhere[:, middle] == 1).all()
    assert (everywhere[:, near.left] < 0.1).all()


def test_before_any_training_two_looks_answer_what_was_thought_before(segmenter):
    image = noise()
    mends = KoutuPeople(segmenter.network, segmenter.card, Knows())
    assert len(closer.windows(Knows().person_probability(image)[::2, ::2] > 0.5, whole(720, 1280, 640))) == 1
    differ = np.abs(mends.person_probability(image) - Knows().person_probability(image)) > 0.02
    rows, columns = np.nonzero(differ)
    beside = [np.abs(rows - edge) for edge in (100, 280)] + [np.abs(columns - edge) for edge in (1200, 1260)]
    assert (np.min(beside, axis=0) <= 4).all()
