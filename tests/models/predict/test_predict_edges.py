"""A hard mask gets its soft edge, by the closed form or by a network."""

import numpy as np
import pytest

from models import planes
from models.backends.registry import open_backend
from models.predict.edges import Edges
from tests.models.painted import scene


@pytest.fixture
def image():
    return scene([(100, 100, 30, 60, 230)])


@pytest.fixture(params=["closed form", "network"])
def edges(request):
    if request.param == "closed form":
        return Edges()
    return Edges(open_backend("vitmatte", request.getfixturevalue("vitmatte")[-1]))


def test_the_inside_is_full_the_outside_empty_and_only_the_band_is_solved(edges, image):
    mask = image[..., 0] > 200
    matte = edges.matte(image, mask, None)
    planes.check("matte", matte)
    assert matte[90:110, 90:110].min() == 255
    assert matte[:30].max() == 0
    assert ((matte > 0) & (matte < 255)).any()


def test_the_frame_before_moves_nothing_that_the_picture_decides(image):
    mask = image[..., 0] > 200
    alone = Edges().matte(image, mask, None)
    after = Edges().matte(image, mask, np.roll(alone, 6, axis=1))
    assert np.abs(alone.astype(int) - after).max() <= 1


def test_with_nothing_to_solve_the_mask_is_the_matte(edges, image):
    assert edges.matte(image, None, None).max() == 0
    assert edges.matte(image, np.ones(image.shape[:2], bool), None).min() == 255
    speck = np.zeros(image.shape[:2], bool)
    speck[80, 80] = True
    np.testing.assert_array_equal(edges.matte(image, speck, None), speck * 255)
