"""Everybody in a shot: who came in together, who parted, who is known by what comes later."""

import cv2
import numpy as np
import pytest

from models import planes
from models.video.everybody import Everybody
from models.video.reunion import same
from tests.models.video.drawn_shot import overlap, walking


def told(pictures, masks):
    """Everybody, from regions of a network that does not tell people apart who touch."""
    everybody = Everybody()
    for index, picture in enumerate(pictures):
        count, labels = cv2.connectedComponents(np.any([mask[index] for mask in masks], axis=0).astype(np.uint8))
        everybody.add([labels == number for number in range(1, count)], [True] * (count - 1), picture)
    return everybody.people()


def found(people, mask, index):
    """The number of the one who is on `mask` on frame `index`, and how well they lie on one another."""
    shares = [
        (overlap(planes.decode(one.masks[index]) > 0, mask[index]), one.number) for one in people if index in one.masks
    ]
    return max(shares)[::-1]


@pytest.mark.parametrize("backwards", [False, True])
def test_two_who_are_one_region_at_first_are_told_apart_from_the_first_frame_on(backwards):
    """And two who end as one, by what was before."""
    pictures, masks = walking(30, (100, -2, 5), (140, 3, 6))
    order = slice(None, None, -1 if backwards else 1)
    pictures, masks = pictures[order], [mask[order] for mask in masks]
    people = told(pictures, masks)
    assert len(people) == 2
    for mask in masks:
        numbers, overlaps = zip(*(found(people, mask, index) for index in range(30)), strict=True)
        assert len(set(numbers)) == 1
        assert min(overlaps) > 0.6


def test_who_is_behind_somebody_when_the_shot_begins_is_there_hidden():
    pictures, masks = walking(40, (60, 0, 5), (60, 4, 6))
    first, second = (max(told(pictures, masks), key=lambda one: found([one], mask, 39)[1]) for mask in masks)
    assert min(second.masks) > 0
    assert 0 in second.hidden
    assert not first.hidden
    assert sorted(first.masks) == list(range(40))


def test_people_are_where_they_are_however_large_the_picture():
    pictures, masks = walking(8, (60, 2, 5), (200, -2, 6))
    large = [np.repeat(np.repeat(picture, 3, 0), 3, 1) for picture in pictures]
    people = told(large, [np.repeat(np.repeat(mask, 3, 1), 3, 2) for mask in masks])
    assert [one.is_one(8) for one in people] == [True, True]
    assert {planes.decode(one.masks[0]).shape for one in people} == {large[0].shape[:2]}


def test_nobody_in_a_shot_and_a_shot_without_frames():
    everybody = Everybody()
    assert everybody.people() == []
    everybody.add([], [], np.zeros((20, 30, 3), np.uint8))
    assert everybody.people() == []


class Sighted:
    def __init__(self, number, first, last, look):
        self.number, self.first, self.last = number, first, last
        self.look = np.asarray(look, np.float32).reshape(2, -1)


def test_who_was_seen_for_long_is_reunited_before_a_glimpse():
    red, reddish = [[1, 0], [1, 0]], [[0.97, 0.03], [0.97, 0.03]]
    before, after, glimpse = Sighted(1, 0, 10, red), Sighted(2, 30, 40, reddish), Sighted(3, 40, 40, red)
    assert same([before, after, glimpse]) == {1: 1, 2: 1, 3: 3}
    assert same([before, glimpse]) == {1: 1, 3: 1}
    assert same([before, Sighted(4, 5, 20, red)]) == {1: 1, 4: 4}
