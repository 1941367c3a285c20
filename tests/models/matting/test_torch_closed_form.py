"""The platform's own solver: the same alpha as the direct one, at a cost that follows the band."""

import numpy as np
import pytest
import torch

from koutu import samples
from models.matting.closed_form import closed_form
from models.matting.tile_laplacian import TileLaplacian
from models.matting.tiles import SIDE, cut, inner
from models.matting.torch_closed_form import conjugate_gradients, torch_closed_form
from models.matting.trimap import band_radius, band_trimap
from tests.models.matting.painted_heads import head
from tests.models.matting.test_closed_form import dense_laplacian, read_person, small_scene


def test_its_planes_are_the_rows_of_the_dense_laplacian():
    image, trimap = small_scene(21, 26)
    free = trimap == 128
    tiles = cut(free, torch.device("cpu"))
    unknown = torch.from_numpy(free).view(-1)[tiles.own] & inner(tiles.inside)
    laplacian = TileLaplacian(tiles, torch.from_numpy(image).view(-1, 3), unknown, 1e-7)
    field = np.random.default_rng(1).random(free.size).astype(np.float32)
    product = laplacian.wide(torch.from_numpy(field)[tiles.pixel] * tiles.inside)
    expected = (dense_laplacian(image, 1e-7) @ field)[tiles.own[unknown]]
    np.testing.assert_allclose(product[unknown], expected, atol=5e-6)
    assert not product[~unknown].any()


@pytest.mark.parametrize("seed", [1, 4])
def test_sought_to_the_end_it_is_the_direct_solution(seed):
    one = head(seed=seed)
    direct, ours = closed_form(one.image, one.trimap), torch_closed_form(one.image, one.trimap, tolerance=1e-6)
    assert np.abs(ours - direct).max() < 0.01
    assert np.abs(ours - direct)[one.band].mean() < 3e-4


def test_on_a_person_its_own_tolerance_is_near_enough():
    image, mask = read_person(samples.find("sequences/one_by_one_b"), 20)
    trimap = band_trimap(mask, band_radius(*mask.shape))
    direct, ours = closed_form(image, trimap), torch_closed_form(image, trimap)
    assert np.abs(ours - direct)[trimap == 128].mean() < 0.004


def test_a_grey_picture_has_one_colour_to_go_by_and_is_solved_all_the_same():
    one = head(hairs=5)
    grey = np.repeat(one.image.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    ours = torch_closed_form(grey, one.trimap, tolerance=1e-6)
    assert np.abs(ours - closed_form(grey, one.trimap))[one.band].mean() < 2e-3


def test_a_person_known_only_beyond_the_tiles_of_the_band_still_pulls_it():
    """The known column begins exactly where the last tile of the band ends."""
    image = np.full((3 * SIDE, 4 * SIDE, 3), 90, np.uint8)
    trimap = np.zeros(image.shape[:2], np.uint8)
    trimap[SIDE : 2 * SIDE, SIDE : 2 * SIDE] = 128
    trimap[:, 2 * SIDE :] = 255
    ours = torch_closed_form(image, trimap, tolerance=1e-6)
    assert ours[12, 2 * SIDE - 1] > 0.6
    assert np.abs(ours - closed_form(image, trimap)).max() < 0.01


def test_a_band_that_touches_the_person_alone_is_hers():
    """The flattest energy there is: nothing pulls the band away from 1, and no rounding may."""
    one = head()
    trimap = np.where(one.trimap == 0, np.uint8(255), one.trimap)
    assert np.abs(torch_closed_form(one.image, trimap) - 1).max() < 0.02


def test_the_caller_keeps_his_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    torch_closed_form(head().image, head().trimap)
    assert torch.get_num_threads() == 3
    torch.set_num_threads(before)


def test_where_nothing_is_known_the_prior_answers():
    image = np.random.default_rng(0).integers(0, 256, (19, 9, 3)).astype(np.uint8)
    trimap = np.full((19, 9), 128, np.uint8)
    np.testing.assert_allclose(torch_closed_form(image, trimap, np.full((19, 9), 0.25)), 0.25, atol=1e-3)
    np.testing.assert_allclose(torch_closed_form(image, trimap), 0.5, atol=1e-3)


def test_where_all_is_known_there_is_nothing_to_solve():
    one = head()
    known = np.where(one.trimap == 128, np.uint8(0), one.trimap)
    np.testing.assert_array_equal(torch_closed_form(one.image, known), known / np.float32(255))


def test_a_band_that_touches_the_background_alone_is_nobodys():
    one = head()
    trimap = np.where(one.trimap == 255, np.uint8(0), one.trimap)
    trimap[0, 0] = 255  # known to be hers, but far from the band
    assert torch_closed_form(one.image, trimap)[one.band].max() < 0.02


def test_a_picture_without_windows_is_answered_by_the_prior():
    line, trimap = np.zeros((1, 5, 3), np.uint8), np.array([[255, 128, 128, 128, 0]], np.uint8)
    np.testing.assert_allclose(torch_closed_form(line, trimap)[0], [1, 0.5, 0.5, 0.5, 0])
    prior = np.full((1, 5), 0.125)
    np.testing.assert_allclose(torch_closed_form(line, trimap, prior)[0], [1, 0.125, 0.125, 0.125, 0])


def test_the_frame_before_shortens_the_way():
    """Stopped early, the solve that began at the alpha of the frame before is the nearer one."""
    one = head(160, 140, seed=2)
    exact = torch_closed_form(one.image, one.trimap, tolerance=1e-5)
    cold, warm = (torch_closed_form(one.image, one.trimap, prior, tolerance=0.02) for prior in (None, exact))
    assert np.abs(warm - exact)[one.band].mean() < 0.5 * np.abs(cold - exact)[one.band].mean()


def test_conjugate_gradients_end_sooner_from_a_better_start():
    spread = torch.linspace(1, 400, 60)
    right, answer = torch.ones(60), 1 / spread
    rounds = []
    for start in (torch.zeros(60), answer * 1.01, answer):
        found, count = conjugate_gradients(lambda x: spread * x, lambda rest: rest, right, start, 1e-4)
        np.testing.assert_allclose(found, answer, atol=1e-3)
        rounds.append(count)
    assert rounds[0] > rounds[1] >= rounds[2] == 0


def test_tiles_follow_the_band_and_know_their_neighbours():
    unknown = np.zeros((50, 70), bool)
    unknown[3, 3:20] = unknown[49, 69] = True
    tiles = cut(unknown, torch.device("cpu"))
    assert tiles.count == 3 + 1 + 1  # a row of three, a corner, and nobody
    assert tiles.neighbour[1, 2].tolist() == [1, 2, 4, 4, 4]
    assert tiles.neighbour[1, 0].tolist() == [4, 0, 1, 4, 4]
    places = torch.arange(unknown.size)[tiles.own].float()
    places[..., -1] = -1
    wide = tiles.widen(places)
    known = wide >= 0
    assert (wide[known] == tiles.pixel[known]).all()
    assert not (known & ~tiles.inside)[:, :, :3].any()
