"""What moves is carried along, and what was hidden is not believed."""

import numpy as np
import pytest

from models.video.flow import Flows
from tests.models.video.drawn_shot import pattern, walking


def test_a_picture_is_carried_to_where_it_went():
    before = pattern(1, 192, 256)
    now = np.roll(before, (3, -5), axis=(0, 1))
    flow = Flows().between(before, now)
    inside = np.s_[16:80, 16:110]
    assert np.abs(flow.carried(before).astype(int) - now)[inside].mean() < 4
    assert flow.trust[inside].mean() > 0.8


def test_what_comes_from_outside_is_not_trusted():
    before = pattern(1, 96, 160)
    flow = Flows().between(before[:, :128], before[:, 12:140])
    assert flow.trust[:, -6:].mean() < 0.3 < flow.trust[:, 20:100].mean()


def test_what_was_hidden_is_not_trusted():
    pictures, (person,) = walking(2, (80, 16, 5))
    flow = Flows().between(pictures[0], pictures[1])
    uncovered, still = person[0] & ~person[1], ~(person[0] | person[1])
    assert flow.trust[uncovered].mean() < 0.5 < flow.trust[still].mean()


def test_nothing_of_one_shot_is_trusted_in_another():
    flow = Flows().between(pattern(1, 192, 256), pattern(2, 192, 256))
    assert flow.trust.mean() < 0.25


@pytest.mark.parametrize("size", [(24, 24), (8, 40), (700, 300), (97, 1301)])
def test_any_size_will_do(size):
    before = pattern(1, max(24, size[0]), max(24, size[1]))[: size[0], : size[1]]
    flow = Flows().between(before, before)
    assert flow.places.shape == (*size, 2)
    assert np.abs(flow.carried(before).astype(int) - before).mean() < 1
