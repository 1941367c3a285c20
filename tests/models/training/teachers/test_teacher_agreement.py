"""What several opinions agree on, and what is left out."""

import numpy as np
import pytest

from models.training.teachers.agreement import Disagreement, agreed

SIZE = (40, 60)


def somebody(left=20, right=40, level=1.0):
    seen = np.zeros(SIZE, np.float32)
    seen[8:36, left:right] = level
    return seen


def test_what_all_see_is_learnt_as_they_see_it():
    got = agreed(np.stack([somebody(level=0.9)] * 4))
    np.testing.assert_allclose(got.person, somebody(level=0.9), atol=1e-6)
    assert (got.person.dtype, got.void.dtype, got.void.any()) == (np.float32, bool, False)


def test_where_one_sees_more_nothing_is_learnt():
    """A bag that a single view takes for a person."""
    bag = somebody()
    bag[20:28, 40:50] = 1
    got = agreed(np.stack([somebody(), somebody(), somebody(), bag]))
    np.testing.assert_array_equal(got.void, bag - somebody() > 0)
    assert got.person[10, 30] == pytest.approx(1)


def test_who_agrees_with_the_others_weighs_more():
    got = agreed(np.stack([somebody(), somebody(), somebody(20, 48)]))
    plain = np.mean([0, 0, 1])
    assert 0 < got.person[10, 45] < plain


def test_softly_unlike_edges_are_kept():
    some = np.stack([somebody(level=0.95), somebody(level=0.7), somebody(level=0.8)])
    got = agreed(some)
    assert not got.void.any()
    assert 0.7 < got.person[10, 30] < 0.95


def test_a_picture_on_which_only_some_see_anybody_is_left_out():
    with pytest.raises(Disagreement, match="3 of 4 views see somebody"):
        agreed(np.stack([somebody(), somebody(), somebody(), np.zeros(SIZE, np.float32)]))


def test_a_picture_on_which_all_see_somebody_else_is_left_out():
    with pytest.raises(Disagreement, match="share 0.00"):
        agreed(np.stack([somebody(0, 15), somebody(20, 35), somebody(40, 55)]))


def test_nobody_is_learnt_too():
    faint = np.full((3, *SIZE), 0.02, np.float32)
    got = agreed(faint)
    np.testing.assert_allclose(got.person, 0.02)
    assert not got.void.any()


def test_a_single_opinion_is_the_target():
    got = agreed(somebody()[None])
    np.testing.assert_array_equal(got.person, somebody())
    assert not got.void.any()
