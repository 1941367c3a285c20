"""Who is whose region: matched, joined and parted people."""

import numpy as np
import pytest

from models.evaluate.people import told_apart


def boxes(*columns):
    """Masks (20, 100) of whole columns, each from its first to before its last."""
    found = []
    for first, last in columns:
        mask = np.zeros((20, 100), bool)
        mask[:, first:last] = True
        found.append(mask)
    return found


PEOPLE = (1 * boxes((0, 20))[0] + 2 * boxes((30, 50))[0] + 3 * boxes((60, 100))[0]).astype(np.uint8)


def test_everybody_found_is_perfect_in_any_order():
    got = told_apart(PEOPLE, boxes((60, 100), (0, 20), (30, 50)))
    assert (got.j, got.merges, got.splits) == (1, 0, 0)


def test_one_region_stands_for_one_person():
    got = told_apart(PEOPLE, boxes((0, 50), (60, 100)))
    assert got.j == pytest.approx((20 / 50 + 0 + 1) / 3)
    assert (got.merges, got.splits) == (1, 0)


def test_pieces_of_a_person_are_counted_and_specks_are_not():
    got = told_apart(PEOPLE, boxes((0, 20), (30, 50), (60, 75), (75, 95), (97, 100)))
    assert got.j == pytest.approx((1 + 1 + 0.5) / 3)
    assert (got.merges, got.splits) == (0, 1)


def test_a_region_that_is_nobody_neither_joins_nor_parts():
    got = told_apart(PEOPLE, boxes((0, 20), (20, 30), (30, 50), (60, 100)))
    assert (got.j, got.merges, got.splits) == (1, 0, 0)


def test_nobody_found_is_zero():
    got = told_apart(PEOPLE, [])
    assert (got.j, got.merges, got.splits) == (0, 0, 0)


def test_a_picture_of_nobody_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        told_apart(np.zeros_like(PEOPLE), boxes((0, 20)))
