"""The band in pieces: every unknown pixel once, with its context, and nothing lost by solving them one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.matting import solve
from models.matting.bands import crops
from models.matting.closed_form import closed_form
from models.matting.guided import guided
from tests.models.matting.painted_heads import head


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from([1, 2, 20, 100]))
def test_every_unknown_pixel_is_in_one_crop_and_has_its_reach(seed, dots, reach):
    chance = np.random.default_rng(seed)
    shape = chance.integers(1, 220, 2)
    unknown = np.zeros(shape, bool)
    unknown[chance.integers(0, shape[0], dots), chance.integers(0, shape[1], dots)] = True
    times = np.zeros(shape, int)
    for crop in crops(unknown, reach):
        times[crop.box] += crop.mine
        y, x = (axis + part.start for axis, part in zip(np.nonzero(crop.mine), crop.box, strict=True))
        for place, part, size in zip((y, x), crop.box, shape, strict=True):
            assert part.start <= max(place.min() - reach, 0)
            assert part.stop >= min(place.max() + reach + 1, size)
    assert (times == unknown).all()


def test_two_heads_far_apart_are_two_crops_and_no_band_is_none():
    unknown = np.zeros((100, 900), bool)
    unknown[40:60, 10:30] = unknown[40:60, 860:880] = True
    assert len(list(crops(unknown, 2))) == 2
    assert list(crops(np.zeros((9, 9), bool), 2)) == []


@pytest.mark.parametrize(("method", "alone"), [("closed-form", closed_form), ("guided", guided)])
def test_piece_by_piece_is_the_whole_at_once(method, alone):
    one, other = head(seed=1), head(seed=2)
    gap = np.full((96, 300, 3), 90, np.uint8)
    image = np.concatenate([one.image, gap, other.image], axis=1)
    trimap = np.concatenate([one.trimap, np.zeros((96, 300), np.uint8), other.trimap], axis=1)
    assert len(list(crops(trimap == 128, 32))) == 2
    assert np.abs(solve(image, trimap, method) - alone(image, trimap)).max() < 1e-4
