"""Each loss against what a hand works out."""

from math import exp, log

import pytest
import torch

from models.training import losses

ONE = torch.ones(1, 1, 2, 2)


def plane(*rows):
    return torch.tensor([[rows]], dtype=torch.float32)


def softplus(x):
    return log(1 + exp(x))


def test_cross_entropy_weighs_pixels():
    logits, truth, weight = plane([2, 0], [-1, 9]), plane([1, 0], [1, 0]), plane([1, 3], [2, 0])
    by_hand = (1 * softplus(-2) + 3 * log(2) + 2 * softplus(1)) / 6
    assert float(losses.cross_entropy(logits, truth, weight)) == pytest.approx(by_hand, rel=1e-5)


def test_what_nobody_judges_costs_nothing_and_teaches_nothing():
    logits = torch.randn(2, 1, 4, 4, requires_grad=True)
    truth, void = (torch.rand(2, 1, 4, 4) > 0.5).float(), torch.zeros(2, 1, 4, 4)
    for loss in (losses.cross_entropy, losses.divergence, losses.difference, losses.gradient, losses.laplacian):
        found = loss(logits, truth, void)
        assert found.tolist() == [0, 0]
        found.sum().backward()
        assert not logits.grad.any()
    assert losses.dice(logits, truth, void).tolist() == [0, 0]


def test_dice_counts_overlap_and_asks_for_nobody_where_nobody_is():
    logits = torch.full((1, 1, 2, 2), 0.0)
    assert float(losses.dice(logits, plane([1, 1], [0, 0]), ONE)) == pytest.approx(1 - (2 * 1 + 1) / (2 + 2 + 1))
    assert float(losses.dice(logits, plane([0, 0], [0, 0]), ONE)) == pytest.approx(1 - 1 / 3)
    assert float(losses.dice(logits - 50, plane([0, 0], [0, 0]), ONE)) == pytest.approx(0, abs=1e-6)


def test_the_band_is_five_pixels_across_and_counts_five_times_and_parts_three_times():
    mask = torch.zeros(1, 1, 9, 40)
    mask[..., 10:] = 1
    band = losses.edge(mask)[0, 0, 4]
    assert band.nonzero().flatten().tolist() == [8, 9, 10, 11]  # two on either side: the edge lies between two pixels
    part = torch.zeros(1, 1, 9, 40, dtype=torch.bool)
    part[..., 17:19] = True
    weights = losses.emphasis(losses.edge(mask), part)[0, 0, 4]
    assert weights[7:14].tolist() == [1, 5, 15, 15, 15, 3, 3]  # what is round a part counts as it does, on both sides
    assert weights[18:30].tolist() == [3] * 9 + [1] * 3


def test_wrong_is_further_than_a_tenth_from_the_truth():
    logits = torch.logit(plane([0.95, 0.85], [0.05, 0.15]))
    assert losses.wrongness(logits, plane([1, 1], [0, 0])).flatten().tolist() == [0, 1, 0, 1]


def test_divergence_is_nothing_where_soft_truth_is_met():
    truth = plane([0.3, 1], [0, 0.7])
    assert float(losses.divergence(truth.clamp(1e-6, 1 - 1e-6).logit(), truth, ONE)) == pytest.approx(0, abs=1e-5)
    found = float(losses.divergence(plane([0.0]), plane([0.3]), plane([1.0])))
    assert found == pytest.approx(log(2) + 0.3 * log(0.3) + 0.7 * log(0.7), rel=1e-5)


def test_differences_are_means_over_pixels_and_channels():
    found, truth = torch.zeros(1, 2, 1, 2), torch.tensor([[[[1.0, 5.0]], [[2.0, 7.0]]]])
    assert float(losses.difference(found, truth, plane([1, 0]))) == pytest.approx(1.5)


def test_the_edge_counts_five_times_with_and_without_parts():
    band = plane([1, 0])
    assert losses.emphasis(band).flatten().tolist() == [5, 1]
    assert losses.emphasis(band, plane([0, 0])).flatten().tolist() == [5, 1]


def test_slopes_differ_to_the_right_and_down():
    found, truth = plane([0.0, 0.5], [0.0, 0.0]), plane([0.0, 0.0], [0.0, 0.0])
    assert float(losses.gradient(found, truth, ONE)) == pytest.approx(0.5 / 2 + 0.5 / 2)
    assert float(losses.gradient(found, truth, plane([1, 0], [1, 1]))) == pytest.approx(0)


def test_a_level_of_the_pyramid_counts_twice_as_much_as_the_finer_one():
    flat = torch.full((1, 1, 16, 16), 0.25)
    assert float(losses.laplacian(flat, torch.zeros_like(flat), torch.ones_like(flat))) == pytest.approx(0, abs=1e-6)
    stripes = (torch.arange(2048) % 2).float().expand(1, 1, 16, 2048)
    # The blur 1 4 6 4 1 makes a half of stripes of one pixel: all the difference is in the finest level, 1 of 15.
    fine = float(losses.laplacian(stripes, torch.zeros_like(stripes), torch.ones_like(stripes)))
    assert fine == pytest.approx(0.5 / 15, rel=0.05)
    broad = (torch.arange(2048) // 16 % 2).float().expand(1, 1, 16, 2048)
    assert float(losses.laplacian(broad, torch.zeros_like(broad), torch.ones_like(broad))) > 3 * fine


def test_composites_are_compared_over_a_plate():
    colours, plate = torch.full((1, 3, 1, 1), 0.8), torch.full((1, 3, 1, 1), 0.2)
    found = losses.composition(plane([0.5]), colours, plane([1.0]), colours, plate, plane([1]))
    assert float(found) == pytest.approx(0.3)


def test_change_over_time_is_compared_and_stills_have_none():
    found = torch.tensor([0.0, 0.6, 0.6]).view(1, 3, 1, 1, 1)
    truth = torch.tensor([0.0, 0.1, 0.2]).view(1, 3, 1, 1, 1)
    weight = torch.ones(1, 3, 1, 1, 1)
    assert float(losses.temporal(found, truth, weight)) == pytest.approx((0.5**2 + 0.1**2) / 2)
    weight[:, 2] = 0
    assert float(losses.temporal(found, truth, weight)) == pytest.approx(0.5**2)
    assert losses.temporal(found[:, :1], truth[:, :1], weight[:, :1]).tolist() == [0]


def test_a_batch_costs_what_its_halves_cost_on_average():
    torch.manual_seed(0)
    logits, truth, weight = torch.randn(4, 1, 8, 8), (torch.rand(4, 1, 8, 8) > 0.5).float(), torch.rand(4, 1, 8, 8)
    for loss in (losses.cross_entropy, losses.dice, losses.divergence, losses.laplacian, losses.gradient):
        whole = loss(logits, truth, weight).mean()
        halves = [loss(logits[part], truth[part], weight[part]).mean() for part in (slice(2), slice(2, 4))]
        torch.testing.assert_close(whole, torch.stack(halves).mean())
