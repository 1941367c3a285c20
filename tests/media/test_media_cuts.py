"""Shots are told apart, and what only looks like a cut is not."""

import json
from pathlib import Path

import numpy as np
import pytest

from koutu.clips import media
from koutu.clips.media.encode import small
from koutu.samples import find, is_real
from koutu.samples.figures import background, draw_shot, draw_shots

TRUTH = Path(__file__).parents[2] / "bench" / "cuts_truth.json"
SIZE = (320, 180)


def images(*shots):
    return [drawn.image for drawn in draw_shots(list(shots), SIZE, seed=5)]


def test_the_film_clip_is_cut_where_a_person_cuts_it():
    path = find("clips/tears_of_steel_battle.webm")
    found = media.find_cuts(small(frame.image) for frame in media.frames(path, media.probe(path)))
    truth = json.loads(TRUTH.read_text())["cuts"] if is_real(path) else [40, 76, 106, 150, 180]
    hits = len(set(found) & set(truth))
    assert 2 * hits / (len(found) + len(truth)) >= 0.95


@pytest.mark.parametrize("name", ["juggle.mp4", "bedroom.mp4", "asl_bird.mkv"])
def test_fast_people_are_no_cuts(name):
    path = find(f"clips/{name}")
    assert media.find_cuts(frame.image for frame in media.frames(path, media.probe(path))) == []


def test_drawn_shots_are_found_at_their_first_frame():
    assert media.find_cuts(images((20, 1), (15, 2), (12, 0), (5, 1))) == [20, 35, 47]


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length):
    film = images((30, 1))
    for index in range(15, 15 + length):
        film[index] = np.full_like(film[index], 250)
    assert media.find_cuts(film) == []


def test_a_sweep_of_the_camera_is_no_cut():
    wide = background((1600, 180), np.random.default_rng(2))
    assert media.find_cuts([wide[:, x : x + 320] for x in range(0, 1200, 14)]) == []


def test_fading_to_black_and_up_again_cuts_at_most_once():
    """A fade is not looked for, but must not be cut to pieces."""
    before, after = images((1, 1), (1, 2))
    levels = np.linspace(1, 0, 12)
    film = [(before * level).astype(np.uint8) for level in levels]
    film += [(after * level).astype(np.uint8) for level in levels[::-1]]
    assert len(media.find_cuts(film)) <= 1


def test_black_to_picture_is_a_cut():
    film = [np.zeros((180, 320, 3), np.uint8)] * 12 + images((12, 1))
    assert media.find_cuts(film) == [12]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_clips_shorter_than_the_look_ahead(count):
    assert media.find_cuts([drawn.image for drawn in draw_shot(count, 1, SIZE, seed=1)]) == []


def test_a_person_swapped_before_a_locked_camera_is_a_cut():
    """The background stays; only somebody else stands there."""
    plate = background(SIZE, np.random.default_rng(8))
    first, second = plate.copy(), plate.copy()
    first[40:, 90:170] = background((80, 140), np.random.default_rng(1))
    second[30:, 140:230] = background((90, 150), np.random.default_rng(4))
    assert media.find_cuts([first] * 15 + [second] * 15) == [15]
