"""J, F, boundary IoU and their statistics: against the public evaluators, and against what can be counted by hand."""

import warnings

import cv2
import numpy as np
import pytest
from trackeval.metrics import JAndF
from vos_benchmark.evaluator import Evaluator

from models.metrics import (
    MetricError,
    boundary_accuracy,
    boundary_iou,
    region_similarity,
    statistics,
    tight_boundary_accuracy,
    tight_tolerance,
)
from models.metrics.boundary import boundary_map, count_near
from tests.models.metrics.drawn_masks import pair, ragged


def test_j_and_f_are_those_of_a_public_evaluator_on_shapes_of_every_kind():
    chance = np.random.default_rng(1)
    for _ in range(400):
        height, width = chance.integers(1, 70, 2)
        true, pred = pair(chance, height, width)
        peer = Evaluator()
        peer.feed_frame(pred.astype(np.uint8), true.astype(np.uint8))
        if 1 not in peer.object_iou:
            continue  # both are empty, which it does not score
        assert region_similarity(true[None], pred[None])[0] == pytest.approx(peer.object_iou[1][0], abs=1e-12)
        assert boundary_accuracy(true[None], pred[None])[0] == pytest.approx(peer.boundary_f[1][0], abs=1e-12)


def test_the_boundary_is_that_of_the_berkeley_benchmark():
    chance = np.random.default_rng(2)
    for _ in range(100):
        mask, _ = pair(chance, *chance.integers(1, 40, 2))
        assert (boundary_map(mask) == JAndF._seg2bmap(mask)).all()


@pytest.mark.parametrize("radius", [1, 2, 2.2, 3.5, 7.9])
def test_a_tolerance_need_not_be_whole(radius):
    """Near is what a Euclidean disk of that radius reaches, looked up point by point."""
    chance = np.random.default_rng(3)
    for _ in range(20):
        true, pred = (boundary_map(ragged(chance, 40, 50)) for _ in range(2))
        here, there = np.argwhere(true), np.argwhere(pred)
        if not len(there):
            continue
        near = (((here[:, None] - there[None]) ** 2).sum(axis=2) <= radius**2).any(axis=1).sum()
        stride = 50 + int(radius) + 1
        keys = [np.sort(points @ [stride, 1]).astype(np.int32) for points in (here, there)]
        assert count_near(*keys, radius, stride) == near


def test_what_can_be_counted_by_hand():
    true = np.zeros((1, 10, 10), bool)
    pred = true.copy()
    true[0, 2:6, 2:6] = pred[0, 2:6, 3:7] = True
    assert region_similarity(true, pred)[0] == 12 / 20
    # One pixel to the side, and one pixel is forgiven.
    assert boundary_accuracy(true, pred, tolerance=1)[0] == 1
    far = np.zeros_like(true)
    far[0, 8:, 8:] = True
    assert boundary_accuracy(true, far, tolerance=1)[0] == 0
    empty, full = np.zeros_like(true), np.ones_like(true)
    for metric in (region_similarity, boundary_accuracy, boundary_iou):
        assert (metric(empty, empty)[0], metric(true, empty)[0], metric(empty, true)[0]) == (1, 0, 0)
    # A mask that fills the frame has no boundary.
    assert boundary_accuracy(full, full)[0] == 1
    assert boundary_accuracy(full, true)[0] == 0


def test_a_missing_sword_is_forgiven_by_davis_and_not_by_the_tight_f():
    true = np.zeros((1, 1080, 1920), bool)
    true[0, 200:900, 800:1100] = True
    sword = true.copy()
    sword[0, 400:408, 1100:1117] = True
    assert boundary_accuracy(sword, true)[0] == 1
    assert tight_boundary_accuracy(sword, true)[0] < 1
    assert tight_tolerance((1080, 1920)) == pytest.approx(2.203, abs=1e-3)
    assert tight_tolerance((480, 854)) == 2


def test_what_is_void_counts_on_neither_side():
    chance = np.random.default_rng(5)
    true, pred, void = (np.array([ragged(chance, 30, 40) for _ in range(3)]) for _ in range(3))
    for metric in (region_similarity, boundary_accuracy, boundary_iou):
        assert (metric(true, pred, void=void) == metric(true & ~void, pred & ~void)).all()
        assert (metric(true, pred, void=void[0]) == metric(true & ~void[0], pred & ~void[0])).all()


def test_boundary_iou_is_what_its_authors_describe():
    chance = np.random.default_rng(6)

    def rim(mask, turns):
        kept = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        kept = cv2.erode(kept, np.ones((3, 3), np.uint8), iterations=turns)[1:-1, 1:-1]
        return mask & (kept == 0)

    for _ in range(60):
        height, width = chance.integers(8, 90, 2)
        true, pred = pair(chance, height, width)
        turns = max(1, round(0.02 * np.hypot(height, width)))
        ours, theirs = rim(true, turns), rim(pred, turns)
        union = (ours | theirs).sum()
        expected = (ours & theirs).sum() / union if union else 1
        assert boundary_iou(true[None], pred[None])[0] == pytest.approx(expected)


def official(values):
    """Mean, recall and decay as davis2017-evaluation defines them; `ids` is its 8-bit cast."""
    ends = np.round(np.linspace(1, len(values), 5) + 1e-10) - 1
    ids = ends.astype(np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quarters = [np.nanmean(values[ids[i] : ids[i + 1] + 1]) for i in range(4)]
    return np.nanmean(values), np.nanmean(values > 0.5), quarters[0] - quarters[3]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 100, 255])
def test_statistics_are_the_official_ones_up_to_255_frames(count):
    values = np.random.default_rng(count).random(count)
    assert statistics(values) == pytest.approx(official(values))


def test_decay_of_a_long_clip_is_of_its_own_quarters():
    values = np.linspace(1, 0, 1000)
    assert statistics(values).decay == pytest.approx(0.7505, abs=1e-3)
    assert official(values)[2] != pytest.approx(0.7505, abs=0.01), "the official code has mended its 8 bits"


def test_frames_without_a_value_are_left_out_and_recall_is_strict():
    assert statistics([np.nan, 0.5, 1.0, np.nan])[:2] == (0.75, 0.25)
    with pytest.raises(MetricError, match="at least one frame"):
        statistics([np.nan])


@pytest.mark.parametrize(
    ("true", "pred", "reason"),
    [
        (np.zeros((2, 4, 4), bool), np.zeros((2, 4, 5), bool), "same frames and size"),
        (np.zeros((2, 4, 4), bool), np.zeros((3, 4, 4), bool), "same frames and size"),
        (np.zeros((4, 4), bool), np.zeros((4, 4), bool), r"true\[None\]"),
        (np.zeros((0, 4, 4), bool), np.zeros((0, 4, 4), bool), "nothing in it"),
        (np.array([[[0, 1, 2]]], np.uint8), np.zeros((1, 1, 3), bool), "labels == id"),
        ([[1]], np.zeros((1, 1, 1), bool), "not \\(frames, height, width\\)"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(true, pred, reason):
    for metric in (region_similarity, boundary_accuracy, boundary_iou):
        with pytest.raises(MetricError, match=reason):
            metric(true, pred)


@pytest.mark.parametrize("tolerance", [0, -1, np.inf, np.nan])
def test_a_tolerance_that_is_none_is_refused(tolerance):
    mask = np.ones((1, 4, 4), bool)
    with pytest.raises(MetricError, match="tolerance"):
        boundary_accuracy(mask, mask, tolerance=tolerance)


def test_a_tolerance_beyond_the_frame_reaches_all_of_it():
    masks = np.zeros((2, 1, 30, 40), bool)
    masks[0, 0, 0, 0] = masks[1, 0, -3, -3] = True
    assert boundary_accuracy(*masks, tolerance=1e12) == 1


@pytest.mark.parametrize("dilation", [-0.02, 5, np.inf, np.nan])
def test_a_dilation_that_is_no_part_of_the_diagonal_is_refused(dilation):
    mask = np.ones((1, 4, 4), bool)
    with pytest.raises(MetricError, match="part of the diagonal"):
        boundary_iou(mask, mask, dilation)


def test_void_may_be_a_list():
    true, pred = np.zeros((2, 1, 2, 2), bool)
    pred[0, 0, 0] = True
    for metric in (region_similarity, boundary_accuracy, boundary_iou):
        assert metric(true, pred, void=[[1, 0], [0, 0]]) == 1
        with pytest.raises(MetricError, match="once for all"):
            metric(true, pred, void=[1, 0])
