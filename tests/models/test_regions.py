"""Regions, specks and holes; who a region belongs to from frame to frame."""

import numpy as np
import pytest

from models.prelabel.regions import boxes_of, iou_of, join_specks, resize_to
from models.prelabel.tracks import WIDTH, Tracker, divide, reduce


def plate(*boxes, size=(144, WIDTH)):
    mask = np.zeros(size, bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def follow(tracker, index, masks):
    """One step as the pre-label takes it: numbers of the tracks in each mask."""
    owners = tracker.step(index, masks)
    for mask, tracks in zip(masks, owners, strict=True):
        places = divide(index, mask.shape, tracks)
        for place, track in enumerate(tracks):
            track.follow(index, mask & (places == place))
    return [[track.number for track in tracks] for tracks in owners]


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


def test_people_keep_their_numbers_when_their_order_changes():
    tracker = Tracker()
    one, two = plate((20, 20, 60, 120)), plate((150, 20, 210, 120))
    assert follow(tracker, 0, [two, one]) == [[1], [2]]
    assert follow(tracker, 1, [one, two]) == [[2], [1]]


def test_a_fast_walker_is_followed_by_the_way_she_goes():
    tracker = Tracker()
    for index in range(10):
        left = 10 + 22 * index
        assert follow(tracker, index, [plate((left, 20, left + 24, 120))]) == [[1]]


def test_one_who_comes_back_after_long_is_new():
    tracker = Tracker()
    her = plate((20, 20, 60, 120))
    assert follow(tracker, 0, [her]) == [[1]]
    assert follow(tracker, 12, [her]) == [[1]]
    assert follow(tracker, 25, [her]) == [[2]]


def test_a_region_that_swallows_another_person_is_shared():
    tracker = Tracker()
    for index in range(6):
        assert follow(tracker, index, [plate((60, 20, 100, 120)), plate((110, 20, 150, 120))]) == [[1], [2]]
    both = plate((60, 20, 150, 120))
    (shared,) = tracker.step(6, [both])
    assert sorted(track.number for track in shared) == [1, 2]
    places = divide(6, both.shape, shared)
    assert shared[places[60, 70]].number == 1
    assert shared[places[60, 140]].number == 2


def test_the_boxes_to_look_at_again_are_those_of_the_last_frame_at_the_pictures_size():
    tracker = Tracker()
    follow(tracker, 0, [plate((20, 20, 60, 120))])
    assert tracker.boxes(1, 4 * WIDTH) == [(80, 80, 240, 480)]
    assert tracker.boxes(3, 4 * WIDTH) == []
