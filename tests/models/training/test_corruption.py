"""Masks are spoiled as models and hands spoil them, and where they err is known to the pixel."""

import cv2
import numpy as np
import pytest

from models.training.corruption import KINDS, Subject, kinds_of, spoil


@pytest.fixture
def soldier():
    """Somebody with a sword, who stood further left, beside somebody else."""
    body = cv2.ellipse(np.zeros((160, 200), np.uint8), (90, 90), (28, 55), 0, 0, 360, 1, -1)
    sword = cv2.line(np.zeros_like(body), (110, 80), (170, 20), 1, 4)
    mask = (body | sword) > 0
    other = np.zeros_like(mask)
    other[40:150, 150:190] = True
    return Subject(mask, {"sword": sword > 0}, np.roll(mask, -12, axis=1), other)


def several(subject, kind):
    return [spoil(subject, np.random.default_rng(seed), (kind,)) for seed in range(8)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_errs_somewhere_and_says_where(soldier, kind):
    for spoiled in several(soldier, kind):
        assert spoiled.kinds == (kind,)
        assert spoiled.mask.shape == soldier.mask.shape
        assert spoiled.mask.dtype == bool
        assert spoiled.error.any()
        assert np.array_equal(spoiled.mask ^ spoiled.error, soldier.mask)


@pytest.mark.parametrize("kind", ["eroded", "hole", "missing_part"])
def test_what_takes_away_adds_nothing(soldier, kind):
    assert all((spoiled.mask <= soldier.mask).all() for spoiled in several(soldier, kind))


@pytest.mark.parametrize("kind", ["dilated", "leak"])
def test_what_adds_takes_nothing_away(soldier, kind):
    assert all((spoiled.mask >= soldier.mask).all() for spoiled in several(soldier, kind))


def test_a_missing_part_is_gone_whole(soldier):
    assert not any((spoiled.mask & soldier.parts["sword"]).any() for spoiled in several(soldier, "missing_part"))


def test_a_shift_moves_everything_alike(soldier):
    assert {int(spoiled.mask.sum()) for spoiled in several(soldier, "shifted")} == {int(soldier.mask.sum())}


def test_a_stale_mask_is_the_earlier_one_and_a_swapped_one_the_others(soldier):
    assert np.array_equal(several(soldier, "stale")[0].mask, soldier.before)
    assert np.array_equal(several(soldier, "swapped")[0].mask, soldier.other)


def test_chance_is_the_generators_alone(soldier):
    first, again, other = (spoil(soldier, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.kinds == again.kinds
    assert np.array_equal(first.mask, again.mask)
    assert other.kinds != first.kinds or not np.array_equal(other.mask, first.mask)
    drawn = {kind for seed in range(200) for kind in spoil(soldier, np.random.default_rng(seed)).kinds}
    assert drawn == set(KINDS)


def test_what_a_subject_lacks_cannot_be_spoiled(soldier):
    bare = Subject(soldier.mask)
    assert set(KINDS) - set(kinds_of(bare)) == {"missing_part", "stale", "swapped"}
    with pytest.raises(ValueError, match="stale cannot be done"):
        spoil(bare, np.random.default_rng(0), ("stale",))


def test_somebody_of_a_few_pixels_may_vanish_and_nothing_breaks():
    mask = np.zeros((20, 30), bool)
    mask[10, 10:13] = True
    for seed in range(50):
        spoiled = spoil(Subject(mask), np.random.default_rng(seed))
        assert np.array_equal(spoiled.mask ^ spoiled.error, mask)


@pytest.mark.parametrize("kind", ["eroded", "dilated", "polygon", "low_resolution", "hole", "leak", "shifted"])
def test_who_fills_the_frame_may_come_out_unharmed_and_nothing_breaks(kind):
    everywhere = Subject(np.ones((40, 30), bool))
    for spoiled in several(everywhere, kind):
        assert np.array_equal(spoiled.mask ^ spoiled.error, everywhere.mask)


def test_nobody_stays_nobody():
    nobody = Subject(np.zeros((20, 30), bool))
    spoiled = spoil(nobody, np.random.default_rng(0))
    assert (spoiled.kinds, spoiled.mask.any(), spoiled.error.any()) == ((), False, False)
