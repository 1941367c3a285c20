"""Clicks are shown to the network by what they say, and steps of clicks and of following learn from what is meant."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.clicks import RADIUS
from models.training.batches import ALONE, Batches, aimed
from models.training.clicking import NEAR, Clicked
from models.training.following import moved
from models.training.planning import plan_of
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw
from tests.models.video.drawn_shot import overlap, walking

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


def test_something_worn_may_be_meant_and_is_one_persons():
    sample = draw(0, 1, 2, 64)  # one person, with a hat
    hat = sample.parts == 3
    meant = [aimed(sample, np.random.default_rng(seed), worn=0.5).person > 0 for seed in range(20)]
    hats = [one for one in meant if not (one & ~hat).any()]
    assert 4 < len(hats) < 16
    assert all((one == (sample.person > 0)).all() for one in meant if (one & ~hat).any())
    both = draw(0, 2, 1, 64)  # two people with one each
    whose = [both.instances[aimed(both, np.random.default_rng(seed), worn=1.0).person > 0] for seed in range(20)]
    assert {tuple(np.unique(one)) for one in whose} == {(1,), (2,)}
    nobody = replace(sample, parts=None)
    assert all(aimed(nobody, np.random.default_rng(seed), worn=1.0) is nobody for seed in range(10))


def test_what_was_believed_moves_with_the_picture():
    pictures, masks = walking(2, (60, 5, 5), size=(96, 160))
    before, now = (torch.from_numpy(one).permute(2, 0, 1)[None] for one in pictures)
    belief = torch.from_numpy(masks[0][0].astype(np.float32))[None, None].requires_grad_()
    found = moved(belief, before, now)
    assert overlap(found[0, 0].numpy() > 0.5, masks[0][1]) > 0.9 > overlap(masks[0][0], masks[0][1])
    assert not found.requires_grad


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("anchors", [0.0, 1.0])
def test_a_step_of_following_learns_from_every_frame_after_the_first(small, anchors):
    config = small(steps=4, follows=1.0, anchors=anchors, frames=3)
    trainer, batches = Trainer(config, torch.device("cpu"), ALONE), Batches(config, None)
    losses, answer = trainer.step(batches[0], plan_of(config, 0))
    assert set(losses) == {"mask", "dice", "error"}
    assert answer.mask.shape == (4, 1, 64, 64)
    assert trainer.network.anchors.gate.weight.grad.abs().sum() > 0
    assert trainer.network.memory.candidate.weight.grad.abs().sum() > 0


@pytest.mark.usefixtures("one_thread")
def test_a_step_of_clicks_learns_from_its_last_round_whatever_came_before(small):
    config = small(steps=12, clicks=1.0, priors=0.5)
    trainer, batches = Trainer(config, torch.device("cpu"), ALONE), Batches(config, None)
    rounds = set()
    for step in range(5):
        plan = plan_of(config, step)
        losses, answer = trainer.step(batches[step], plan)
        rounds.add(plan.rounds)
        assert set(losses) == {"mask", "dice", "click", "error"}
        assert answer.mask.shape == (4, 1, 64, 64)
    assert len(rounds) > 1
