"""Edges stand still where the picture does, and keep up where it moves."""

import numpy as np

from models.metrics import flicker
from models.video.fusion import steadied
from tests.models.video.drawn_shot import pattern, walking


def boiling(masks, seed=1):
    """Mattes of masks whose pixels near the edge are wrong at random, frame by frame."""
    rng = np.random.default_rng(seed)
    return [np.clip(mask + rng.normal(0, 0.25, mask.shape), 0, 1).astype(np.float32) for mask in masks]


def everywhere(pictures, alphas):
    """The frames of a shot, of which all may be drawn."""
    return [(picture, alpha, np.ones(alpha.shape, bool)) for picture, alpha in zip(pictures, alphas, strict=True)]


def test_what_boils_is_calmed_and_what_moves_keeps_up():
    for step in (0, 6):
        pictures, (person,) = walking(10, (80, step, 5))
        given = boiling(person)
        found = list(steadied(everywhere(pictures, given)))
        assert flicker(np.stack(found))[1:-1].mean() < 0.6 * flicker(np.stack(given))[1:-1].mean()
        wrong = [np.square(alpha - mask).mean() for alpha, mask in zip(found, person, strict=True)]
        before = [np.square(alpha - mask).mean() for alpha, mask in zip(given, person, strict=True)]
        assert np.mean(wrong) < np.mean(before)
        edge = [((alpha >= 0.5) != mask).sum() for alpha, mask in zip(found, person, strict=True)]
        assert np.mean(edge) <= np.mean(
            [((alpha >= 0.5) != mask).sum() for alpha, mask in zip(given, person, strict=True)]
        )


def test_an_edge_that_jumps_once_is_put_back_and_none_is_blurred():
    """A mean of the frames would leave a third of the person where the edge jumped."""
    picture, edges = pattern(1, 48, 64), (20, 20, 23, 20, 20)
    alphas = [np.repeat(np.arange(64) < edge, 48).reshape(64, 48).T.astype(np.float32) for edge in edges]
    found = np.stack(list(steadied(everywhere([picture] * 5, alphas))))
    assert np.abs(found - alphas[0]).max() < 0.05


def test_nothing_comes_over_a_cut():
    one, other = pattern(1, 192, 256), pattern(2, 192, 256)
    blank, full = np.zeros((192, 256), np.float32), np.ones((192, 256), np.float32)
    found = list(steadied(everywhere([one, one, other, other], [blank, blank, full, full])))
    assert found[1].mean() < 0.15
    assert found[2].mean() > 0.85


def test_a_hand_that_is_gone_is_gone():
    pictures, (person,) = walking(3, (80, 0, 5))
    pictures[1:] = [pattern(99, 192, 256)] * 2
    alphas = [person[0].astype(np.float32), *np.zeros((2, 192, 256), np.float32)]
    found = list(steadied(everywhere(pictures, alphas)))
    assert found[1][person[0]].mean() < 0.15


def test_beyond_the_band_nothing_is_drawn():
    """Somebody who is missed on one frame alone is not put there by those beside it."""
    picture, seen, missed = pattern(1, 48, 64), np.ones((48, 64), np.float32), np.zeros((48, 64), np.float32)
    band = np.zeros((48, 64), bool)
    band[:, :32] = True
    found = list(steadied([(picture, seen, band), (picture, missed, band), (picture, seen, band)]))
    assert found[1][:, :32].min() > 0.5
    assert not found[1][:, 32:].any()


def test_a_long_shot_is_not_held():
    given = 0

    def shot():
        nonlocal given
        for _ in range(6):
            given += 1
            yield pattern(1, 48, 64), np.zeros((48, 64), np.float32), np.ones((48, 64), bool)

    for done, alpha in enumerate(steadied(shot())):
        assert not alpha.any()
        assert given <= done + 2


def test_one_frame_and_none():
    alpha = np.full((48, 64), 0.5, np.float32)
    (found,) = steadied(everywhere([pattern(1, 48, 64)], [alpha]))
    assert np.array_equal(found, alpha)
    assert list(steadied([])) == []
