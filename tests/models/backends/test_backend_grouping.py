"""People told apart by their centres, and a mask given to those who are known in it."""

import numpy as np
import pytest

from models.backends.grouping import TellsApart, grouped, spread
from models.backends.pose import MeanOfFour, PoseNets
from models.backends.selfie import Selfie
from models.training.truth import centres


def test_true_centres_and_ways_give_everybody_back():
    people = np.zeros((1, 80, 120), np.uint8)
    people[0, 10:70, 10:40], people[0, 20:70, 36:60], people[0, 30:60, 80:110] = 1, 2, 3
    truth = centres(people)
    cells = grouped(truth.heat[0], truth.offset[0])
    inside = people[0, 2::4, 2::4]
    for person in (1, 2, 3):
        (number,) = np.unique(cells[inside == person])
        assert (cells[inside > 0] == number).sum() == (inside == person).sum()


def test_without_a_centre_nobody_is_told_apart():
    assert not grouped(np.full((6, 8), 0.05, np.float32), np.zeros((2, 6, 8), np.float32)).any()


def test_of_neighbouring_centres_the_hottest_counts():
    heat = np.zeros((20, 30), np.float32)
    heat[10, 5], heat[10, 7], heat[10, 20] = 0.8, 0.9, 0.3
    assert set(np.unique(grouped(heat, np.zeros((2, 20, 30), np.float32)))) == {1, 2}


def test_the_mask_is_given_to_the_nearest_who_is_known_in_it():
    numbers, mask = np.zeros((20, 60), np.uint8), np.zeros((20, 60), bool)
    mask[5:15, 5:35] = True
    numbers[8:12, 8:12], numbers[8:12, 30:50] = 1, 2
    got = spread(numbers, mask)
    assert (got[10, 6], got[10, 18], got[10, 24], got[10, 40]) == (1, 1, 2, 0)
    np.testing.assert_array_equal(got > 0, mask)
    mask[5:15, 50:58] = True  # somebody of whom nothing is known
    numbers[:, 36:] = 0
    assert spread(numbers, mask)[10, 55] == 3
    np.testing.assert_array_equal(spread(np.zeros_like(numbers), mask), mask.astype(np.uint8))


@pytest.mark.parametrize("size", [(60, 90), (30, 20)])
def test_the_mean_of_four_tells_apart_those_in_its_mask(size):
    segmenter = MeanOfFour(PoseNets(), Selfie())
    image = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    assert isinstance(segmenter, TellsApart)
    numbers = spread(segmenter.instances(image), segmenter.person_probability(image) >= 0.5)
    np.testing.assert_array_equal(numbers > 0, segmenter.person_probability(image) >= 0.5)
