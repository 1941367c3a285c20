"""Rounds over a shot: a few frames are clicked at, and what is propagated from them mends the others."""

import numpy as np
import pytest

from models.robots.brush import PAINTER, paint, paint_frame
from models.robots.correcting import Annotator
from models.robots.rounds import offline, online
from models.robots.scribbles import scribble_frame
from models.robots.standing import PredictedGain, gains
from tests.models.robots.drawn import SIZE, Obeys, Reveals, box, walk


def told(shot, reach=100.0):
    """A network that knows the shot, and notes which frames it was asked about."""
    asked = []

    def answer(index, prompt):
        asked.append(index)
        return Reveals(shot[index].mask, reach)(None, prompt)

    answer.asked = asked
    return answer


class Carried:
    """A propagation that is right up to `reach` frames from an anchor that is right, and shows nobody beyond."""

    def __init__(self, shot, reach=2):
        self.shot, self.reach, self.seen, self.given = shot, reach, [], 0

    def __call__(self, anchors):
        self.seen.append(dict(anchors))
        for index, truth in enumerate(self.shot):
            near = min(anchors, key=lambda anchor: abs(anchor - index))
            right = abs(near - index) <= self.reach and truth.state(truth.mask).good
            whole = np.array_equal(anchors[near], self.shot[near].mask)
            self.given += 1
            yield truth.mask if right and whole else np.zeros(SIZE, bool)


def test_offline_turns_to_the_worst_frame_until_all_is_good():
    shot = walk(10)
    carried, answer = Carried(shot), told(shot)
    steps = offline(shot, carried, answer)
    assert steps[0].share_good == 0
    assert steps[-1].share_good == 1
    assert steps[-1].touched == (0, 3, 6, 9)
    assert [step.share_good for step in steps] == [0, 0.3, 0.6, 0.9, 1]
    assert [len(anchors) for anchors in carried.seen] == [1, 2, 3, 4]
    last = steps[-1]
    assert last.actions == len(answer.asked) == 4
    assert last.seconds == pytest.approx(4 * (10 / 10 + 1) + 1.5 * last.actions)
    assert (last.given_up, last.share_given_up) == ((), 0)


def test_offline_begins_with_pre_labels_where_there_are_some():
    shot = walk(8)
    start = [truth.mask.copy() for truth in shot]
    start[5] &= ~box(0, 0, 50, 128)
    steps = offline(shot, Carried(shot, reach=8), told(shot), start)
    assert steps[0].good.tolist() == [True] * 5 + [False] + [True] * 2
    assert steps[-1].touched == (5,)
    assert len(offline(shot, Carried(shot), told(shot), [truth.mask for truth in shot])) == 1


def test_offline_ends_after_its_rounds():
    shot = walk(10)
    steps = offline(shot, Carried(shot, reach=0), told(shot), rounds=3)
    assert len(steps) == 4
    assert steps[-1].touched == (0, 1, 2)
    assert steps[-1].share_good == 0.3


def test_a_frame_that_three_clicks_do_not_mend_is_given_up_and_left():
    shot = walk(3)
    steps = offline(shot, Carried(shot), told(shot, reach=6), rounds=8)
    last = steps[-1]
    assert last.touched == last.given_up == (0, 1, 2)
    assert last.share_given_up == 1
    assert last.actions == 9
    assert len(steps) == 4


def test_the_best_of_three_answers_is_the_anchor():
    shot, carried = walk(2), Carried(walk(2))
    half, worse = shot[0].mask & ~box(0, 0, 40, 128), shot[0].mask & ~box(0, 0, 80, 128)
    answers = iter([worse, half, worse])
    last = offline(shot, carried, lambda index, prompt: next(answers), rounds=1)[-1]
    assert np.array_equal(carried.seen[0][0], half)
    assert last.given_up == (0,)
    assert last.iou[0] == shot[0].state(half).iou


def test_an_anchor_stays_whatever_is_propagated():
    shot = walk(3)
    steps = offline(shot, lambda anchors: [np.zeros(SIZE, bool)] * 3, told(shot))
    assert steps[-1].good.all()


def test_it_can_be_content_with_less():
    shot = walk(3)
    easy = Annotator(iou=0.3, limit=20)
    last = offline(shot, Carried(shot, reach=0), told(shot, reach=26), annotator=easy)[-1]
    assert last.done.all()
    assert not last.good.all()
    assert last.given_up == ()


def test_scribbles_go_where_davis_sends_them():
    """Once on the worst frame, then the shot is looked through again."""
    shot, carried = walk(10), Carried(walk(10))
    asked = []

    def answer(index, drawn, mask):
        asked.append((index, drawn))
        return Obeys(shot[index].mask, reach=100)(drawn, mask)

    steps = offline(shot, carried, answer, annotator=Annotator(limit=1), by=scribble_frame)
    assert [index for index, _ in asked] == [0, 3, 6, 9]
    last = steps[-1]
    assert last.good.all()
    assert last.actions == 4
    lengths = [each.length for _, drawn in asked for each in drawn]
    assert last.seconds == pytest.approx(4 * (10 / 10 + 1) + 1.5 * len(lengths) + sum(lengths) / 300)


def test_an_anchor_can_be_painted():
    shot = walk(6)

    def painted(index, stroke, mask):
        return stroke.on(mask >= 0.5)

    last = offline(shot, Carried(shot), painted, rounds=1, annotator=PAINTER, by=paint_frame)[-1]
    alone = paint(shot[0])
    assert last.touched == (0,)
    assert last.good[0]
    assert last.actions == len(alone.made)
    assert last.seconds == pytest.approx(0.6 + alone.work)


def test_online_pauses_where_it_goes_wrong_and_never_looks_back():
    shot = walk(10)
    carried = Carried(shot)
    last = online(shot, carried, told(shot))
    assert last.touched == (0, 3, 6, 9)
    assert last.good.all()
    assert last.seconds == pytest.approx(10 / 10 + 4 * 1 + 1.5 * 4)
    # Frames 0-3, 0-6 and 0-9: no further than to the next pause.
    assert carried.given == 4 + 7 + 10


def test_online_edits_reach_later_frames_only():
    shot = walk(6)
    start = [truth.mask & ~box(0, 0, 18, 128) for truth in shot]
    start[2] = np.zeros(SIZE, bool)
    last = online(shot, Carried(shot, reach=6), told(shot), start)
    assert last.touched == (2,)
    assert last.good.tolist() == [False, False, True, True, True, True]
    strict = online(shot, Carried(shot, reach=6), told(shot), start, pause=None)
    assert strict.touched == (0,)
    assert strict.good.all()


def test_the_most_valuable_frame_is_not_the_worst():
    error = np.array([0.5, 0.9, 0.0, 0.1, 0.2, 0.4, 0.2, 0.1, 0.1, 0.1])
    assert gains(error, []).argmax() == 1
    gain = gains(error, [2])
    assert gain == pytest.approx([0.5 * 2, 0.9 * 2, 0, *(error[3:] * 7)])
    assert gain.argmax() == 5
    assert gains(error, [2], cuts=[5])[3:] == pytest.approx([0.1 * 2, 0.2 * 2, *(error[5:] * 5)])
    assert gains(error, [0, 9])[[0, 9]].tolist() == [0, 0]
    assert gains(error, [], cuts=[0]).tolist() == gains(error, []).tolist()


def test_frames_can_be_chosen_by_predicted_gain():
    shot = walk(9)
    seen = []

    def predict(masks):
        seen.append(len(masks))
        return np.array([0.0 if mask.any() else 1.0 for mask in masks])

    steps = offline(shot, Carried(shot, reach=1), told(shot), choose=PredictedGain(predict, cuts=[6]))
    # First of the six frames before the cut, then of those five that lie on one side of the anchor.
    assert steps[-1].touched[:2] == (0, 2)
    assert steps[-1].good.all()
    assert set(seen) == {9}


def test_who_predicts_no_gain_is_believed():
    shot = walk(4)
    steps = offline(shot, Carried(shot), told(shot), choose=PredictedGain(lambda masks: np.zeros(4)))
    assert len(steps) == 1
    assert not steps[0].good.any()


def test_a_good_frame_that_was_chosen_costs_the_way_there():
    shot = walk(4)
    start = [shot[0].mask, *(np.zeros(SIZE, bool) for _ in range(3))]
    choose = PredictedGain(lambda masks: np.array([1.0, 0, 0, 0]))
    steps = offline(shot, Carried(shot, reach=9), told(shot), start, choose=choose)
    assert steps[-1].touched == (0,)
    assert steps[-1].actions == 0
    assert steps[-1].seconds == pytest.approx(0.4 + 1)
    assert steps[-1].good.all()


def test_what_does_not_fit_is_said():
    shot = walk(4)
    with pytest.raises(ValueError, match="no frame"):
        offline([], Carried([]), told([]))
    with pytest.raises(ValueError, match="3 masks for 4 frames"):
        online(shot, Carried(shot), told(shot), [shot[0].mask] * 3)
    with pytest.raises(ValueError, match="ends before frame 2"):
        offline(shot, lambda anchors: [shot[0].mask] * 2, told(shot))
    with pytest.raises(ValueError, match="ends before frame 1"):
        online(shot, lambda anchors: iter(()), told(shot))
    with pytest.raises(ValueError, match="3 predicted errors for 4 frames"):
        offline(shot, Carried(shot), told(shot), choose=PredictedGain(lambda masks: np.ones(3)))


@pytest.mark.parametrize(
    "error", [np.zeros((2, 2)), np.zeros(0), np.array([-1.0]), np.array([np.nan]), np.array([np.inf])]
)
def test_no_gain_from_what_is_no_error(error):
    with pytest.raises(ValueError, match="predicted errors"):
        gains(error, [])


def test_no_gain_from_frames_that_are_not_there():
    with pytest.raises(ValueError, match=r"\[4, 7\] are no frames of 0..3"):
        gains(np.ones(4), [7], cuts=[4])
