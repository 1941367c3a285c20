"""Step a of the plan: eight drawn samples by heart, on the CPU. Every loss falls, every head is better than chance."""

import numpy as np
import pytest
import torch

from models.networks.hints import Hints
from models.training.batches import ALONE, Batches, of_samples
from models.training.clicking import Clicked
from models.training.losses import edge, wrongness
from models.training.planning import plan_of
from models.training.stage_one import clicked_at, picture, truth_of
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw

STEPS = 90
# What flickers or is coloured wrong is little from the first: the untrained answer is still, and the picture.
_FALLS = {"temporal": 0.95, "foreground": 0.95}


def learnt(config):
    """The trainer after all steps, and the losses of each."""
    trainer, batches = Trainer(config, torch.device("cpu"), ALONE), Batches(config, None)
    history = [trainer.step(batches[step], plan_of(config, step))[0] for step in range(config.steps)]
    return trainer, history


@pytest.fixture(scope="module")
def network(small, one_thread):
    """Stage 1 with heads for the matte, having learnt eight films, stills and clicks; and its losses."""
    config = small(
        "koutu-s-tiny-one-stage",
        "eight",
        steps=STEPS,
        warmup=5,
        clicks=0.2,
        priors=0.5,
        losses={"foreground": 6, "alpha": 3},
    )
    trainer, history = learnt(config)
    return trainer.network.eval(), history


@pytest.fixture(scope="module")
def batch():
    """The eight films, none with a prior."""
    samples = [draw(0, index, 2, 64) for index in range(8)]
    return of_samples(samples, [False] * 8, [np.random.default_rng(index) for index in range(8)])


@pytest.fixture(scope="module")
def answer(network, batch):
    with torch.no_grad():
        return network[0](picture(batch))[0]


def test_every_loss_falls(network):
    history = network[1]
    names = {name for losses in history for name in losses}
    assert len(names) == 14
    for name in names:
        found = [losses[name] for losses in history if name in losses]
        tail = max(3, len(found) // 4)
        assert np.mean(found[-tail:]) < _FALLS.get(name, 0.75) * np.mean(found[:tail]), name


def test_the_mask_and_its_boundary_are_found(answer, batch):
    truth = truth_of(batch)
    both, either = ((answer.mask > 0) & (truth > 0)).sum(), ((answer.mask > 0) | (truth > 0)).sum()
    assert both / either > 0.8
    line, boundary = edge(truth.flatten(0, 1)) > 0, answer.boundary.flatten(0, 1)
    assert boundary[line].mean() > boundary[~line].mean() + 1


def test_it_knows_where_it_errs(answer, batch):
    wrong = wrongness(answer.mask, truth_of(batch)) > 0
    assert wrong.any()
    assert answer.error[wrong].mean() > answer.error[~wrong].mean() + 0.5


def test_people_are_counted_and_told_apart(answer, batch):
    peaks = torch.nn.functional.max_pool2d(answer.centre.flatten(0, 1), 5, 1, 2)
    found = ((answer.centre.flatten(0, 1) == peaks) & (peaks > -1)).sum((1, 2, 3))
    true = (batch.heat.flatten(0, 1) > 0.9).flatten(1)
    people = torch.tensor([len(np.unique(draw(0, index, 2, 64).instances)) - 1 for index in range(8)])
    assert (found.view(8, 2)[:, 0] == people).float().mean() >= 0.75
    assert true.any()
    cells = batch.cells.expand_as(batch.offset)
    assert (answer.offset - batch.offset).abs()[cells].mean() < 0.5 * batch.offset.abs()[cells].mean()


def test_it_knows_whether_anybody_is_there(answer, batch):
    assert torch.equal(answer.presence[..., 0] > 0, truth_of(batch).amax((2, 3, 4)) > 0)


def test_alpha_and_the_persons_own_colours_are_found_along_the_edge(answer, batch):
    band = edge(truth_of(batch).flatten(0, 1), 5).unflatten(0, (8, 2)) > 0
    found, true = answer.alpha[band], batch.person[band]
    assert (found - true).abs().mean() < 0.4 * (true.median() - true).abs().mean()
    soft = (band & (batch.person > 0.1) & (batch.person < 0.9)).expand_as(batch.foreground)
    colours, shown = (batch.foreground / 255)[soft], picture(batch)[soft]
    assert (answer.foreground[soft] - colours).abs().mean() < 0.95 * (shown - colours).abs().mean()


def test_a_click_mends_what_it_is_at(network, batch):
    truth = truth_of(batch)[0:8:2, 0]
    prior = torch.roll(truth, 6, 3) * 0.9 + 0.05
    image, some = picture(batch)[0:8:2, 0], truth.amax((1, 2, 3)) > 0
    before = ((prior > 0.5) != (truth > 0.5)).float()[some].mean()
    judged = torch.ones_like(truth, dtype=torch.bool)
    hints = clicked_at(prior, torch.ones(len(truth), dtype=torch.bool), truth, judged, [Clicked(64, 64) for _ in truth])
    with torch.no_grad():
        after = ((network[0](image, hints)[0].mask > 0) != (truth > 0.5)).float()[some].mean()
        plain = ((network[0](image, Hints(prior))[0].mask > 0) != (truth > 0.5)).float()[some].mean()
    assert after < 0.8 * before
    assert plain < before
