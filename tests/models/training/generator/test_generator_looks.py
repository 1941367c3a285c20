"""Looks do what they are called, and leave the truth exact."""

from dataclasses import replace

import numpy as np
import pytest

from models.training.generator import Part, Recipe, compose, draw
from models.training.generator.layers import Layer, Look, seen
from models.training.generator.looks import Finish, Light, defocused, drawn_near, finished, graded, spilt, wrapped
from models.training.generator.motion import Motion
from models.training.generator.props import PROPS, draw_prop
from models.training.generator.recipe import Shot
from models.training.generator.subtitles import draw_subtitle


@pytest.fixture
def square():
    """Premultiplied (60, 80, 4): a red square of 20 pixels."""
    rgba = np.zeros((60, 80, 4), np.float32)
    rgba[20:40, 30:50] = (200, 10, 10, 1)
    return rgba


def test_motion_blur_averages_colour_and_alpha_alike(square):
    walk = Motion(shift=(0.2, 0.0), start=0.5)
    layer = Layer([Look(square, np.ones((60, 80), np.uint8))], 1, lambda times: walk.at(times, 60, (40, 30)))
    still = Shot(1, (), (), 0.0, Motion(), 0.0, 0.0, Light(), 1)
    sharp, blurred = (seen(layer, (60, 80), 0, replace(still, shutter=shutter)) for shutter in (0.0, 1.0))
    assert sharp is not None
    assert blurred is not None
    soft = (blurred.rgba[..., 3] > 0.01) & (blurred.rgba[..., 3] < 0.99)
    assert soft.sum() > 10 * (20 - 2)  # 12 pixels of way: 6 on either side of where it was
    assert blurred.rgba[..., 3].sum() == pytest.approx(sharp.rgba[..., 3].sum(), rel=1e-3)
    assert np.abs(blurred.rgba[..., 0] - 200 * blurred.rgba[..., 3]).max() < 0.1


def test_defocus_is_a_disc_and_keeps_the_sum(square):
    assert defocused(square, 0.3) is square
    soft = defocused(square, 4.0)
    assert soft[..., 3].sum() == pytest.approx(400, rel=1e-4)
    assert 0.3 < soft[30, 30, 3] < 0.7
    assert np.abs(soft[..., 0] - 200 * soft[..., 3]).max() < 0.1


def test_spill_and_wrap_colour_the_edge_most_and_leave_alpha(square):
    green = np.array([0, 255, 0], np.float32)
    spilling = spilt(square, green, 0.5)
    assert np.array_equal(spilling[..., 3], square[..., 3])
    assert spilling[20, 30, 1] > spilling[30, 40, 1] > square[30, 40, 1]
    light = wrapped(square[..., :3], square[..., 3], np.full((60, 80, 3), green, np.float32), 0.7)
    assert light[20, 30, 1] > light[30, 40, 1]
    assert not light[square[..., 3] == 0].any()


def test_a_grade_never_leaves_what_premultiplied_colours_can_be(square):
    half = square * np.float32(0.5)
    bright = graded(half, Light(gain=(3.0, 1.0, 1.0), offset=20.0))
    assert bright[30, 40].tolist() == pytest.approx([127.5, 15, 15, 0.5])
    assert not bright[0].any()
    plate = graded(np.full((4, 5, 3), 100, np.float32), Light(gain=(3.0, 1.0, 0.5), offset=20.0))
    assert plate[2, 2].tolist() == pytest.approx([255, 120, 70])


def test_a_plate_is_drawn_to_the_peoples_colours():
    rng = np.random.default_rng(0)
    plate = rng.uniform(0, 60, (40, 40, 3)).astype(np.float32)
    people = rng.uniform(150, 220, (300, 3))
    near = drawn_near(plate, people, 1.0)
    assert np.allclose(near.mean((0, 1)), people.mean(0), atol=3)
    assert drawn_near(plate, people, 0.0) is plate
    assert drawn_near(plate, np.empty((0, 3)), 1.0) is plate


def test_grain_and_files_change_pixels_a_little_and_by_seed():
    clean = np.full((2, 48, 64, 3), 128, np.uint8)
    for finish in (Finish(grain=5.0), Finish(grain=2.0, quality=60)):
        images, void = finished(clean, finish, 3)
        assert 0.5 < np.abs(images.astype(int) - clean).mean() < 12
        assert images.mean() == pytest.approx(128, abs=1)
        assert not np.array_equal(images[0], images[1])
        assert not void.any()
        assert np.array_equal(images, finished(clean, finish, 3)[0])
    assert np.array_equal(finished(clean, Finish(), 3)[0], clean)


@pytest.mark.parametrize("size", [(16, 16), (72, 128), (256, 256)])
def test_subtitles_stand_low_and_nobody_is_judged_on_them(size):
    for seed in range(4):
        ink, void = draw_subtitle(size, np.random.default_rng(seed))
        assert (ink[..., :3] <= 255.1 * ink[..., 3:]).all()
        assert void[ink[..., 3] > 0].all()
        assert 0 < void.mean() < 0.45
        assert not void[: size[0] // 2].any()


def test_subtitles_are_on_the_picture_and_not_in_the_truth(sources):
    recipe = draw(3, (96, 128), 2, people=1, finished=False)
    plain = compose(recipe, sources)
    titled = compose(Recipe(recipe.size, recipe.shots, Finish(subtitle=5), recipe.seed), sources)
    assert np.array_equal(plain.images, plain.clean)
    assert np.array_equal(titled.clean, plain.clean)
    assert np.array_equal(titled.images[~titled.void], plain.images[~titled.void])
    assert (titled.images[titled.void] != plain.images[titled.void]).any()


@pytest.mark.parametrize("kind", PROPS)
def test_props_are_premultiplied_and_held_where_they_are(kind):
    for seed in range(6):
        prop = draw_prop(kind, 90.0, np.random.default_rng(seed))
        alpha = prop.rgba[..., 3]
        assert 0 <= alpha.min() <= alpha.max() <= 1.001
        assert (prop.rgba[..., :3] <= 255.5 * alpha[..., None]).all()
        assert ((alpha > 0.02) & (alpha < 0.98)).sum() > 5
        x, y = (round(side) for side in prop.anchor)
        assert alpha[max(0, y - 6) : y + 7, max(0, x - 6) : x + 7].max() > 0.05
    assert draw_prop(kind, 1.0, np.random.default_rng(0)).rgba.size


def test_props_are_thin_or_seen_through():
    for kind, part in {"strands": Part.HAIR, "veil": Part.VEIL, "sword": Part.WEAPON}.items():
        prop = draw_prop(kind, 120.0, np.random.default_rng(2))
        assert prop.part == part
        assert (prop.rgba[..., 3] > 0.9).sum() < 0.05 * 120 * 120
        assert (prop.rgba[..., 3] > 0).any(0).all()  # nothing empty is carried along


def test_what_a_person_holds_belongs_to_them(sources):
    held = set()
    for seed in range(12):
        recipe = draw(seed, (128, 128), 1, people=1)
        figure = replace(recipe.shots[0].people[0], at=(0.5, 0.95), height=0.8, props=True, group=0.99)
        shot = replace(recipe.shots[0], people=(figure,), decoys=())
        clip = compose(Recipe(recipe.size, (shot,)), sources)
        bare = compose(Recipe(recipe.size, (replace(shot, people=(replace(figure, props=False),)),)), sources)
        assert clip.people.sum() > bare.people.sum()
        held |= set(np.unique(clip.parts))
    assert {Part.WEAPON, Part.PROP} <= held
