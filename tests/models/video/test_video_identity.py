"""Who is who from frame to frame: by place and motion alone, and by what people look like."""

import numpy as np
import pytest

from models.video.absences import Kind, Missing
from models.video.identity import Tracker
from models.video.reunion import same
from models.video.tracks import WIDTH
from tests.models.video.drawn_shot import walking

SIZE = (144, WIDTH)


def plate(*boxes):
    mask = np.zeros(SIZE, bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def follow(tracker, index, masks):
    """The track of each mask, by place."""
    seen = tracker.step(index, masks, [True] * len(masks))
    return [[one.track.number for one in seen if (one.mask & mask).any()] for mask in masks]


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


def test_one_who_comes_back_after_long_is_new_where_nobody_knows_what_she_looks_like():
    tracker = Tracker()
    her = plate((20, 20, 60, 120))
    assert follow(tracker, 0, [her]) == [[1]]
    assert follow(tracker, 12, [her]) == [[1]]
    assert follow(tracker, 25, [her]) == [[2]]
    assert same(tracker.tracks) == {1: 1, 2: 2}


def test_nobody_is_looked_for_or_followed_beyond_a_cut():
    tracker, her = Tracker(), plate((20, 20, 60, 120))
    for index in range(3):
        assert follow(tracker, index, [her]) == [[1]]
    assert tracker.boxes(3, WIDTH)
    tracker.cut(3)
    assert tracker.boxes(3, WIDTH) == []
    assert follow(tracker, 3, [her]) == [[2]]


def test_specks_too_small_to_be_followed_disturb_nobody():
    tracker, her = Tracker(), np.zeros((1440, 2560), bool)
    her[200:1200, 200:600] = True
    speck = np.zeros_like(her)
    speck[3:6, 3:6] = True
    for index in range(4):
        assert follow(tracker, index, [her, speck])[0] == [1]


def test_a_region_that_swallows_another_person_is_shared():
    tracker = Tracker()
    for index in range(6):
        assert follow(tracker, index, [plate((60, 20, 100, 120)), plate((110, 20, 150, 120))]) == [[1], [2]]
    left, right = tracker.step(6, [plate((60, 20, 150, 120))], [True])
    assert (left.track.number, right.track.number) == (1, 2)
    assert left.mask[60, 70]
    assert right.mask[60, 140]
    assert not (left.mask & right.mask).any()


def test_the_boxes_to_look_at_again_are_those_of_the_last_frame_at_the_pictures_size():
    tracker = Tracker()
    follow(tracker, 0, [plate((20, 20, 60, 120))])
    assert tracker.boxes(1, 4 * WIDTH) == [(80, 80, 240, 480)]
    assert tracker.boxes(3, 4 * WIDTH) == []


def passed(masks, pictures):
    """Each person's track on each frame, (frames, people), 0 where not seen; regions are those of a network that does
    not tell people apart who touch."""
    import cv2

    tracker, found = Tracker(), []
    for index, picture in enumerate(pictures):
        count, labels = cv2.connectedComponents(np.any([mask[index] for mask in masks], axis=0).astype(np.uint8))
        seen = tracker.step(index, [labels == number for number in range(1, count)], [True] * (count - 1), picture)
        found.append([_on(mask[index], seen) for mask in masks])
    first = same(tracker.tracks) | {0: 0}
    return tracker, np.array([[first[number] for number in row] for row in found])


def _on(mask, seen):
    shares = [((one.mask & mask).sum() / max(1, (one.mask | mask).sum()), one.track.number) for one in seen]
    share, number = max(shares, default=(0, 0))
    return number if share >= 0.5 else 0


def test_two_who_cross_are_themselves_on_the_other_side():
    pictures, masks = walking(40, (40, 5, 5), (216, -5, 6))
    _, tracks = passed(masks, pictures)
    assert (tracks[0] == tracks[-1]).all()
    assert tracks[0, 0] != tracks[0, 1]


def test_two_who_meet_and_turn_back_are_not_swapped():
    """By their motion they would have passed each other."""
    there, seen = walking(20, (40, 4, 5), (216, -4, 6))
    back = slice(None, None, -1)
    pictures, masks = there + there[back], [np.concatenate([mask, mask[back]]) for mask in seen]
    _, tracks = passed(masks, pictures)
    assert (tracks[0] == tracks[-1]).all()


def test_who_left_the_frame_and_came_back_is_known():
    pictures, masks = walking(60, (60, 0, 5), (200, 8, 6))
    order = [*range(60), *range(30, -1, -1)]
    _, tracks = passed([mask[order] for mask in masks], [pictures[place] for place in order])
    assert (tracks[0] == tracks[-1]).all()
    assert tracks[40, 1] == 0


def test_nobody_is_in_two_places_at_a_time():
    """Twins: two who look alike stay two."""
    pictures, masks = walking(12, (50, 0, 5), (200, 0, 5))
    _, tracks = passed(masks, pictures)
    assert len(np.unique(tracks)) == 2


def test_who_is_hidden_is_told_from_who_has_left():
    tracker = Tracker()
    wide, narrow = plate((100, 10, 180, 140)), plate((20, 20, 60, 120))
    for index in range(6):
        follow(tracker, index, [wide, plate((20 + 14 * index, 40, 50 + 14 * index, 120)) & ~wide])
    for index in range(6, 10):
        follow(tracker, index, [wide])
    hidden = tracker.tracks[1].missing
    assert [span.kind for span in hidden] == [Kind.OCCLUDED]
    assert hidden[0].by == 1
    alone = Tracker()
    follow(alone, 0, [narrow])
    for index in range(1, 8):
        follow(alone, index, [narrow] if index < 6 else [])
    assert alone.tracks[0].missing == [Missing(6, 7, Kind.ABSENT)]


@pytest.mark.parametrize("light", [0.6, 1.3])
def test_a_lamp_does_not_make_another_person(light):
    pictures, masks = walking(60, (60, 0, 5), (200, 8, 6))
    order = [*range(60), *range(30, -1, -1)]
    shown = [np.clip(pictures[p] * (1 if n < 45 else light), 0, 255).astype(np.uint8) for n, p in enumerate(order)]
    _, tracks = passed([mask[order] for mask in masks], shown)
    assert (tracks[0] == tracks[-1]).all()
