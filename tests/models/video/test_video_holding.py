"""Who holds a part: touch, what is written down, and changes that last."""

import numpy as np

from models.video import holding
from models.video.holding import Turn, turns


def box(left, top, right, bottom, size=(60, 90)) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[top:bottom, left:right] = True
    return mask


def test_a_hand_touches_and_what_of_a_mask_is_the_part_itself_does_not_count():
    sword = box(30, 20, 50, 23)
    shares = holding.touching(
        sword, {"holds": box(10, 5, 30, 50) | sword, "was given it": sword, "apart": box(70, 5, 80, 50)}
    )
    assert shares["holds"] > 0.02
    assert shares["was given it"] == shares["apart"] == 0


def test_whoever_is_written_down_keeps_it_as_long_as_they_touch_it():
    assert holding.holder({"a": 0.03, "b": 0.4}, ["a"]) == "a"
    assert holding.holder({"a": 0.0, "b": 0.4, "c": 0.1}, ["a"]) == "b"
    assert holding.holder({"a": 0.0, "b": 0.01}, ["a"]) is None


def test_what_is_thinner_than_a_pixel_stays_when_made_small():
    sword = np.zeros((1080, 1920), np.uint8)
    sword[500, 300:900] = 255
    assert holding.small(sword).shape == (holding.HEIGHT, 480)
    assert holding.small(sword).any()


def test_a_change_is_found_to_the_frame_in_a_long_shot_by_few_looks():
    looked = []

    def who(frame):
        looked.append(frame)
        return "a" if frame < 1234 else "b"

    assert turns(range(100, 3100), who) == [Turn(100, "a"), Turn(1234, "b")]
    assert len(set(looked)) < 70


def test_hands_that_pass_are_no_change_but_the_last_frames_count():
    said = ["a"] * 10 + ["b"] * 3 + ["a"] * 10 + ["b"] * 2
    assert turns(range(len(said)), said.__getitem__) == [Turn(0, "a"), Turn(23, "b")]
    assert turns([], said.__getitem__) == []
