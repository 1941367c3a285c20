"""dtSSD, MESSDdt, flicker and temporal stability."""

import numpy as np
import pytest

from models.metrics import MetricError, dtssd, excess_flicker, flicker, messddt, temporal_stability
from models.metrics.contours import loops, simplified
from models.metrics.stability import cheapest_path, matching_cost
from tests.models.metrics.drawn_masks import ragged, soft


def mattes(frames=4, height=24, width=30):
    chance = np.random.default_rng(11)
    return (np.array(one) for one in zip(*(soft(chance, height, width) for _ in range(frames)), strict=True))


def test_dtssd_of_both_papers_by_their_formulas():
    true, pred = mattes()
    unknown = np.random.default_rng(12).random(true.shape) < 0.4
    change = (np.diff(pred, axis=0) - np.diff(true, axis=0)) ** 2
    assert dtssd(true, pred) == pytest.approx([0, *(100 * np.sqrt(change.mean(axis=(1, 2))))], rel=1e-5)
    inside = [np.sqrt(one[region].sum()) for one, region in zip(change, unknown, strict=False)]
    assert dtssd(true, pred, unknown, "vm108") == pytest.approx([*inside, 0], rel=1e-5)


def test_messddt_reads_the_next_frame_along_the_flow():
    true, pred = mattes(2)
    unknown = np.ones(true.shape[1:], bool)
    flow = np.zeros((1, *true.shape[1:], 2), np.float32)
    errors = (pred.astype(float) - true) ** 2
    assert messddt(true, pred, flow, unknown) == pytest.approx([np.abs(errors[0] - errors[1]).sum(), 0], rel=1e-5)
    # Two to the right: what leaves the frame is read as 0, half way between pixels as the mean of two.
    flow[..., 0] = 2
    moved = np.pad(pred.astype(float) - true, ((0, 0), (0, 0), (0, 2)))[1][:, 2:] ** 2
    assert messddt(true, pred, flow, unknown)[0] == pytest.approx(np.abs(errors[0] - moved).sum(), rel=1e-5)
    flow[..., 0], flow[..., 1] = 0, 0.5
    down = np.pad(pred.astype(float) - true, ((0, 0), (0, 1), (0, 0)))[1]
    half = ((down[:-1] + down[1:]) / 2) ** 2
    assert messddt(true, pred, flow, unknown)[0] == pytest.approx(np.abs(errors[0] - half).sum(), rel=1e-5)


def test_where_the_flow_is_not_known_nothing_counts():
    true, pred = mattes(2)
    flow = np.full((1, *true.shape[1:], 2), np.nan, np.float32)
    assert (messddt(true, pred, flow, np.ones(true.shape[1:])) == 0).all()


def test_a_matte_that_goes_back_and_forth_flickers_and_one_that_moves_on_does_not():
    alpha = np.zeros((4, 1, 4), np.float32)
    alpha[:, 0, 0] = 0, 1, 0, 1
    alpha[:, 0, 1] = 0, 0.3, 0.6, 0.9
    # One of the two pixels that change turns back, by 1.
    assert flicker(alpha) == pytest.approx([0, 500, 500, 0])
    steady = alpha.copy()
    steady[:, 0, 0] = 1
    assert excess_flicker(steady, alpha) == pytest.approx([0, 500, 500, 0])
    assert excess_flicker(alpha, steady)[1] < 0


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda true: dtssd(true, true, np.ones_like(true), "dim"), "single pictures"),
        (lambda true: dtssd(true, true, None, "vm108"), "unknown="),
        (lambda true: messddt(true, true, np.zeros((2, 4, 4, 2)), np.ones((4, 4)), "rvm"), "vm108"),
        (lambda true: messddt(true, true, np.zeros((3, 4, 4, 2)), np.ones((4, 4))), "frames - 1"),
        (lambda true: messddt(true, true, [[1, 2]], np.ones((4, 4))), "frames - 1"),
        (lambda true: messddt(true, true, None, np.ones((4, 4))), "flow is NoneType, .* give the way"),
        (lambda true: flicker(true[0]), "frames, height, width"),
        (lambda true: excess_flicker(true, true[:1]), "same frames and size"),
    ],
)
def test_what_is_not_defined_is_refused(ask, reason):
    with pytest.raises(MetricError, match=reason):
        ask(np.zeros((3, 4, 4), np.float32))


def test_outlines_run_along_the_edges_of_pixels_and_never_cross():
    mask = np.zeros((6, 7), bool)
    mask[1:3, 1:4] = mask[3:5, 4:6] = True  # they touch by a corner
    mask[1, 2] = False  # a bay
    found = [loop.tolist() for loop in loops(mask)]
    assert len(found) == 2
    chance = np.random.default_rng(13)
    for _ in range(20):
        noise = chance.random((9, 11)) < 0.5
        areas = [shoelace(loop) for loop in loops(noise)]
        assert sum(areas) == noise.sum(), "outlines less holes hold the mask's pixels"
        for loop in loops(noise):
            assert len({tuple(corner) for corner in loop[:-1]}) == len(loop) - 1


def shoelace(loop):
    x, y = loop.T
    return (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2


def test_a_simplified_line_keeps_its_corners():
    square = np.array([(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (0, 3), (0, 0)])
    assert simplified(square, 0.05).tolist() == [[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]]


def test_the_cheapest_path_is_the_cheapest_of_all():
    chance = np.random.default_rng(14)

    def least(costs, row, column):
        if (row, column) == (0, 0):
            return 0
        ways = [(row - 1, column), (row, column - 1), (row - 1, column - 1)]
        return costs[row, column] + min(least(costs, *way) for way in ways if min(way) >= 0)

    for _ in range(20):
        costs = chance.random(chance.integers(1, 6, 2))
        path = cheapest_path(costs)
        assert sum(costs[tuple(cell)] for cell in path[1:]) == pytest.approx(least(costs, *np.array(costs.shape) - 1))


def test_a_shape_that_only_moves_is_stable_and_one_that_boils_is_not():
    person = np.zeros((90, 120), bool)
    person[10:80, 20:60] = ragged(np.random.default_rng(15), 70, 40)
    moved = np.roll(person, (3, 20), (0, 1))
    boiling = np.logical_or(person, np.random.default_rng(16).random(person.shape) < 0.02)
    stable = temporal_stability(np.array([person, moved]))
    assert stable[0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(stable[1])
    assert temporal_stability(np.array([person, boiling]))[0] > 0.01


def test_an_empty_frame_has_no_outline_to_compare():
    person = np.zeros((3, 30, 30), bool)
    person[0, 5:25, 5:25] = person[2, 5:25, 5:25] = True
    assert np.isnan(temporal_stability(person)).all()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 20)])
def test_a_pixel_and_a_line_have_no_outline_to_compare(height, width):
    person = np.zeros((2, 30, 30), bool)
    person[:, 5 : 5 + height, 5 : 5 + width] = True
    assert np.isnan(temporal_stability(person)).all()


def square(height, width=None):
    mask = np.zeros((60, 60), bool)
    mask[6 : 6 + height, 6 : 6 + (width or height)] = True
    return mask


def test_a_square_that_grows_is_stable_while_as_many_points_lie_on_it():
    """Sides of 22 and of 24 are both cut in eight by points at most 3 apart; a side of 25 in nine."""
    grown = temporal_stability(np.array([square(22), square(24), square(25)]))
    assert grown[0] == pytest.approx(0, abs=1e-9)
    assert grown[1] > 0.1


def test_the_cost_of_two_points_by_hand():
    """The first two are alike; of the others (1/2)² / (1/2) + (1/2)² / (3/2), halved, is 1/3; their mean is 1/6."""
    here, there = np.array([[1, 0], [0, 1]]), np.array([[1, 0], [0.5, 0.5]])
    assert matching_cost(here, there) == pytest.approx(1 / 6)


def test_the_stability_of_two_drawn_shapes_has_not_changed():
    """A stored value, not one of another program: a square, and the same without a quarter."""
    whole, cut = square(40), square(40)
    cut[6:26, 6:26] = False
    assert temporal_stability(np.array([whole, cut]))[0] == pytest.approx(1.042754124608428)
