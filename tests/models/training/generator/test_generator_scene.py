"""Composites are the sum of their layers, and all their truth is exact."""

import hashlib
from dataclasses import astuple, replace

import cv2
import numpy as np
import pytest

from models.training.generator import UNKNOWN, Clip, Cutout, Part, Recipe, Sources, compose, draw
from models.training.generator.layers import seen
from models.training.generator.looks import Light
from models.training.generator.motion import Motion
from models.training.generator.recipe import Figure, Shot
from models.training.generator.staging import staged

SIZE = (72, 96)
REST = Motion()


def clips(sources, seeds=range(8), frames=3, people=None):
    return [compose(draw(seed, SIZE, frames, people), sources) for seed in seeds]


def still(*people: Figure, frames: int = 1, motion: Motion = REST) -> Recipe:
    """A recipe without any look."""
    return Recipe(SIZE, (Shot(frames, people, (), 0.0, motion, 0.0, 0.0, Light(), 1),))


def standing(x: float, pick: float = 0.0, motion: Motion = REST) -> Figure:
    return Figure(0.99, pick, 0.8, (x, 0.95), False, motion, 0.0, False, 2)


def test_a_clean_picture_is_colours_over_plate_to_one_level(sources):
    for clip in clips(sources):
        alpha = clip.alpha[..., None].astype(np.float64)
        again = clip.colours * alpha + clip.plates * (1 - alpha)
        assert np.abs(again - clip.clean).max() <= 1.001
        assert np.abs(clip.people.sum(1) - clip.alpha).max() < 1e-5


def test_a_clean_picture_is_the_sum_of_premultiplied_layers(sources):
    for seed in range(6):
        recipe = draw(seed, SIZE, 1)
        shot = replace(recipe.shots[0], light=replace(recipe.shots[0].light, wrap=0.0))
        clip = compose(replace(recipe, shots=(shot,)), sources)
        summed, behind = np.zeros((*SIZE, 3)), np.ones(SIZE)
        for layer in reversed(staged(shot, sources, SIZE).layers):  # nearest first: each dimmed by all before it
            patch = seen(layer, SIZE, 0, shot)
            if patch is not None:
                summed[patch.place] += patch.rgba[..., :3] * behind[patch.place][..., None]
                behind[patch.place] *= 1 - patch.rgba[..., 3]
        assert np.abs(summed + clip.plates[0] * behind[..., None] - clip.clean[0]).max() <= 0.51
        assert np.abs(1 - behind - clip.alpha[0]).max() < 1e-5


def test_shapes_types_and_bounds_are_as_said(sources):
    for clip in clips(sources):
        frames, people = clip.people.shape[:2]
        for images in (clip.images, clip.clean, clip.plates, clip.colours):
            assert images.shape == (frames, *SIZE, 3)
            assert images.dtype == np.uint8
        assert clip.alpha.dtype == clip.people.dtype == clip.flow.dtype == np.float32
        assert 0 <= clip.people.min(initial=0) <= clip.alpha.max() <= 1
        assert clip.flow.shape == (frames - 1, *SIZE, 2)
        assert clip.depth.shape == (frames, people)
        assert clip.instances.max() <= people
        assert set(np.unique(clip.parts)) <= {0, *Part, UNKNOWN}
        for named in (clip.parts, clip.instances):
            assert np.array_equal(named > 0, clip.alpha >= 0.5)


def test_a_person_stands_where_the_recipe_says_with_their_own_alpha(sources):
    clip = compose(still(standing(0.5)), sources)
    cutout = sources.somebody(0.99, 0.0)
    tall = round(0.8 * SIZE[0])
    alpha = cv2.resize(cutout.alpha, (round(tall / 2), tall), interpolation=cv2.INTER_AREA)
    top, left = 0.95 * SIZE[0] - tall, SIZE[1] / 2 - alpha.shape[1] / 2
    moved = cv2.warpAffine(alpha, np.array([[1, 0, left], [0, 1, top]]), SIZE[::-1])
    assert np.abs(clip.alpha[0] - moved).max() < 1e-3
    assert set(np.unique(clip.parts)) == {0, Part.BODY, Part.HAIR}


def test_nearer_people_hide_farther_ones(sources):
    near, far = standing(0.45), standing(0.55, 0.5)
    both, alone = compose(still(near, far), sources), compose(still(near), sources)
    hidden = compose(still(far), sources)
    assert np.abs(both.people[0, 0] - alone.people[0, 0]).max() < 1e-6
    assert np.abs(both.people[0, 1] - hidden.people[0, 0] * (1 - alone.people[0, 0])).max() < 1e-5
    assert both.depth.tolist() == [[0, 1]]
    assert {0, 1, 2} == set(np.unique(both.instances))


def test_flow_leads_to_the_same_place_in_the_next_frame(sources):
    walk, pan = Motion(shift=(0.3, 0.05), turn=0.1), Motion(shift=(-0.1, 0.0))
    clip = compose(still(standing(0.5, motion=walk), frames=3, motion=pan), sources)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    for of, region in ((clip.clean, np.ones(SIZE, bool)), (clip.alpha, clip.alpha[0] > 0.5)):
        ahead = cv2.remap(
            of[1].astype(np.float32), x + clip.flow[0, ..., 0], y + clip.flow[0, ..., 1], cv2.INTER_LINEAR
        )
        inside = region & (clip.alpha[0] == clip.alpha[0].round()) & (x > 12) & (x < SIZE[1] - 12)
        inside &= cv2.erode((clip.alpha[0] > 0.99).astype(np.uint8), np.ones((5, 5))) > 0
        assert inside.sum() > 100
        assert np.abs(ahead - of[0])[inside].mean() < 0.04 * max(1, of.max())
    behind = cv2.dilate((clip.alpha[:2] > 0).any(0).astype(np.uint8), np.ones((9, 9))) == 0
    assert np.allclose(clip.flow[0][behind], (-0.1 * SIZE[0] / 3, 0), atol=1e-4)


def digest(clip: Clip) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(plane).tobytes() for plane in astuple(clip))).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(sources):
    first, again, other = ([digest(clip) for clip in clips(sources, [seed])] for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_fifth_of_all_shows_nobody_and_the_rest_up_to_six():
    recipes = [draw(seed, SIZE, 4) for seed in range(500)]
    people = [max(len(shot.people) for shot in recipe.shots) for recipe in recipes]
    assert 0.15 < people.count(0) / 500 < 0.25
    assert set(people) == set(range(7))
    heights = [figure.height for recipe in recipes for shot in recipe.shots for figure in shot.people]
    assert 0.08 <= min(heights) < 0.12
    assert 1.1 < max(heights) <= 1.2
    assert 0.1 < sum(len(recipe.shots) > 1 for recipe in recipes) / 500 < 0.4
    assert all(recipe.frames == 4 for recipe in recipes)


def test_nobody_leaves_no_trace_and_a_cut_has_no_flow(sources):
    empty = compose(draw(1, SIZE, 2, people=0), sources)
    assert not empty.alpha.any()
    assert np.array_equal(empty.clean, empty.plates)
    assert empty.people.shape[1] == 0
    seed = next(seed for seed in range(100) if len(draw(seed, SIZE, 4).shots) == 2)
    clip = compose(draw(seed, SIZE, 4, people=2), sources)
    (at,) = np.flatnonzero(clip.cuts)
    assert np.isnan(clip.flow[at - 1]).all()
    assert np.isfinite(np.delete(clip.flow, at - 1, axis=0)).all()
    assert (clip.depth[:at, 2:] == -1).all()
    assert not clip.people[at:, :2].any()


def test_somebody_cut_off_never_shows_the_cut(sources):
    for seed in range(30):
        busts = Sources({"busts": sources.groups["busts"]}, sources.plates)
        recipe = draw(seed, SIZE, 3, people=1)
        bare = [replace(shot, people=(replace(shot.people[0], props=False),)) for shot in recipe.shots]
        for alpha in compose(replace(recipe, shots=tuple(bare)), busts).people.max(1):
            assert (alpha[-1] > 0.5).any() or not (alpha > 0.9).any()


@pytest.mark.parametrize(
    "wrong", [{"size": (8, 64)}, {"size": (64, 4000)}, {"frames": 0}, {"frames": 65}, {"people": 7}, {"people": -1}]
)
def test_what_is_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValueError, match="bounds|frames|people"):
        draw(0, **wrong)
    with pytest.raises(ValueError, match="memory"):
        draw(0, (2160, 2160), 64)


def test_sources_are_checked(sources):
    cutout = sources.somebody(0.99, 0)
    with pytest.raises(ValueError, match="0 plates"):
        Sources(sources.groups, [])
    with pytest.raises(ValueError, match="0 groups"):
        Sources({"none": []}, sources.plates)
    with pytest.raises(ValueError, match="colours"):
        Cutout(cutout.colours[1:], cutout.alpha, None, "short", "drawn")
    with pytest.raises(ValueError, match="float64"):
        Cutout(cutout.colours, cutout.alpha.astype(float), None, "wide", "drawn")


def test_parts_nobody_named_are_unknown(sources):
    cutout = replace(sources.somebody(0.99, 0), parts=None)
    clip = compose(still(standing(0.5)), Sources({"bare": [cutout]}, sources.plates))
    assert set(np.unique(clip.parts)) == {0, UNKNOWN}


def test_small_groups_are_drawn_less_but_drawn(sources):
    drawn = [sources.somebody(share, 0).group for share in np.linspace(0, 0.999, 300)]
    assert drawn.count("bust") == 100  # one person against four: 1 to 2
