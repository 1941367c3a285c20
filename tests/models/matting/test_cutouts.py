"""A cut-out on a new background: the person's own colours, no rim, no light of the screen, and the sum itself."""

import numpy as np
import pytest

from models.matting import Fault, MattingError, composite, despill, estimate_foreground, extend_edges
from tests.models.matting.painted_heads import head


@pytest.fixture(scope="module")
def painted():
    return head()


def test_the_colours_of_hair_come_back_out_of_the_mixture(painted):
    found = estimate_foreground(painted.image, painted.alpha).astype(float)
    soft = (painted.alpha > 0.1) & (painted.alpha < 0.9)
    before = np.abs(painted.image.astype(float) - painted.foreground)[soft].mean()
    assert np.abs(found - painted.foreground)[soft].mean() < 0.35 * before
    assert (found[painted.alpha == 1] == painted.image[painted.alpha == 1]).all()
    assert (found[painted.alpha == 0] == painted.image[painted.alpha == 0]).all()


def test_they_are_those_that_the_paper_s_own_code_finds(painted):
    from pymatting import estimate_foreground_ml

    theirs = estimate_foreground_ml(painted.image / 255, painted.alpha.astype(float)) * 255
    soft = (painted.alpha > 0.1) & (painted.alpha < 1)
    ours = estimate_foreground(painted.image, painted.alpha)
    assert np.abs(ours - theirs)[soft].mean() < 4


def test_a_new_background_shows_no_trace_of_the_old_one(painted):
    new = np.full_like(painted.image, 250)
    truth = composite(painted.foreground, painted.alpha, new).astype(float)
    soft = (painted.alpha > 0) & (painted.alpha < 1)
    dirty, clean = (
        np.abs(composite(colours, painted.alpha, new) - truth)[soft].mean()
        for colours in (painted.image, estimate_foreground(painted.image, painted.alpha))
    )
    assert clean < 0.4 * dirty


def test_compositing_is_the_sum_rounded_to_nearest():
    fore, back = np.full((1, 3, 3), 200, np.uint8), np.full((1, 3, 3), 101, np.uint8)
    alpha = np.array([[0, 0.5, 1]], np.float32)
    assert composite(fore, alpha, back)[0, :, 0].tolist() == [101, 150, 200]
    assert composite(fore, alpha, (0, 50, 255))[0, 1].tolist() == [100, 125, 228]


def test_a_background_that_does_not_fit_is_refused():
    fore, alpha = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.float32)
    with pytest.raises(MattingError, match="give one colour, or a picture of"):
        composite(fore, alpha, np.zeros((3, 2, 3), np.uint8))
    with pytest.raises(MattingError, match="outside 0..255") as caught:
        composite(fore, alpha, (0, 300, 0))
    assert caught.value.fault == Fault.RANGE


def test_colour_goes_on_past_the_edge_so_that_scaling_leaves_no_rim():
    fore = np.zeros((3, 6, 3), np.uint8)
    fore[:, 4:] = (200, 100, 50)
    alpha = np.zeros((3, 6), np.float32)
    alpha[:, 4:] = 0.5, 1
    alpha[0, 0], fore[0, 0] = 0.25, (9, 9, 9)
    found = extend_edges(fore, alpha)
    assert found[2, 2].tolist() == [200, 100, 50]
    assert found[1, 0].tolist() == [9, 9, 9]
    assert (found[alpha > 0] == fore[alpha > 0]).all()
    nobody = extend_edges(fore, np.zeros_like(alpha))
    assert (nobody == fore).all()


def test_green_light_leaves_the_edge_and_a_green_jade_stays():
    fore = np.zeros((1, 40, 3), np.uint8)
    fore[:] = (120, 160, 100)
    alpha = np.ones((1, 40), np.float32)
    alpha[0, :2], alpha[0, 2] = 0, 0.5
    clean = despill(fore, alpha, (0, 255, 0))
    assert clean[0, 2].tolist() == [120, 110, 100]  # held to the mean of red and blue
    assert 110 < clean[0, 6, 1] < 160
    assert clean[0, 30].tolist() == [120, 160, 100]
    assert clean[0, 0].tolist() == [120, 160, 100]
    assert (despill(fore[..., [0, 2, 1]], alpha, (10, 20, 250))[0, 2] == [120, 100, 110]).all()


def test_a_grey_screen_throws_no_colour_that_could_be_told():
    with pytest.raises(MattingError, match="no channel of the screen"):
        despill(np.zeros((2, 2, 3), np.uint8), np.ones((2, 2), np.float32), (90, 90, 90))


def test_an_alpha_in_8_bits_is_refused():
    with pytest.raises(MattingError, match="divide 8 bits by 255") as caught:
        estimate_foreground(np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.uint8))
    assert caught.value.fault == Fault.DTYPE
