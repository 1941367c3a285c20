"""IDF1 and swaps: cases counted by hand, and beside TrackEval's own."""

import numpy as np
import pytest
from trackeval.metrics import CLEAR, Identity

from models.metrics import MetricError, identity

SIZE = (20, 60)


def row(*columns):
    """A frame of squares of 10 by 10: (number, left)."""
    frame = np.zeros(SIZE, np.uint8)
    for number, left in columns:
        frame[5:15, left : left + 10] = number
    return frame


def test_who_is_followed_throughout_is_perfect_whatever_the_numbers():
    score = identity([row((1, 0), (2, 30))] * 4, [row((9, 0), (4, 30))] * 4)
    assert (score.idf1, score.found_f1, score.swaps) == (1, 1, 0)


def test_two_who_swap_half_way_keep_half():
    true = [row((1, 0), (2, 30))] * 4
    pred = [row((1, 0), (2, 30))] * 2 + [row((2, 0), (1, 30))] * 2
    score = identity(true, pred)
    assert (score.kept, score.found, score.swaps) == (4, 8, 2)
    assert (score.idf1, score.found_f1) == (0.5, 1)


def test_one_of_two_who_merged_into_one_track_is_lost():
    merged = row((1, 0), (1, 6), (1, 12))
    score = identity([row((1, 0), (2, 12))] * 3, [row((1, 0), (2, 12))] + [merged] * 2)
    assert (score.true, score.pred, score.kept, score.swaps) == (6, 4, 2, 0)
    assert score.idf1 == pytest.approx(0.4)


def test_who_comes_back_as_somebody_else_keeps_the_longer_part():
    true = [row((1, 0))] * 3 + [row()] * 2 + [row((1, 40))] * 1
    pred = [row((1, 0))] * 3 + [row()] * 2 + [row((2, 40))] * 1
    score = identity(true, pred)
    assert (score.kept, score.swaps) == (3, 1)
    assert score.idf1 == pytest.approx(0.75)


def test_a_finger_of_somebody_hidden_is_not_missed():
    finger = row((1, 0))
    finger[5, 30] = 2
    assert identity([finger], [row((1, 0))]).idf1 == pytest.approx(2 / 3)
    assert identity([finger], [row((1, 0))], least=5).idf1 == 1


def test_nobody_found_where_nobody_is_is_perfect_and_shots_add_up():
    empty = identity([row()], [row()])
    assert empty.idf1 == 1
    assert (empty + identity([row((1, 0))], [row()])).idf1 == 0


def test_unlike_frames_are_refused():
    with pytest.raises(MetricError, match="same size"):
        identity([row()], [np.zeros((3, 3), np.uint8)])
    with pytest.raises(MetricError, match="same size"):
        identity([row()] * 2, [row()])
    with pytest.raises(MetricError, match="more frames"):
        identity([row()], [row()] * 2)


def as_trackeval(true, pred):
    """Its dictionary of one sequence, from label maps with ids 1 to 4."""
    ids = [[np.unique(frame[frame > 0]).astype(int) - 1 for frame in frames] for frames in (true, pred)]
    alike = [
        np.array([[j(t == a + 1, p == b + 1) for b in pred_ids] for a in true_ids]).reshape(len(true_ids), -1)
        for t, p, true_ids, pred_ids in zip(true, pred, *ids, strict=True)
    ]
    counts = {"num_gt_ids": 4, "num_tracker_ids": 4, "num_timesteps": len(true)}
    dets = {f"num_{name}_dets": sum(map(len, some)) for name, some in zip(("gt", "tracker"), ids, strict=True)}
    return {"gt_ids": ids[0], "tracker_ids": ids[1], "similarity_scores": alike, **counts, **dets}


def j(one, other):
    return (one & other).sum() / max(1, (one | other).sum())


@pytest.mark.parametrize("seed", range(8))
def test_the_official_code_says_the_same(seed):
    rng = np.random.default_rng(seed)
    true, pred = [], []
    for _ in range(30):
        numbers = rng.permutation(4) + 1
        lefts = rng.integers(0, 6, 4) + np.array([0, 15, 30, 45])
        true.append(row(*((n + 1, lefts[n]) for n in range(4) if rng.random() < 0.8)))
        swapped = numbers if rng.random() < 0.3 else np.arange(1, 5)
        pred.append(row(*((swapped[n], lefts[n] + rng.integers(0, 5)) for n in range(4) if rng.random() < 0.8)))
    ours, data = identity(true, pred), as_trackeval(true, pred)
    theirs = Identity({"THRESHOLD": 0.5, "PRINT_CONFIG": False}).eval_sequence(data)
    assert ours.idf1 == pytest.approx(theirs["IDF1"], abs=1e-9)
    assert ours.swaps == CLEAR({"THRESHOLD": 0.5, "PRINT_CONFIG": False}).eval_sequence(data)["IDSW"]
