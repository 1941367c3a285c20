"""Places along strokes, and which pixels bind."""

import numpy as np

from models.interaction.marks import INSIDE, OUTSIDE, SILENT, filled, marked, seeds
from models.interaction.reach import depths, reach_of
from models.interaction.words import Line, Point, Words, box, spaced


def test_a_stroke_is_places_at_most_so_far_apart_with_its_ends():
    places = spaced(Line([(0, 0), (10, 0), (10, 5)], True), 4)
    assert places[0].tolist() == [0, 0]
    assert places[-1].tolist() == [10, 5]
    assert np.hypot(*np.diff(places, axis=0).T).max() <= 4
    assert spaced(Line([(3, 4)], True), 4).tolist() == [[3, 4]]
    assert spaced(Line([(3, 4), (3, 4)], True), 4).tolist() == [[3, 4]]


def test_seeds_are_of_one_sign():
    words = Words(points=[Point(1, 2, True), Point(3, 4, False)], strokes=[Line([(5, 5), (5, 20)], False)])
    assert seeds(words, True).tolist() == [[1, 2]]
    assert seeds(words, False).tolist() == [[3, 4], [5, 5], [5, 12.5], [5, 20]]


def test_the_newest_word_counts_and_earlier_ones_only_where_the_mask_agrees():
    mask = np.zeros((20, 20), bool)
    mask[:, :10] = True
    words = Words(
        points=[Point(15.5, 5.5, True)],
        earlier=[Point(15.5, 5.5, False), Point(3.5, 15.5, False), Point(10.0, 15.5, True)],
    )
    marks = marked(words, mask)
    assert marks[5, 15] == INSIDE
    assert (marks[12:19, :8] == SILENT).all()
    assert marks[15, 9] == INSIDE
    assert marks[15, 10] == SILENT


def test_a_click_on_the_far_border_is_of_the_last_pixel():
    assert marked(Words(points=[Point(8, 6, False)]), np.ones((6, 8), bool))[5, 7] == OUTSIDE


def test_a_box_is_filled_with_its_pixels():
    region = filled(box(2, 3, 5, 6), (10, 10))
    assert region[3:6, 2:5].all()
    assert region.sum() <= 16


def test_reach_grows_with_how_deep_a_place_lies_in_what_it_contradicts():
    mask = np.zeros((200, 200), bool)
    mask[:, :100] = True
    places = np.array([[98.0, 50], [94, 150]])
    assert depths(mask, places, False).round().tolist() == [2, 6]
    reach = reach_of(mask, places, False)
    assert reach[50, 98 - 7]
    assert not reach[50, 98 - 15]
    assert reach[150, 94 - 18]
    assert not reach[150, 94 - 26]
    assert np.isinf(depths(mask, places, True)).sum() == 0
