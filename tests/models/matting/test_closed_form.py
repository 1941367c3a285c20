"""Closed-form alpha over a band: against an independent dense solve, against PyMatting, and at its edges."""

import cv2
import numpy as np
import pytest

from koutu import samples
from models.matting import closed_form as module
from models.matting.closed_form import closed_form
from models.matting.trimap import band_radius, band_trimap


def dense_laplacian(image, epsilon):
    """Equation 12 of Levin et al. written as it stands: window by window, into a full matrix."""
    height, width, _ = image.shape
    colours = image.reshape(-1, 3) / 255
    laplacian = np.zeros((height * width, height * width))
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            window = [(y + dy) * width + x + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
            apart = colours[window] - colours[window].mean(axis=0)
            inverse = np.linalg.inv(apart.T @ apart / 9 + epsilon / 9 * np.eye(3))
            laplacian[np.ix_(window, window)] += np.eye(9) - (1 + apart @ inverse @ apart.T) / 9
    return laplacian


def small_scene(height=14, width=17, seed=3):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    image[:, 8:] //= 3
    trimap = np.full((height, width), 128, np.uint8)
    trimap[:, :4], trimap[:, 13:] = 255, 0
    trimap[6, 8] = 255
    return image, trimap


@pytest.mark.parametrize("epsilon", [1e-7, 1e-4])
def test_it_is_the_dense_solution(epsilon):
    image, trimap = small_scene()
    unknown = (trimap == 128).ravel()
    laplacian = dense_laplacian(image, epsilon)
    known = (trimap == 255).ravel().astype(float)
    expected = known.copy()
    right = -(laplacian @ known)[unknown]
    expected[unknown] = np.linalg.solve(laplacian[np.ix_(unknown, unknown)], right)
    found = closed_form(image, trimap, epsilon=epsilon)
    np.testing.assert_allclose(found.ravel(), np.clip(expected, 0, 1), atol=2e-5)


def read_person(folder, index):
    """Picture (H, W, 3) uint8 RGB and mask (H, W) uint8 0/255 of one frame of a sequence."""
    number = sorted((folder / "images").iterdir())[index].stem
    image = cv2.imread(str(folder / "images" / f"{number}.jpg"))[..., ::-1].copy()
    mask = cv2.imread(str(folder / "masks" / f"{number}.png"), cv2.IMREAD_GRAYSCALE)
    return image, np.where(mask > 0, np.uint8(255), np.uint8(0))


@pytest.fixture(scope="module")
def person():
    return read_person(samples.find("sequences/one_by_one_b"), 20)


def test_it_is_what_pymatting_finds_on_a_person(person):
    from pymatting import estimate_alpha_cf

    image, mask = person
    trimap = band_trimap(mask, band_radius(*mask.shape))
    theirs = estimate_alpha_cf(image / 255, np.where(trimap == 128, 0.5, trimap / 255))
    ours = closed_form(image, trimap)
    assert np.abs(ours - theirs)[trimap == 128].mean() < 1e-3


def test_what_is_known_stays_known(person):
    image, mask = person
    trimap = band_trimap(mask, 4)
    alpha = closed_form(image, trimap)
    assert alpha.dtype == np.float32
    assert (alpha[trimap == 255] == 1).all()
    assert (alpha[trimap == 0] == 0).all()
    assert 0 < alpha[trimap == 128].mean() < 1


def test_a_band_too_wide_for_a_direct_solve_is_iterated_to_the_same(person, monkeypatch):
    image, mask = person
    trimap = band_trimap(mask, 4)
    direct = closed_form(image, trimap)
    monkeypatch.setattr(module, "_DIRECT_LIMIT", 0)
    iterated = closed_form(image, trimap, prior=cv2.GaussianBlur(mask, (0, 0), 3) / 255)
    assert np.abs(direct - iterated)[trimap == 128].mean() < 2 / 255


def test_where_nothing_is_known_the_prior_answers():
    image = np.random.default_rng(0).integers(0, 256, (9, 9, 3)).astype(np.uint8)
    trimap = np.full((9, 9), 128, np.uint8)
    prior = np.full((9, 9), 0.25)
    np.testing.assert_allclose(closed_form(image, trimap, prior), 0.25, atol=1e-3)
    np.testing.assert_allclose(closed_form(image, trimap), 0.5, atol=1e-3)


def test_a_picture_without_windows_and_one_without_a_band_are_answered():
    line = np.zeros((1, 5, 3), np.uint8)
    np.testing.assert_allclose(closed_form(line, np.array([[255, 128, 128, 128, 0]], np.uint8))[0, 1:4], 0.5)
    nothing = np.zeros((4, 4), np.uint8)
    assert not closed_form(np.zeros((4, 4, 3), np.uint8), nothing).any()


def test_pictures_and_trimaps_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        closed_form(np.zeros((4, 5, 3), np.uint8), np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="do not fit"):
        closed_form(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((3, 4)))


def test_the_band_lies_along_the_edge_and_as_wide_as_said():
    mask = np.zeros((60, 80), np.uint8)
    mask[20:, 20:60] = 255
    trimap = band_trimap(mask, 3)
    assert set(np.unique(trimap)) == {0, 128, 255}
    assert trimap[40].tolist() == [0] * 17 + [128] * 6 + [255] * 34 + [128] * 6 + [0] * 17
    # The picture cuts the person off at the bottom; that is no edge of hers.
    assert trimap[59, 40] == 255


def test_a_part_thinner_than_the_band_keeps_its_middle():
    mask = np.zeros((40, 80), np.uint8)
    mask[18:23, 10:70] = 255
    trimap = band_trimap(mask, 4)
    assert (trimap[20, 20:60] == 255).all()
    assert (trimap[18, 20:60] == 128).all()


def test_the_band_grows_with_the_picture():
    assert band_radius(90, 160) == 2
    assert band_radius(332, 800) == 3
    assert band_radius(1080, 1920) == 9
