"""Leads against the crowd: each part of the score, and who comes out first."""

import numpy as np
import pytest

from models.video.leads import LEAD, Sights, joined, leads, slopes_of

SIZE = (90, 160)


def sights(*boxes, slopes=None, frames=None):
    """Somebody who is a box (left, top, right, bottom) on one frame after the other."""
    found = Sights()
    for index, (left, top, right, bottom) in enumerate(boxes * (frames or 1)):
        mask = np.zeros(SIZE, bool)
        mask[top:bottom, left:right] = True
        found.add(index, mask, np.ones(SIZE) if slopes is None else slopes)
    return found


def test_the_large_one_in_the_middle_is_the_lead_and_the_passer_by_is_not():
    scores = leads({1: sights((60, 10, 100, 90), frames=20), 2: sights((0, 40, 6, 60), frames=3)}, 20)
    assert scores[1].score >= LEAD > scores[2].score


def test_who_is_alone_is_the_lead_however_far_away():
    alone = leads({1: sights((70, 40, 80, 60), frames=10)}, 10)[1]
    assert alone.parts["size"] == alone.parts["sharpness"] == alone.parts["duration"] == 1
    assert alone.score >= LEAD


def test_each_part_by_hand():
    calm, walker = sights((70, 30, 90, 60), frames=4), sights(*[(x, 30, x + 10, 60) for x in (0, 1, 2, 3)])
    still, moving = (leads({1: calm, 2: walker}, 8)[number].parts for number in (1, 2))
    assert still["size"] == 1
    assert moving["size"] == pytest.approx(0.5**0.5)
    assert still["centre"] == pytest.approx(1)
    assert (still["duration"], still["motion"], moving["motion"]) == (0.5, 0, 1)


def test_who_is_out_of_focus_is_less_sharp():
    rng = np.random.default_rng(0)
    image = np.full((180, 320, 3), 90, np.uint8)
    image[:, :160] = rng.integers(0, 255, (180, 160, 3))
    slopes = slopes_of(image, SIZE)
    both = {1: sights((20, 20, 60, 80), slopes=slopes), 2: sights((100, 20, 140, 80), slopes=slopes)}
    assert leads(both, 1)[2].parts["sharpness"] < 0.1 < leads(both, 1)[1].parts["sharpness"]


def test_two_tracks_of_one_person_count_together():
    whole = joined([sights((70, 30, 90, 60), frames=3), sights((70, 30, 90, 60), frames=2)])
    assert leads({1: whole}, 10)[1].parts["duration"] == 0.5
