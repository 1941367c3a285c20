"""An annotator's time adds up as it was published."""

import numpy as np
import pytest

from models import gold
from models.robots.costs import Costs, Pace
from models.robots.polygons import traced
from models.robots.truths import Truth


def test_sam_2_frames():
    costs = Costs()
    assert costs.inspection(300) == 30
    assert costs.clicking(3) == 1 + 3 * 1.5
    assert costs.clicking(0) == 1


def test_the_robots_outline_costs_what_cocos_did():
    """22 worker hours for 1,000 outlines, and the people outlined by hand."""
    frames = [(gold.labels(frame), frame.people) for frame in gold.frames()]
    people = [Truth(labels == number) for labels, count in frames for number in range(1, count + 1)]
    seconds = [Costs().tracing(traced(truth).vertices) for truth in people]
    assert len(people) >= 64
    assert np.mean(seconds) == pytest.approx(22 * 3600 / 1000, rel=0.05)


def test_strokes_are_priced_by_length_and_a_dab_as_a_click():
    assert Costs().stroking([300.0, 600.0]) == 1 + 2 * 1.5 + 3
    assert Costs().stroking([0.0]) == Costs().clicking(1)


def test_a_hand_has_its_pace_and_keeps_the_mean():
    paced = Costs(pace=Pace(np.random.default_rng(3)))
    times = np.array([paced.clicking(1) for _ in range(4000)]) - paced.find
    assert (times > 0).all()
    assert times.mean() == pytest.approx(1.5, rel=0.03)
    assert np.log(times).std() == pytest.approx(0.4, rel=0.05)
    again = Costs(pace=Pace(np.random.default_rng(3)))
    assert again.clicking(1) - again.find == pytest.approx(times[0])


@pytest.mark.parametrize("name", ["find", "click", "inspected", "vertex", "brushed"])
@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_time_that_is_none_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is"):
        Costs(**{name: value})


def test_a_negative_spread_is_refused():
    with pytest.raises(ValueError, match="spread"):
        Pace(np.random.default_rng(), -0.1)
