"""Whether one row is better than another, on the same pictures."""

import numpy as np
import pytest

from models.evaluate.differences import paired
from models.evaluate.scores import Score


def row(values, groups=None):
    groups = groups or ["pictures"] * len(values)
    return [Score(group, value, value, value, 1.0, 0.0) for value, group in zip(values, groups, strict=True)]


def test_a_constant_gain_is_certain():
    got = paired(row([0.9, 0.8, 0.7]), row([0.8, 0.7, 0.6]), "j")
    assert (got.mean, got.n) == (pytest.approx(0.1), 3)
    assert got.interval == pytest.approx((0.1, 0.1))
    assert np.isnan(got.without_one).all()


def test_chance_about_nothing_covers_it():
    chance = np.random.default_rng(5)
    values = chance.random(200)
    got = paired(row(values + chance.normal(0, 0.1, 200)), row(values), "tight_f")
    low, high = got.interval
    assert low < 0 < high
    assert high - low == pytest.approx(2 * 1.96 * 0.1 / np.sqrt(200), rel=0.15)


def test_a_gain_of_one_clip_alone_shows_when_it_is_left_out():
    ours, theirs = [0.9, 0.9, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]
    got = paired(row(ours, ["a", "a", "b", "c"]), row(theirs, ["a", "a", "b", "c"]), "j")
    assert got.without_one == (0, pytest.approx(0.8 / 3))


def test_pictures_without_anybody_count_for_their_area_alone():
    ours = [*row([0.9]), Score("pictures", *(float("nan"),) * 4, 0.25)]
    theirs = [*row([0.8]), Score("pictures", *(float("nan"),) * 4, 0.05)]
    assert paired(ours, theirs, "j").n == 1
    assert paired(ours, theirs, "false_area").mean == pytest.approx(0.1)


def test_rows_of_other_pictures_are_not_compared():
    with pytest.raises(ValueError, match="same pictures"):
        paired(row([0.9]), row([0.9, 0.8]), "j")
