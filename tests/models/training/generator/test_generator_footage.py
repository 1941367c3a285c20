"""People who move in themselves, several in one picture, and light and focus that change over a shot."""

import numpy as np
import pytest

from models.training.generator import Cutout, Footage, Part, Sources, compose, draw
from models.training.generator.looks import Drift, Light, draw_drift, drifted
from models.training.generator.motion import Motion
from models.training.generator.recipe import Figure, Recipe, Shot

SIZE = (60, 80)
REST = Motion()
PLATE = np.full((90, 120, 3), 100, np.uint8)


def pair(level: int, cut: bool = False) -> Cutout:
    """Two people side by side, the left one red; with `cut` they go on beyond every edge but the lower one."""
    alpha = np.zeros((40, 40), np.uint8)
    alpha[np.s_[:36, :] if cut else np.s_[4:36, 4:36]] = 255
    shares = np.zeros((40, 40, 2), np.uint8)
    shares[:, :20, 0], shares[:, 20:, 1] = alpha[:, :20], alpha[:, 20:]
    colours = np.zeros((40, 40, 3), np.uint8)
    colours[:, :20, 0], colours[:, 20:, 2] = level, level
    return Cutout(colours, alpha, (alpha > 0) * np.uint8(Part.BODY), "pair", "drawn", shares)


def filmed(cut: bool = False) -> Footage:
    frames = [pair(level, cut) for level in (50, 100, 150, 200)]
    return Footage(frames, frames[0].shape, 2, frames[0].cut)


def standing(x: float = 0.5, motion: Motion = REST, seed: int = 4, mirrored: bool = False) -> Figure:
    return Figure(0.5, 0.0, 0.8, (x, 0.9), mirrored, motion, 0.0, True, seed)


def shot(*people: Figure, frames: int = 1, **changed) -> Shot:
    return Shot(frames, people, (), 0.0, REST, 0.0, 0.0, Light(), 1, **changed)


def made(performer, *shots: Shot):
    return compose(Recipe(SIZE, shots), Sources({"drawn": [performer]}, [PLATE]))


@pytest.mark.parametrize("mirrored", [False, True])
def test_people_of_one_picture_are_two_at_one_depth(mirrored):
    clip = made(pair(200), shot(standing(mirrored=mirrored)))
    assert clip.depth.tolist() == [[0, 0]]
    assert set(np.unique(clip.instances)) == {0, 1, 2}
    assert np.abs(clip.people.sum(1) - clip.alpha).max() < 1e-6
    first, second = (clip.clean[clip.instances == number].mean(0) for number in (1, 2))
    assert first[0] > 3 * first[2]
    assert second[2] > 3 * second[0]
    left, right = (np.nonzero(clip.instances[0] == number)[1].mean() for number in (1, 2))
    assert (left > right) == mirrored


def test_people_behind_a_pair_are_hidden_by_both():
    clip = made(pair(200), shot(standing(), standing(0.6)))
    assert clip.depth.tolist() == [[0, 0, 1, 1]]
    alone = made(pair(200), shot(standing()))
    assert np.allclose(clip.people[0, :2], alone.people[0], atol=1e-6)
    assert np.abs(clip.people.sum(1) - clip.alpha).max() < 1e-5


def test_no_more_than_six_are_shown():
    clip = made(pair(200), shot(*(standing(0.1 + 0.2 * place) for place in range(4))), shot(standing()))
    assert clip.people.shape[1] == 6 + 2
    assert clip.depth[0].tolist() == [0, 0, 1, 1, 2, 2, -1, -1]
    assert clip.depth[1].tolist() == [-1] * 6 + [0, 0]


def test_footage_shows_its_frames_in_turn_and_hides_its_flow():
    by_seed = [made(filmed(), shot(standing(seed=seed), frames=4)) for seed in range(12)]
    for clip in by_seed:
        solid = clip.instances > 0
        assert np.isnan(clip.flow[solid[:-1]]).all()
        assert np.isfinite(clip.flow[~solid[:-1]]).all()
    levels = [[clip.clean[at][clip.instances[at] == 1][:, 0].mean() for at in range(4)] for clip in by_seed]
    assert any(len({round(level) for level in line}) >= 3 for line in levels)


@pytest.mark.parametrize("mirrored", [False, True])
def test_who_is_cut_off_at_three_sides_fills_the_frame_there(mirrored):
    for seed in range(8):
        motion = Motion(shift=(0.4, 0.2), turn=0.1, zoom=-0.1)
        clip = made(filmed(cut=True), shot(standing(0.2, motion, seed, mirrored), frames=3))
        assert (clip.alpha[:, 2] > 0.99).all()
        assert (clip.alpha[:, : SIZE[0] // 2, [0, -1]] > 0.99).all()


def test_light_drifts_apart_for_people_and_plate_and_stays_exact():
    drifts = {"drift": Drift(gain=(0.5, 1, 1)), "plate_drift": Drift(gain=(1, 1, 1.5))}
    clip = made(pair(200), shot(standing(), frames=3, **drifts))
    plate = clip.plates[:, 0, 0]
    assert (plate[:, 0] == 100).all()
    assert plate[:, 2].tolist() == [108, 125, 142]
    red = [clip.clean[at][clip.instances[at] == 1][:, 0].mean() for at in range(3)]
    assert red[0] > red[1] > red[2]
    alpha = clip.alpha[..., None]
    assert np.abs(clip.colours * alpha + clip.plates * (1 - alpha) - clip.clean).max() <= 1.001


def test_a_pulled_focus_softens_alpha_in_time():
    clip = made(pair(200), shot(standing(), frames=4, drift=Drift(defocus=(0.0, 0.06))))
    soft = ((clip.alpha > 0.05) & (clip.alpha < 0.95)).mean((1, 2))
    assert (np.diff(soft) >= 0).all()
    assert soft[-1] > 2 * soft[0]
    assert np.abs(clip.people.sum(1) - clip.alpha).max() < 1e-5
    assert clip.alpha.sum((1, 2)) == pytest.approx(clip.alpha[0].sum(), rel=1e-3)


def test_drifted_colours_stay_below_their_alpha():
    half = np.full((8, 8, 4), (100, 50, 20, 0.5), np.float32)
    bright = drifted(half, Drift(gain=(3, 3, 3)), 1.0, 8)
    assert bright[4, 4].tolist() == pytest.approx([127.5, 127.5, 60, 0.5])
    assert drifted(half, Drift(), 0.5, 8) is half


def test_drifts_are_drawn_in_some_shots_and_in_none_without_time():
    drawn = [draw_drift(np.random.default_rng(seed), 8) for seed in range(300)]
    assert 0.2 < np.mean([drift.gain != (1.0, 1.0, 1.0) for drift in drawn]) < 0.45
    assert 0.08 < np.mean([max(drift.defocus) > 0 for drift in drawn]) < 0.25
    assert draw_drift(np.random.default_rng(1), 2) == Drift()
    assert any(shot.drift != shot.plate_drift for seed in range(20) for shot in draw(seed, SIZE, 8).shots)


def test_shares_are_checked():
    with pytest.raises(ValueError, match="shares"):
        Cutout(PLATE, np.zeros(PLATE.shape[:2], np.uint8), None, "wrong", "drawn", np.zeros((3, 3, 2), np.uint8))
