"""Who is in a film, decided while it goes by."""

import cv2
import numpy as np
import pytest

from models.predict import people
from models.predict.looks import Looks
from models.predict.people import masks_of
from models.predict.sources import open_source
from tests.models.painted import RedIsPerson, scene, walk


def found_in(images, folder):
    """Whether somebody is on each frame."""
    (folder / "frames").mkdir()
    for index, image in enumerate(images):
        cv2.imwrite(str(folder / "frames" / f"{index:04d}.png"), image[..., ::-1])
    masks = list(masks_of(open_source(folder / "frames", False), RedIsPerson(), Looks(folder), lambda: None))
    return [mask is not None for mask in masks]


def doubtful(noise, place="here"):
    """What one of two views takes for somebody, in the place where somebody was before."""
    image = scene([(100, 100, 20, 60, 140)], noise=noise)
    if place == "elsewhere":
        image[image[..., 0] < 50] += np.array([0, 120, 140], np.uint8)
    return image


def test_a_doubtful_frame_of_one_who_is_there_is_kept(tmp_path):
    shot = [*walk(8, (100, 0)), *(doubtful(noise) for noise in range(8))]
    assert found_in(shot, tmp_path) == [True] * 16


def test_nobody_is_followed_over_a_cut(tmp_path):
    shot = [*walk(8, (100, 0)), *(doubtful(noise, "elsewhere") for noise in range(8))]
    assert found_in(shot, tmp_path) == [True] * 8 + [False] * 8


def test_what_only_one_view_takes_for_somebody_is_nobody(tmp_path):
    assert found_in([doubtful(noise) for noise in range(8)], tmp_path) == [False] * 8


@pytest.mark.parametrize("ahead", [40, 240])
def test_one_who_becomes_clear_later_was_there_before_as_far_as_is_looked_ahead(tmp_path, monkeypatch, ahead):
    monkeypatch.setattr(people, "AHEAD", ahead)
    shot = [*(doubtful(noise) for noise in range(50)), *walk(10, (100, 0))]
    # Three clear frames make a person: the third is number 52.
    assert found_in(shot, tmp_path) == [index + ahead >= 52 for index in range(60)]
