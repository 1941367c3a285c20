"""From a mask to a matte along its edge; what cannot be solved keeps its mask."""

import numpy as np
import pytest

from models.matting.edges import edge_matte, edge_trimap
from tests.models.painted import scene


def test_the_matte_follows_the_edge_that_the_mask_has_only_nearly():
    image = scene([(160, 90, 40, 60, 230)])
    person = image[..., 0] > 200
    rough = np.roll(person, 1, axis=1)
    matte = edge_matte(image, np.where(rough, np.uint8(255), np.uint8(0)))
    assert np.count_nonzero((matte >= 128) != person) < 0.5 * np.count_nonzero(rough != person)


@pytest.mark.parametrize("rows", [slice(0, 0), slice(40, 42), slice(0, 80)], ids=["nobody", "a thread", "everywhere"])
def test_what_leaves_nothing_to_solve_by_is_its_own_matte(rows):
    mask = np.zeros((80, 100), np.uint8)
    mask[rows] = 255
    assert edge_trimap(mask) is None
    assert np.array_equal(edge_matte(np.full((80, 100, 3), 90, np.uint8), mask), mask)
