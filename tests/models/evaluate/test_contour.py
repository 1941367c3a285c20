"""Tight F where people and what is behind them have near colours, and elsewhere."""

import cv2
import numpy as np
import pytest

from models.evaluate.contour import NEAR, difference, near_and_far

SIZE = (120, 200)


def half_hidden():
    """A grey square before a plate that is nearly as grey on the left and black on the right."""
    image = np.zeros((*SIZE, 3), np.uint8)
    image[:, :100] = 128
    image[30:90, 60:140] = 140
    true = np.zeros(SIZE, bool)
    true[30:90, 60:140] = True
    return image, true, np.zeros(SIZE, bool)


def test_the_difference_is_that_of_both_sides():
    image, true, void = half_hidden()
    lab = cv2.cvtColor(np.float32([[[140 / 255] * 3, [128 / 255] * 3, [0] * 3]]), cv2.COLOR_RGB2LAB)[0]
    apart = difference(image, true, void)
    assert apart[60, 60] == pytest.approx(np.linalg.norm(lab[0] - lab[1]), abs=0.1)
    assert apart[60, 60] < NEAR
    assert apart[60, 139] == pytest.approx(np.linalg.norm(lab[0] - lab[2]), abs=0.1)
    assert np.isinf(apart[10, 10])


def test_each_kind_of_contour_has_its_own_errors():
    image, true, void = half_hidden()
    assert near_and_far(image, true, true, void, 2) == (1, 1)
    short = true.copy()
    short[:, :80] = False  # the side of near colours is lost
    near, far = near_and_far(image, true, short, void, 2)
    assert near < 0.7
    assert far > 0.95
    wide = true | np.roll(true, 12, axis=1)  # the other side is too wide
    near, far = near_and_far(image, true, wide, void, 2)
    assert near > 0.95
    assert far < 0.7


def test_both_kinds_together_are_the_whole_contour():
    """F of one kind alone is F of everything."""
    from models.metrics import boundary_accuracy

    image, true, void = half_hidden()
    image[~true] = 0
    found = np.roll(true, 3, axis=0)
    near, far = near_and_far(image, true, found, void, 2)
    assert np.isnan(near)
    assert far == pytest.approx(boundary_accuracy(true[None], found[None], 2.0)[0])


def test_void_and_the_edge_of_void_count_nowhere():
    image, true, void = half_hidden()
    void[:, :100] = True
    near, far = near_and_far(image, true, true, void, 2)
    assert np.isnan(near)
    assert far == 1


@pytest.mark.parametrize("found", [np.zeros(SIZE, bool), np.ones(SIZE, bool)])
def test_nothing_found_is_zero_and_nobody_there_is_nothing(found):
    image, true, void = half_hidden()
    assert near_and_far(image, true, found, void, 2) == (0, 0)
    assert np.isnan(near_and_far(image, np.zeros_like(true), found, void, 2)).all()
