"""From a mask to a matte along its edge; what cannot be solved keeps its mask."""

import cv2
import numpy as np
import pytest

from models.matting.edges import begun, edge_matte, edge_trimap
from tests.models.painted import scene


def test_the_matte_follows_the_edge_that_the_mask_has_only_nearly():
    image = scene([(160, 90, 40, 60, 230)])
    person = image[..., 0] > 200
    rough = np.roll(person, 1, axis=1)
    matte = edge_matte(image, np.where(rough, np.uint8(255), np.uint8(0)))
    assert np.count_nonzero((matte >= 128) != person) < 0.5 * np.count_nonzero(rough != person)


@pytest.mark.parametrize("wide", [1, 2, 3])
@pytest.mark.parametrize("way", [(0, -150), (110, -110)], ids=["upright", "leaning"])
def test_a_spear_of_few_pixels_is_not_lost(wide, way):
    """Beside the person who holds it, in another colour than the person's."""
    image = scene([(120, 200, 40, 60, 230)], (260, 320))
    hand = np.array((165, 200))
    spear = cv2.line(np.zeros(image.shape[:2], np.uint8), tuple(hand), tuple(hand + way), 255, wide)
    image[spear > 0] = (20, 40, 250)
    matte = edge_matte(image, np.where((image[..., 0] > 200) | (spear > 0), np.uint8(255), np.uint8(0)))
    assert np.mean(matte[spear > 0] >= 128) > 0.9


@pytest.mark.parametrize(
    "part", [np.s_[:0], np.s_[40:42, 30:40], np.s_[:]], ids=["nobody", "a short thread", "everywhere"]
)
def test_what_leaves_nothing_to_solve_by_is_its_own_matte(part):
    mask = np.zeros((80, 100), np.uint8)
    mask[part] = 255
    assert edge_trimap(mask) is None
    assert np.array_equal(edge_matte(np.full((80, 100, 3), 90, np.uint8), mask), mask)


def test_what_stage_2_begins_with_is_nearly_the_whole_solve():
    image = scene([(160, 90, 40, 60, 230)])
    mask = np.where(image[..., 0] > 200, np.uint8(255), np.uint8(0))
    alpha, whole = begun(image, edge_trimap(mask)), edge_matte(image, mask) / 255
    assert (alpha.dtype, alpha.shape) == (np.float32, mask.shape)
    assert np.abs(alpha - whole)[edge_trimap(mask) == 128].mean() < 0.01
