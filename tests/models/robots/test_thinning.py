"""The middle line of a region, and the longest way along it."""

import cv2
import numpy as np
import pytest

from models.robots.thinning import longest_path, thinned
from tests.models.robots.drawn import SIZE, box, disc, person


def pieces(mask, connectivity=8):
    return cv2.connectedComponents(mask.astype(np.uint8), connectivity=connectivity)[0] - 1


@pytest.mark.parametrize(
    "region",
    [person(), box(10, 10, 31, 80), disc(60, 40, 30) & ~disc(60, 40, 15), box(3, 3, 1, 40), box(0, 0, 96, 128)],
)
def test_a_skeleton_is_thin_and_holds_together(region):
    skeleton = thinned(region)
    assert not (skeleton & ~region).any()
    assert pieces(skeleton) == pieces(region)
    blocks = skeleton[1:, 1:] & skeleton[1:, :-1] & skeleton[:-1, 1:] & skeleton[:-1, :-1]
    assert not blocks.any()


def test_a_bar_becomes_its_middle_line():
    path = longest_path(thinned(box(10, 10, 9, 81)))
    assert len(path) > 70
    assert path[:, 1] == pytest.approx(14.5, abs=0.51)


def test_a_ring_keeps_its_hole():
    skeleton = thinned(disc(60, 40, 30) & ~disc(60, 40, 15))
    assert pieces(~skeleton, connectivity=4) == 2
    rows, columns = np.nonzero(skeleton)
    assert np.hypot(columns + 0.5 - 60, rows + 0.5 - 40) == pytest.approx(22.5, abs=2.5)


def test_no_piece_is_lost_not_even_one_that_zhang_and_suen_delete():
    region = box(10, 10, 2, 2) | box(50, 50, 1, 1) | box(70, 70, 9, 30)
    assert pieces(thinned(region)) == 3
    assert not thinned(np.zeros(SIZE, bool)).any()


def test_the_longest_way_leaves_out_the_branch():
    cross = box(40, 10, 1, 100) | box(30, 50, 25, 1)
    path = longest_path(cross)
    assert len(path) == 100
    assert path[:, 1] == pytest.approx(40.5)
    assert sorted([path[0, 0], path[-1, 0]]) == [10.5, 109.5]


def test_a_ring_is_cut_open_and_walked_round():
    ring = thinned(disc(60, 40, 30) & ~disc(60, 40, 25))
    path = longest_path(ring)
    assert len(path) > 0.9 * np.count_nonzero(ring)
    assert np.hypot(*np.diff(path, axis=0).T).max() < 1.5


def test_a_pixel_is_a_way_and_nothing_is_none():
    assert longest_path(box(7, 5, 1, 1)).tolist() == [[5.5, 7.5]]
    with pytest.raises(ValueError, match="the skeleton is empty"):
        longest_path(np.zeros(SIZE, bool))
