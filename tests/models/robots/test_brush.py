"""A brush paints errors away and makes none."""

import numpy as np
import pytest

from models.robots.brush import Stroke, next_stroke, paint, paint_frame
from models.robots.correcting import Annotator
from models.robots.costs import Costs
from models.robots.truths import Truth
from tests.models.robots.drawn import SIZE, box, disc, person

NOTHING = np.zeros(SIZE, bool)


def test_a_stroke_is_a_disc_drawn_along_a_line():
    stroke = Stroke(np.array([[20.5, 40.5], [60.5, 40.5]]), 5.0, True)
    area = stroke.area(SIZE)
    expected = box(35, 20, 11, 41) | disc(20.5, 40.5, 5) | disc(60.5, 40.5, 5)
    assert np.array_equal(area, expected)
    assert stroke.length == 40
    assert np.array_equal(stroke.on(NOTHING), expected)
    assert not (Stroke(stroke.points, 5.0, False).on(box(0, 0, 96, 128)) & expected).any()


def test_a_missing_arm_is_one_stroke():
    body, arm = box(10, 30, 80, 30), box(40, 60, 13, 60)
    done = paint(Truth(body | arm), body)
    assert done.best.good
    first = done.made[0]
    assert first.inside
    assert first.radius == pytest.approx(6, abs=0.6)
    assert first.length > 40
    assert np.count_nonzero(first.on(body) & arm) > 0.9 * np.count_nonzero(arm)
    assert len(done.made) <= 4


def test_what_is_too_much_is_painted_out():
    done = paint(Truth(person()), person() | disc(20, 20, 12))
    assert done.best.good
    assert not done.made[0].inside
    assert not done.given_up


def test_no_stroke_makes_an_error():
    truth, mask = Truth(person()), np.roll(person(), 9, 1)
    for _ in range(12):
        stroke = next_stroke(truth, mask)
        after = stroke.on(mask)
        wrong = truth.missed(after) | truth.added(after)
        assert not (wrong & ~(truth.missed(mask) | truth.added(mask))).any()
        assert np.count_nonzero(wrong) < np.count_nonzero(mask ^ truth.mask)
        mask = after


def test_a_wide_brush_may_run_over_what_is_right_already():
    """A hole in a body is smaller than the brush that fills it."""
    body = box(10, 30, 80, 60)
    stroke = next_stroke(Truth(body), body & ~disc(60, 50, 6))
    assert stroke.radius > 15


def test_a_rim_that_swells_is_painted_out_from_outside_in_few_strokes():
    """A mask a few pixels too far to one side: its rims are wide in the middle and run out thin."""
    truth = Truth(disc(60, 48, 30))
    done = paint(truth, disc(65, 48, 30))
    assert done.best.good
    assert len(done.made) <= 3
    assert done.made[0].radius > 2


def test_strokes_cost_their_length():
    done = paint(Truth(person()), NOTHING)
    lengths = [stroke.length for stroke in done.made]
    assert done.seconds == pytest.approx(0.1 + 1 + 1.5 * len(lengths) + sum(lengths) / 300)
    assert paint(Truth(person()), NOTHING, Annotator(limit=50, costs=Costs(brushed=30))).seconds > done.seconds
    untouched = paint(Truth(person()), person())
    assert (untouched.made, untouched.seconds) == ([], 0.1)


def test_who_has_another_brush_looks_at_what_it_made():
    """One that fades out: what it leaves is painted once more."""

    def faint(stroke, mask):
        return np.where(stroke.area(SIZE), mask + (stroke.inside - mask) * np.float32(0.3), mask)

    done = paint_frame(faint, Truth(person()))
    assert done.best.good
    assert len(done.made) > len(paint(Truth(person())).made)


def test_who_may_not_paint_on_gives_up():
    done = paint(Truth(person()), NOTHING, annotator=Annotator(limit=1))
    assert done.given_up
    assert len(done.made) == 1
    assert 0.3 < done.best.iou < 1


def test_nothing_is_painted_where_nobody_judges():
    done = paint(Truth(person(), void=box(0, 0, 60, 128)), person() & box(60, 0, 36, 128))
    assert done.made == []


def test_the_whole_frame_can_be_somebody():
    assert paint(Truth(box(0, 0, 96, 128)), NOTHING).best.good


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match="give both the same size"):
        paint(Truth(person()), np.zeros((4, 4), bool))
