"""ViTMatte of random weights: a trimap is solved where it is unknown, and nowhere else."""

import numpy as np
import pytest

from models.backends import BadInput, WeightsMissing
from models.backends.registry import open_backend


@pytest.fixture(scope="module")
def net(vitmatte_folder):
    return open_backend("vitmatte", vitmatte_folder)


@pytest.fixture
def trimap():
    trimap = np.zeros((70, 110), np.uint8)
    trimap[20:50, 30:80], trimap[28:42, 40:70] = 128, 255
    return trimap


def test_the_band_is_solved_and_what_is_known_stays(net, trimap):
    image = np.random.default_rng(0).integers(0, 256, (70, 110, 3)).astype(np.uint8)
    alpha = net.matte(image, trimap).alpha
    assert alpha.dtype == np.float32
    assert alpha.shape == (70, 110)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    band = alpha[trimap == 128]
    assert 0 <= band.min() < band.max() <= 1
    np.testing.assert_array_equal(net.matte(image, trimap).alpha, alpha)


def test_what_lies_far_from_the_band_costs_and_changes_nothing(net, trimap):
    wide = np.zeros((70, 500), np.uint8)
    wide[:, :110] = trimap
    image = np.random.default_rng(0).integers(0, 256, (70, 500, 3)).astype(np.uint8)
    other = image.copy()
    other[:, 300:] = 0
    np.testing.assert_array_equal(net.matte(image, wide).alpha, net.matte(other, wide).alpha)


def test_it_wants_a_trimap_and_says_so(net, trimap):
    image = np.zeros((70, 110, 3), np.uint8)
    assert net.guide == "trimap"
    with pytest.raises(BadInput, match="no trimap"):
        net.matte(image)
    with pytest.raises(BadInput, match="nothing to solve"):
        net.matte(image, np.where(trimap == 128, np.uint8(0), trimap))
    with pytest.raises(BadInput, match="the same size"):
        net.matte(image[:60], trimap)


def test_whose_terms_hold_for_the_weights_is_said(net):
    assert "non-commercial" in net.licence
    assert len(net.version) == 16


def test_weights_of_another_network_are_refused_as_it_is_opened(sam2_folder):
    with pytest.raises(WeightsMissing, match=r"are those of sam2\w*, not of vitmatte: give the folder"):
        open_backend("vitmatte", sam2_folder)
