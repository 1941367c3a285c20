"""What is said to a network lands where the person meant it, and nonsense is refused with a reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.backends import BadInput, Prompt
from models.backends.prompt import check_picture, unit
from models.backends.square import Square

sides = st.integers(1, 4000)


@given(sides, sides, st.sampled_from([64, 1024]), st.floats(0, 1), st.floats(0, 1))
def test_a_place_goes_to_the_network_and_comes_back(height, width, side, across, down):
    square = Square(height, width, side)
    place = np.array([across * width, down * height])
    there = square.to_model(place)
    assert there.min() >= -0.5
    assert there.max() <= side - 0.5
    np.testing.assert_allclose(square.to_frame(there), place, atol=max(height, width) / side * 1e-3 + 1e-3)


def test_the_middle_of_a_pixel_is_the_middle_of_a_pixel_there_too():
    np.testing.assert_allclose(Square(64, 64, 64).to_model(np.array([[0.5, 0.5], [63.5, 10.5]])), [[0, 0], [63, 10]])


@pytest.mark.parametrize("size", [(60, 100), (1080, 1920), (333, 77)])
def test_a_mask_goes_to_the_network_and_comes_back_to_its_place(size):
    import torch

    height, width = size
    y, x = np.mgrid[:height, :width] + 0.5
    disc = ((x / width - 0.4) ** 2 + (y / height - 0.6) ** 2 < 0.04).astype(np.float32)
    square = Square(height, width, 256)
    there = square.shrunk(disc)
    assert there.shape == (1, 1, 256, 256)
    back = square.back(torch.logit(there[0, 0], eps=1e-4)) >= 0.5
    assert (back & (disc > 0)).sum() / (back | (disc > 0)).sum() > 0.97
    for axis, places in ((1, x), (0, y)):
        assert places[back].mean() == pytest.approx(places[disc > 0].mean(), abs=0.01 * size[axis])


def test_pictures_are_normalised_as_the_networks_were_trained():
    white = Square(8, 8, 16).pixels(np.full((8, 8, 3), 255, np.uint8))
    assert white.shape == (1, 3, 16, 16)
    np.testing.assert_allclose(white[0, :, 5, 5], [2.2489, 2.4286, 2.64], atol=1e-3)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        (Prompt(), "empty"),
        (Prompt(points=[(3, 3)]), "give every point one"),
        (Prompt(points=[(3, 3)], labels=[2]), "1 is inside"),
        (Prompt(points=[(11, 3)], labels=[1]), "not in a picture of 10x6"),
        (Prompt(points=[(float("nan"), 3)], labels=[1]), "not in a picture"),
        (Prompt(box=(5, 1, 5, 3)), "left < right"),
        (Prompt(box=(0, 0, 10, float("nan"))), "left < right"),
        (Prompt(mask=np.zeros((10, 6), bool)), "the same size"),
    ],
)
def test_a_prompt_that_means_nothing_is_refused(prompt, reason):
    with pytest.raises(BadInput, match=reason):
        prompt.check(height=6, width=10)


def test_a_prompt_up_to_the_border_is_taken():
    Prompt([(0, 0), (10, 6)], [1, 0], (0, 0, 10, 6), np.ones((6, 10), bool)).check(6, 10)


def test_masks_of_every_sort_mean_the_same():
    mask = np.array([[False, True]])
    for sort in (mask, mask * np.uint8(255), mask.astype(np.float64)):
        np.testing.assert_array_equal(unit(sort, 1, 2), [[0, 1]])


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (np.ones((2, 2), np.uint8), "0 and 255"),
        (np.ones((2, 2), np.int32), "int32"),
        (np.full((2, 2), np.nan), "NaN"),
        (np.full((2, 2), 3.0), "not logits"),
    ],
)
def test_a_mask_of_another_sort_is_refused(mask, reason):
    with pytest.raises(BadInput, match=reason):
        unit(mask, 2, 2)


@pytest.mark.parametrize(
    ("shape", "sort"), [((4, 4), np.uint8), ((4, 4, 4), np.uint8), ((4, 4, 3), float), ((0, 4, 3), np.uint8)]
)
def test_a_picture_of_another_sort_is_refused(shape, sort):
    with pytest.raises(BadInput, match="give"):
        check_picture(np.zeros(shape, sort))
