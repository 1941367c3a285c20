"""SAD, MAD, MSE, gradient and connectivity error against plain ports of the published algorithms, by profile."""

import cv2
import numpy as np
import pytest

from models.metrics import MetricError, connectivity_error, gradient_error, mad, mse, sad
from tests.models.metrics.drawn_masks import soft


def plain_gradient(true, pred):
    """The MATLAB of Deep Image Matting and RVM's Python, in float64, without a region."""
    half = 4
    x = np.arange(-half, half + 1)
    gauss = np.exp(-(x**2) / (2 * 1.4**2)) / (1.4 * np.sqrt(2 * np.pi))
    filter_x = np.outer(gauss, -x * gauss / 1.4**2)
    filter_x /= np.sqrt((filter_x**2).sum())

    def magnitude(alpha):
        alpha = alpha.astype(np.float64)
        spread = alpha.max() - alpha.min()
        alpha = (alpha - alpha.min()) / spread if spread else np.zeros_like(alpha)
        filters = filter_x, filter_x.T.copy()
        return np.sqrt(sum(cv2.filter2D(alpha, -1, one, borderType=cv2.BORDER_REPLICATE) ** 2 for one in filters))

    return (magnitude(true) - magnitude(pred)) ** 2


def plain_connectivity(true, pred):
    """The same two sources, level by level over the whole frame."""
    levels = np.arange(0, 1.1, 0.1)
    reached = -np.ones_like(true)
    for below, level in zip(levels, levels[1:], strict=False):
        both = ((true >= np.float32(level)) & (pred >= np.float32(level))).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=4)
        largest = np.zeros_like(both)
        if len(stats) > 1:
            largest[labels == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])] = 1
        reached[(reached == -1) & (largest == 0)] = below
    reached[reached == -1] = 1
    over = [alpha - reached for alpha in (true, pred)]
    loose = [1 - one * (one >= np.float32(0.15)) for one in over]
    return np.abs(loose[0] - loose[1])


def cases():
    chance = np.random.default_rng(7)
    for number in range(24):
        height, width = chance.integers(20, 150, 2)
        true, pred = soft(chance, height, width)
        if number % 4 == 1:
            true, pred = (np.round(alpha * 255).astype(np.float32) / np.float32(255) for alpha in (true, pred))
        if number % 4 == 2:
            pred = np.clip(pred + chance.random((height, width), np.float32) * 0.3, 0, 1)
        if number % 4 == 3:
            true, pred = true * np.float32(0.6), (chance.random((height, width), np.float32) > 0.5) * pred
        yield true, pred, chance.random((height, width)) < 0.3


def test_an_alpha_reaches_a_level_from_the_very_float_on_that_is_the_level():
    """Degrees are found in numbers of levels: none may be off by one beside its level."""
    levels = np.float32(np.arange(1, 11)) / np.float32(10)
    beside = np.concatenate([np.nextafter(levels, np.float32(0)), levels, np.nextafter(levels[:-1], np.float32(1))])
    true = np.sort(beside)[::-1].reshape(1, -1).repeat(3, axis=0)
    pred = np.minimum(true + np.float32(0.4), 1)
    assert connectivity_error(true[None], pred[None])[0] == pytest.approx(
        plain_connectivity(true, pred).sum() / 1000, rel=1e-6
    )


def test_gradient_and_connectivity_are_those_of_a_plain_port():
    for true, pred, unknown in cases():
        gradient, connectivity = plain_gradient(true, pred), plain_connectivity(true, pred)
        assert gradient_error(true[None], pred[None])[0] == pytest.approx(gradient.sum() / 1000, rel=1e-6)
        assert connectivity_error(true[None], pred[None])[0] == pytest.approx(connectivity.sum() / 1000, rel=1e-6)
        inside = {"unknown": unknown, "profile": "dim"}
        assert gradient_error(true[None], pred[None], **inside)[0] == pytest.approx(
            gradient[unknown].sum() / 1000, rel=1e-6
        )
        assert connectivity_error(true[None], pred[None], **inside)[0] == pytest.approx(
            connectivity[unknown].sum() / 1000, rel=1e-6
        )


def test_the_same_names_are_other_figures_in_other_papers():
    true = np.zeros((1, 10, 10), np.float32)
    pred = true.copy()
    pred[0, :5] = 0.5
    unknown = np.zeros((10, 10), np.uint8)
    unknown[:5, :2] = 128
    assert mad(true, pred)[0] == 250
    assert mse(true, pred)[0] == 125
    assert sad(true, pred)[0] == 0.025
    assert mad(true, pred, unknown, "dim")[0] == 0.5
    assert mse(true, pred, unknown, "dim")[0] == 0.25
    assert sad(true, pred, unknown, "dim")[0] == 0.005
    assert sad(true, pred, unknown, "vm108")[0] == 0.5


def test_equal_and_constant_mattes_have_no_error():
    true, _ = soft(np.random.default_rng(8), 40, 60)
    grey, black = np.full_like(true, 0.5), np.zeros_like(true)
    for metric in (sad, mad, mse, gradient_error, connectivity_error):
        assert metric(true[None], true[None])[0] == 0
    assert gradient_error(grey[None], black[None])[0] == 0
    # Nothing is connected to anything where the truth is empty: all of the prediction is loose.
    assert connectivity_error(black[None], grey[None])[0] == pytest.approx(grey.sum() / 1000)


def test_a_region_of_nothing_gives_nothing():
    true, pred = soft(np.random.default_rng(9), 20, 30)
    for metric in (sad, mad, mse, gradient_error, connectivity_error):
        assert metric(true[None], pred[None], np.zeros((20, 30)), "dim")[0] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"true": np.full((1, 4, 4), np.nan, np.float32)}, "NaN"),
        ({"true": np.full((1, 4, 4), 255.0)}, "alpha lies in 0..1"),
        ({"true": np.zeros((1, 4, 4), np.uint8)}, "divide 8 bits by 255"),
        ({"true": np.zeros((1, 4, 5))}, "same frames and size"),
        ({"profile": "dim"}, "unknown="),
        ({"profile": "hard"}, "rvm, dim, vm108"),
        ({"profile": "dim", "unknown": np.zeros((2, 4, 4))}, "for each frame, or once for all"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(change, reason):
    arguments = {"true": np.zeros((1, 4, 4)), "pred": np.zeros((1, 4, 4))} | change
    for metric in (sad, mad, mse, gradient_error, connectivity_error):
        with pytest.raises(MetricError, match=reason):
            metric(**arguments)


def test_the_unknown_region_may_be_a_list():
    true, pred = np.zeros((1, 2, 2)), np.full((1, 2, 2), 0.5)
    assert mad(true, pred, [[128, 0], [0, 0]], "dim") == 0.5
