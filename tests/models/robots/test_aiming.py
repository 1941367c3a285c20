"""A click lands where a person would click."""

import numpy as np

from models.robots.aiming import next_click
from tests.models.robots.drawn import SIZE, box

ALL = np.ones(SIZE, bool)


def test_a_click_is_in_the_middle_of_the_largest_error():
    truth, belief = box(5, 5, 11, 11) | box(30, 50, 3, 3), box(20, 30, 5, 5)
    click = next_click(belief, truth, ALL)
    assert (click.x, click.y, click.inside) == (10.5, 10.5, True)
    assert np.array_equal(click.error, box(5, 5, 11, 11))
    click = next_click(belief | truth, truth, ALL)
    assert (click.x, click.y, click.inside) == (32.5, 22.5, False)


def test_an_error_at_the_frames_edge_is_clicked_in_its_middle_too():
    click = next_click(~ALL, box(0, 0, 9, 9), ALL)
    assert (click.x, click.y) == (4.5, 4.5)


def test_where_nothing_is_wrong_or_judged_nobody_clicks():
    truth = box(5, 5, 11, 11)
    assert next_click(truth, truth, ALL) is None
    assert next_click(~ALL, truth, ~truth) is None
