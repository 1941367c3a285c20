"""A robot sees what is wrong with a mask, and when it is good enough."""

import numpy as np
import pytest

from models.robots.truths import Truth
from tests.models.robots.drawn import SIZE, box, person


def test_a_mask_beside_the_truth():
    truth = Truth(box(10, 10, 40, 40))
    exact, half = truth.state(box(10, 10, 40, 40)), truth.state(box(10, 10, 40, 20))
    assert (exact.iou, exact.good) == (1.0, True)
    assert (half.iou, half.good) == (0.5, False)
    assert half.reached(0.5)
    assert not half.reached(0.51)
    assert not half.reached(None)


def test_a_missing_sword_is_seen_where_it_is_said_to_be_a_part():
    sword, body = box(0, 62, 2, 2), person()
    assert Truth(body | sword).state(body).good
    assert not Truth(body | sword, parts=[sword]).state(body).good
    assert Truth(body | sword, parts=[sword]).state(body | sword).good


def test_what_is_void_is_neither_missed_nor_added():
    void = box(0, 0, 96, 64)
    truth = Truth(box(10, 30, 40, 68), void=void)
    mask = box(10, 64, 40, 34) | box(60, 0, 20, 64)
    assert not truth.missed(mask).any()
    assert not truth.added(mask).any()
    assert truth.state(mask).good
    assert not Truth(box(10, 30, 40, 68)).state(mask).good


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mask": np.zeros(SIZE, np.uint8)}, "the truth is .* uint8: give one"),
        ({"mask": np.zeros((3, *SIZE), bool)}, "the truth is"),
        ({"mask": np.zeros((0, 4), bool)}, "the truth is"),
        ({"mask": [[True]]}, "the truth is list"),
        ({"mask": person(), "void": np.zeros((4, 4), bool)}, "void is .* and the truth"),
        ({"mask": person(), "parts": [person(), np.zeros((4, 4), bool)]}, "part 1 is"),
    ],
)
def test_no_truth_of_something_else(given, said):
    with pytest.raises(ValueError, match=said):
        Truth(**given)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="give both the same size"):
        Truth(person()).state(np.zeros((4, 4), bool))
