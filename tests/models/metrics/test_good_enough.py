"""Good enough to go out: what the definition lets pass and what it does not."""

import numpy as np
import pytest

from models.metrics import MetricError, band_mad, good, part_recall

HEIGHT, WIDTH = 480, 854


def person():
    mask = np.zeros((1, HEIGHT, WIDTH), bool)
    mask[0, 60:460, 300:420] = True
    return mask


def test_two_pixels_are_forgiven_and_four_are_not():
    true = person()
    assert good(true, np.roll(true, 2, axis=2)).tolist() == [True]
    assert good(true, np.roll(true, 4, axis=2)).tolist() == [False]


def test_a_piece_that_is_missing_or_too_much_is_bad_though_the_outline_is_good():
    true = person()
    # 0.2 % of 48,000 pixels are 96. A hole loses the tolerance round its rim, an island far away does not.
    for hole, island, expected in ((13, 9, True), (14, 10, False)):
        holed, grown = true.copy(), true.copy()
        holed[0, 200 : 200 + hole, 340 : 340 + hole] = False
        grown[0, 200 : 200 + island, 600 : 600 + island] = True
        assert good(true, holed)[0] == good(true, grown)[0] == expected


def test_many_small_errors_are_not_one_large_one():
    true = person()
    pred = true.copy()
    for row in range(100, 400, 60):
        pred[0, row : row + 9, 350:359] = False
    assert good(true, pred)[0]


def test_half_of_a_sword_may_not_be_missing():
    true = person()
    sword = np.zeros_like(true)
    sword[0, 200:207, 420:440] = True
    true |= sword
    pred = true & ~sword
    # 140 pixels are far too few to be 0.2 % of the person twice, but they are all of the sword.
    assert good(true, pred, parts=[sword])[0] == False  # noqa: E712 numpy's
    pred[0, 200:207, 420:436] = True
    assert good(true, pred, parts=[sword])[0]
    assert part_recall(sword, pred).tolist() == [0.8]
    assert np.isnan(part_recall(np.zeros_like(sword), pred)).all()


def test_a_hard_matte_in_soft_hair_is_bad():
    true = person()
    alpha = true.astype(np.float32)
    alpha[0, 60:100, 300:420] = 0.4
    hard = (alpha >= 0.5).astype(np.float32)
    mask = alpha >= 0.25
    assert band_mad(alpha, hard)[0] == pytest.approx(0.4)
    assert good(mask, mask, true_alpha=alpha, pred_alpha=alpha)[0]
    assert not good(mask, mask, true_alpha=alpha, pred_alpha=hard)[0]


def test_nobody_is_good_when_nobody_is_there():
    nobody = np.zeros((2, 40, 40), bool)
    somebody = nobody.copy()
    somebody[1, 10:30, 10:30] = True
    assert good(nobody, somebody).tolist() == [True, False]
    assert good(somebody, somebody, void=nobody).tolist() == [True, True]


def test_what_does_not_fit_is_refused():
    true = person()
    with pytest.raises(MetricError, match="pred_alpha"):
        good(true, true, true_alpha=true.astype(np.float32))
    with pytest.raises(MetricError, match="true_alpha"):
        good(true, true, pred_alpha=true.astype(np.float32))
    with pytest.raises(MetricError, match=r"parts\[0\]"):
        good(true, true, parts=[true[:, :10]])


def test_alphas_are_of_the_masks_frames_and_size():
    """Three frames with the alpha of one would say of the first alone that it is good."""
    true = np.repeat(person(), 3, axis=0)
    alpha = true.astype(np.float32)
    assert good(true, true, true_alpha=alpha, pred_alpha=alpha).tolist() == [True] * 3
    for wrong in (alpha[:1], alpha[:, :100], alpha[0]):
        with pytest.raises(MetricError, match="true_alpha is"):
            good(true, true, true_alpha=wrong, pred_alpha=wrong)
        with pytest.raises(MetricError, match="pred_alpha is"):
            good(true, true, true_alpha=alpha, pred_alpha=wrong)
