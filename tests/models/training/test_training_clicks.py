"""Clicks are shown to the network by what they say, and steps of clicks learn from them."""

import numpy as np
import pytest
import torch

from models.clicks import RADIUS
from models.training.batches import ALONE, Batches, aimed
from models.training.clicking import NEAR, Clicked
from models.training.planning import plan_of
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw

ALL = np.ones((40, 60), bool)


def square(top, left, side):
    mask = np.zeros((40, 60), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_where_nothing_is_wrong_nobody_clicks():
    truth, clicked = square(5, 5, 11), Clicked(40, 60)
    clicked.look(truth, truth, ALL)
    assert not clicked.planes().any()
    assert not clicked.near().any()


def test_clicks_are_kept_by_what_they_say_and_the_last_is_what_counts():
    truth, clicked = square(5, 5, 11), Clicked(40, 60)
    clicked.look(np.zeros_like(truth), truth, ALL)
    clicked.look(truth | square(25, 40, 9), truth, ALL)
    inside, outside = clicked.planes()
    assert inside[10, 10] == 1
    assert outside[29, 44] == 1
    assert inside[29, 44] == outside[10, 10] == 0
    assert 0.8 * np.pi * RADIUS**2 < inside.sum() < 1.2 * np.pi * RADIUS**2
    near = clicked.near()
    assert near[25:34, 40:49].all()
    assert near[29, 44 - NEAR + 1]
    assert not near[:, : 44 - NEAR].any()


def test_half_of_the_time_one_of_several_people_is_meant():
    sample = draw(0, 2, 1, 64)  # two people
    meant = [aimed(sample, np.random.default_rng(seed)) for seed in range(40)]
    whole = sum(np.array_equal(one.person, sample.person) for one in meant)
    assert 10 < whole < 30
    for one in meant:
        shown = set(np.unique(one.instances[one.person > 0])) - {0}
        assert one is sample or len(shown) == 1
    alone = draw(0, 1, 1, 64)
    assert all(aimed(alone, np.random.default_rng(seed)) is alone for seed in range(10))


@pytest.mark.usefixtures("one_thread")
def test_a_step_of_clicks_learns_from_its_last_round_whatever_came_before(small):
    config = small(steps=12, clicks=1.0, priors=0.5)
    trainer, batches = Trainer(config, torch.device("cpu"), ALONE), Batches(config, None)
    rounds = set()
    for step in range(5):
        plan = plan_of(config, step)
        losses, answer = trainer.step(batches[step], plan)
        rounds.add(plan.rounds)
        assert set(losses) == {"click", "error"}
        assert answer.mask.shape == (4, 1, 64, 64)
    assert len(rounds) > 1
