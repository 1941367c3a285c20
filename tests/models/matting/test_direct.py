"""Direct solution of systems of small blocks: the band where it is narrow, SuperLU where not, one answer."""

import numpy as np
import pytest

from models.matting import direct


def grid(height: int, width: int, seed: int, ridge: float = 0.5):
    """Blocks of a drawn positive matrix over a grid whose places touch eight neighbours, and the same one dense."""
    number = np.full((height + 2, width + 2), height * width)
    number[1:-1, 1:-1] = np.arange(height * width).reshape(height, width)
    near = np.stack(
        [number[1 + y : 1 + y + height, 1 + x : 1 + x + width].ravel() for y in (-1, 0, 1) for x in (-1, 0, 1)], axis=1
    )
    count, chance = height * width, np.random.default_rng(seed)
    dense = np.zeros((count * 4, count * 4))
    for here in range(count):
        for there in near[here][near[here] < count]:
            factor = chance.normal(size=(3, 8))
            places = [*range(4 * here, 4 * here + 4), *range(4 * there, 4 * there + 4)]
            dense[np.ix_(places, places)] += factor.T @ factor
    dense[np.diag_indices(count * 4)] *= 1 + ridge
    blocks = np.zeros((count, 9, 4, 4), np.float32)
    for here, slot in zip(*np.nonzero(near < count), strict=True):
        there = near[here, slot]
        blocks[here, slot] = dense[4 * here : 4 * here + 4, 4 * there : 4 * there + 4]
    return blocks, near, dense


@pytest.mark.parametrize(("height", "width", "way"), [(3, 40, "_banded"), (1, 1, "_banded"), (16, 16, "_sparse")])
def test_the_answer_is_that_of_the_dense_matrix(height, width, way, monkeypatch):
    taken = []
    monkeypatch.setattr(direct, "_WIDEST", 64)
    for name in ("_banded", "_sparse"):
        real = getattr(direct, name)
        monkeypatch.setattr(direct, name, lambda *args, name=name, real=real: taken.append(name) or real(*args))
    blocks, near, dense = grid(height, width, seed=height)
    right = np.random.default_rng(5).normal(size=(height * width, 4)).astype(np.float32)
    found = direct.inverse(blocks, near)(right)
    np.testing.assert_allclose(found.ravel(), np.linalg.solve(dense, right.ravel()), rtol=2e-3, atol=1e-4)
    assert taken == [way]


def test_islands_and_what_stands_alone_are_solved_with_the_rest():
    blocks, near, dense = grid(2, 20, seed=2)
    alone = [7, 27]  # the column between two islands, cut off from both
    for place in alone:
        near[place] = np.where(near[place] == place, place, 40)
    for other in set(range(40)) - set(alone):
        near[other] = np.where(np.isin(near[other], alone), 40, near[other])
    held = np.repeat(near < 40, 16).reshape(blocks.shape)
    apart = np.where(held, blocks, 0)
    mask = np.zeros((40, 40), bool)
    mask[np.repeat(np.arange(40), 9)[(near < 40).ravel()], near[near < 40]] = True
    dense = dense * np.kron(mask, np.ones((4, 4)))
    right = np.random.default_rng(6).normal(size=(40, 4)).astype(np.float32)
    found = direct.inverse(apart, near)(right)
    np.testing.assert_allclose(found.ravel(), np.linalg.solve(dense, right.ravel()), rtol=2e-3, atol=1e-4)


def test_what_rounding_made_negative_is_solved_all_the_same():
    blocks, near, _ = grid(2, 12, seed=3)
    blocks[5, 4] -= 1.5 * np.diag(np.diag(blocks[5, 4]))
    right = np.ones((24, 4), np.float32)
    assert np.isfinite(direct.inverse(blocks, near)(right)).all()
