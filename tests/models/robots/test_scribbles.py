"""Scribbles run through what is wrong on the worst frame."""

import numpy as np
import pytest

from models.robots.correcting import Annotator
from models.robots.scribbles import SPACING, scribble_frame, scribbles
from models.robots.truths import Truth
from tests.models.robots.drawn import SIZE, Obeys, box, disc, person

NOTHING = np.zeros(SIZE, bool)


def held(points, region):
    x, y = points.astype(int).T
    return region[y, x]


def test_one_for_what_is_missed_and_one_for_what_is_too_much():
    arm, shadow = box(20, 80, 9, 40), box(80, 10, 12, 30)
    body = box(10, 30, 60, 20)
    found = scribbles(Truth(body | arm), body | shadow)
    assert [each.inside for each in found] == [True, False]
    assert held(found[0].points, arm).all()
    assert held(found[1].points, shadow).all()
    assert found[0].length > 25
    assert found[0].points[:, 1] == pytest.approx(24.5, abs=1.5)


def test_only_the_largest_of_each_kind():
    truth = box(10, 10, 30, 30) | box(60, 60, 8, 8)
    (only,) = scribbles(Truth(truth), NOTHING)
    assert held(only.points, box(10, 10, 30, 30)).all()


def test_a_bent_region_is_not_left():
    bow = (disc(60, 48, 40) & ~disc(60, 48, 34)) & ~box(0, 0, 96, 40)
    (scribble,) = scribbles(Truth(bow), NOTHING)
    assert held(scribble.points, bow).all()
    assert scribble.length > 100
    for long in range(60, 70):
        corner = box(10, 10, 1, long) | box(10, 9 + long, 60, 1)
        (scribble,) = scribbles(Truth(corner), NOTHING)
        assert held(scribble.points, corner).all()
        assert scribble.length > 100


def test_thin_threads_are_passed_by_where_there_is_more():
    """A thread is longer than the blot it hangs on: without opening, the way would lead along it."""
    blot, thread = disc(30, 48, 20), box(47, 30, 2, 90)
    (scribble,) = scribbles(Truth(blot | thread), NOTHING)
    assert held(scribble.points, disc(30, 48, 21)).all()
    (only_thread,) = scribbles(Truth(thread), NOTHING)
    assert only_thread.length > 70


def test_points_are_so_close_that_their_discs_touch():
    (scribble,) = scribbles(Truth(box(20, 10, 21, 100)), NOTHING)
    steps = np.hypot(*np.diff(scribble.points, axis=0).T)
    assert len(steps) > 4
    assert steps.max() <= SPACING
    assert steps.min() > SPACING / 2


def test_a_speck_is_dotted_and_what_is_right_is_left_alone():
    (dot,) = scribbles(Truth(box(7, 5, 1, 1)), NOTHING)
    assert dot.points == pytest.approx(np.array([[5.5, 7.5]]))
    assert dot.length == 0
    assert scribbles(Truth(person()), person()) == []
    assert scribbles(Truth(person(), void=person()), NOTHING) == []


def test_a_frame_is_scribbled_on_until_it_is_good():
    truth = Truth(person())
    frame = scribble_frame(Obeys(truth.mask, reach=9), truth)
    assert not frame.given_up
    assert 1 < len(frame.rounds) < 10
    assert not frame.good[:-1].any()
    assert frame.good[-1]
    lengths = [each.length for drawn in frame.made for each in drawn]
    assert frame.seconds == pytest.approx(0.1 + 1 + 1.5 * len(lengths) + sum(lengths) / 300)


def test_only_the_newest_scribbles_are_told_with_the_last_answer():
    truth, network = Truth(person()), Obeys(person(), reach=9)
    frame = scribble_frame(network, truth, person() | disc(20, 20, 12))
    assert [each.inside for each in frame.made[0]] == [False]
    assert [drawn for drawn, _ in network.asked] == frame.made
    seen = [mask >= 0.5 for _, mask in network.asked]
    assert np.array_equal(seen, [state.mask for state in frame.states[:-1]])


def test_nobody_scribbles_on_what_is_good():
    frame = scribble_frame(Obeys(person()), Truth(person()), person())
    assert (frame.made, frame.seconds, frame.given_up) == ([], 0.1, False)


def test_who_is_not_listened_to_keeps_the_best_and_gives_up():
    answers = iter([person() & ~box(0, 0, 30, 128), NOTHING])
    frame = scribble_frame(lambda drawn, mask: next(answers), Truth(person()), annotator=Annotator(limit=2))
    assert frame.given_up
    assert frame.best is frame.states[1]


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="give one"):
        scribbles(Truth(person()), person().astype(np.uint8))
    with pytest.raises(ValueError, match="give both the same size"):
        scribble_frame(lambda drawn, mask: np.zeros((4, 4), bool), Truth(person()))
