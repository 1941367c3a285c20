"""Motion varies smoothly, and flow is what it does to points."""

import numpy as np
import pytest

from models.training.generator.motion import PACES, Motion, change, draw_motion, flow, moments, played
from models.training.generator.staging import MARGIN


@pytest.mark.parametrize("pace", PACES)
def test_every_pace_is_smooth_from_none_to_all(pace):
    along = PACES[pace](np.linspace(0, 1, 201))
    assert along[0] == pytest.approx(0, abs=1e-9)
    assert along.max() == pytest.approx(1)
    assert along.min() > -1e-9
    assert np.abs(np.diff(along, 2)).max() < 2e-3


def test_paces_turn_back_and_pause():
    assert PACES["reversed"](np.array([1.0]))[0] == pytest.approx(0, abs=1e-9)
    assert np.diff(PACES["paused"](np.array([0.49, 0.51])))[0] < 1e-3
    with pytest.raises(ValueError, match="no pace"):
        Motion(pace="sudden")


def test_matrices_shift_turn_and_zoom_about_the_pivot():
    motion = Motion(shift=(0.2, -0.1), turn=np.pi / 2, zoom=np.log(2), start=0.0)
    (last,) = motion.at(np.array([1.0]), 100, (30, 40))
    assert np.allclose(last @ (30, 40, 1), (50, 30, 1))
    assert np.allclose(last @ (31, 40, 1), (50, 32, 1))
    assert np.allclose(motion.at(np.array([0.0]), 100, (30, 40))[0], np.eye(3))
    assert motion.matrices(5, 100, (30, 40)).shape == (5, 2, 3)
    assert np.allclose(moments(2), [0.25, 0.75])


def test_a_calmed_motion_goes_the_same_way_and_less_far():
    whole = draw_motion(np.random.default_rng(3), 8)
    calm = whole.calmed(0.5)
    assert (calm.pace, calm.start) == (whole.pace, whole.start)
    assert calm.turn == whole.turn / 2
    assert np.allclose(np.array(calm.shift) * 2, whole.shift)


def test_flow_is_where_points_go():
    rng = np.random.default_rng(0)
    before, after = draw_motion(rng, 8).at(np.array([0.3, 0.6]), 90, (40, 50))
    x, y = np.linalg.inv(before)[:2] @ (30, 20, 1)
    goes = flow(np.stack([np.zeros((2, 3)), change(before, after)]), np.ones((40, 60), int))
    assert np.allclose((30, 20) + goes[20, 30], after[:2] @ (x, y, 1), atol=1e-4)


def test_a_calm_motion_never_shows_what_is_beyond_the_plate():
    corners = np.array([[0, 0, 1], [159, 0, 1], [0, 89, 1], [159, 89, 1]]).T
    for seed in range(300):
        motion = draw_motion(np.random.default_rng(seed), 16, 0.2)
        for placing in motion.at(np.linspace(0, 1, 9), 90, (80, 45)):
            x, y, _ = np.linalg.inv(placing) @ corners
            assert x.min() > -MARGIN * 160
            assert x.max() < (1 + MARGIN) * 160
            assert y.min() > -MARGIN * 90
            assert y.max() < (1 + MARGIN) * 90


def test_recorded_frames_are_played_at_some_speed_to_and_fro():
    shown = [played(5, 12, np.random.default_rng(seed)) for seed in range(200)]
    assert all(line.min() >= 0 and line.max() < 5 and np.abs(np.diff(line)).max() <= 2 for line in shown)
    assert {len(np.unique(line)) for line in shown} >= {1, 5}
    starts = np.bincount([line[0] for line in shown], minlength=5)
    assert starts.min() > 15
    ahead = [line[1] - line[0] for line in shown]
    assert min(ahead) < 0 < max(ahead)
    assert played(1, 3, np.random.default_rng(0)).tolist() == [0, 0, 0]
