"""The band along a mask's edge: as narrow as the edge is clean, as wide as the hair that stands out of it."""

import numpy as np
import pytest

from models.matting import Fault, MattingError, solve
from models.matting.trimap import band_radius, band_trimap, hair_trimap, mask_of
from tests.models.matting.painted_heads import head


@pytest.fixture(scope="module")
def shaggy():
    """A head with hairs and the mask that a network would give: the head without them."""
    one = head(260, 220, hairs=50, seed=3)
    bald = head(260, 220, hairs=0, seed=3)
    return one, mask_of(np.rint(bald.alpha * 255).astype(np.uint8))


def test_hair_that_the_mask_lacks_is_reached(shaggy):
    one, mask = shaggy
    plain, ours = band_trimap(mask, band_radius(*mask.shape)), hair_trimap(one.image, mask)
    hair = (mask == 0) & (one.alpha > 0.3)
    near = plain == 128
    assert (ours[near] == 128).all()
    reached = {name: (trimap[hair] == 128).mean() for name, trimap in (("plain", plain), ("ours", ours))}
    assert reached["ours"] > 1.25 * reached["plain"]
    assert (ours == 128).sum() < 0.75 * (band_trimap(mask, 3 * band_radius(*mask.shape)) == 128).sum()


def test_its_alpha_is_nearer_the_truth_than_that_of_the_plain_band(shaggy):
    one, mask = shaggy
    plain, ours = band_trimap(mask, band_radius(*mask.shape)), hair_trimap(one.image, mask)
    error = [np.abs(solve(one.image, trimap, "torch") - one.alpha).sum() for trimap in (plain, ours)]
    assert error[1] < error[0]


def test_a_clean_edge_keeps_the_plain_band():
    bald = head(260, 220, hairs=0, seed=3)
    mask = mask_of(np.rint(bald.alpha * 255).astype(np.uint8))
    plain, ours = band_trimap(mask, band_radius(*mask.shape)), hair_trimap(bald.image, mask)
    assert (ours == 128).sum() <= 1.02 * (plain == 128).sum()


def test_a_wall_in_the_persons_colours_does_not_widen_it():
    """Where person and background cannot be told apart, texture is no sign of hair."""
    chance = np.random.default_rng(2)
    image = chance.integers(0, 256, (200, 160, 3)).astype(np.uint8)
    mask = np.zeros((200, 160), np.uint8)
    mask[60:, 50:110] = 255
    plain = band_trimap(mask, band_radius(*mask.shape))
    assert (hair_trimap(image, mask) == plain).all()


def test_an_uncertainty_map_widens_it_on_both_sides_as_far_as_three_radii(shaggy):
    one, mask = shaggy
    radius = band_radius(*mask.shape)
    doubt = np.zeros(mask.shape)
    doubt[:130] = 0.6
    ours = hair_trimap(one.image, mask, doubt)
    wide = band_trimap(mask, 3 * radius)
    assert (ours[:120] == 128).sum() > 0.9 * (wide[:120] == 128).sum()
    assert (ours[140:] == hair_trimap(one.image, mask)[140:]).all()
    far = np.zeros(mask.shape)
    far[:8, :8] = 1.0
    assert (hair_trimap(one.image, mask, far) == hair_trimap(one.image, mask)).all()


def test_nobody_and_a_picture_full_of_her_have_no_band():
    image = np.full((40, 40, 3), 90, np.uint8)
    for level in (0, 255):
        mask = np.full((40, 40), level, np.uint8)
        assert (hair_trimap(image, mask) == mask).all()


def test_a_mask_or_a_map_that_does_not_fit_is_refused():
    image = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(MattingError, match="give uint8 of its size"):
        hair_trimap(image, np.zeros((8, 4), np.uint8))
    with pytest.raises(MattingError, match="the uncertainty reaches") as caught:
        hair_trimap(image, np.zeros((8, 8), np.uint8), np.full((8, 8), 7.0))
    assert caught.value.fault == Fault.RANGE


def test_a_matte_s_mask_is_where_it_reaches_one_half_or_the_level_asked_for():
    matte = np.array([[0, 64, 127, 128, 255]], np.uint8)
    assert mask_of(matte).tolist() == [[0, 0, 0, 255, 255]]
    assert mask_of(matte, 64).tolist() == [[0, 255, 255, 255, 255]]


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: mask_of(np.full((2, 2), 0.9)), "give uint8"),
        (lambda: mask_of(np.zeros((2, 2), np.uint8), 300), "from 1 to 255"),
        (lambda: band_trimap(np.zeros((9, 9), bool), 2), "uint8, 0 and 255"),
        (lambda: band_trimap(np.full((9, 9), 7, np.uint8), 2), "take mask_of"),
        (lambda: band_trimap(np.zeros((9, 9), np.uint8), 0), "1 pixel or more"),
    ],
)
def test_what_is_no_matte_or_no_mask_is_refused(ask, reason):
    with pytest.raises(MattingError, match=reason):
        ask()
