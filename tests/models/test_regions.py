"""Regions, specks and holes."""

import numpy as np
import pytest

from models.prelabel.regions import boxes_of, iou_of, join_specks, resize_to
from models.video.tracks import WIDTH, reduce


def plate(*boxes, size=(144, WIDTH)):
    mask = np.zeros(size, bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_regions_come_largest_first_with_their_boxes():
    found = boxes_of(plate((10, 10, 20, 40), (100, 20, 160, 90), (200, 5, 202, 7)), 0.002)
    assert [box for box, _ in found] == [(100, 20, 160, 90), (10, 10, 20, 40)]
    assert found[0][1].sum() == 60 * 70


def test_a_hand_beyond_the_sleeve_is_hers_and_a_speck_afar_is_nobodys():
    mask = plate((100, 20, 160, 90), (162, 50, 168, 56), (220, 100, 224, 104), (20, 20, 60, 90))
    people = join_specks(mask, 0.002)
    assert [int(person.sum()) for person in people] == [60 * 70 + 36, 40 * 70]
    assert people[0][52, 165]
    assert not (people[0] & people[1]).any()


def test_small_holes_are_filled_and_the_crook_of_an_arm_is_not():
    mask = plate((100, 20, 160, 90))
    mask[30:32, 110:112] = False
    mask[50:70, 120:140] = False
    person = join_specks(mask, 0.002)[0]
    assert person[30:32, 110:112].all()
    assert not person[50:70, 120:140].any()


def test_nobody_is_no_region():
    assert join_specks(plate(), 0.002) == []
    assert boxes_of(plate((3, 3, 5, 5)), 0.002) == []


@pytest.mark.parametrize(
    ("other", "expected"), [((0, 0, 10, 10), 1), ((10, 0, 20, 10), 0), ((5, 0, 15, 10), 1 / 3), ((40, 40, 50, 50), 0)]
)
def test_boxes_overlap_as_they_should(other, expected):
    assert iou_of((0, 0, 10, 10), other) == pytest.approx(expected)


def test_pictures_are_made_smaller_and_never_larger():
    assert resize_to(np.zeros((1080, 1920, 3), np.uint8), 480).shape == (270, 480, 3)
    assert resize_to(np.zeros((200, 100, 3), np.uint8), 480).shape == (200, 100, 3)
    assert reduce(plate((0, 0, 960, 1080), size=(1080, 1920))).shape == (144, WIDTH)
