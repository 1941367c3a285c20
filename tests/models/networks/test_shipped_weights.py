"""The weights that ship: small enough, and the same network as a checkpoint and as ONNX."""

from pathlib import Path

import numpy as np
import pytest
import torch

import models
from models import checkpoints
from models.clicks import SIDE
from models.exporting import answer, card_of
from models.networks import patches
from models.networks.graphs import ClicksGraph, StageOneGraph, StageTwoGraph
from models.training.delivery import FRAME

WEIGHTS = Path(models.__file__).parent / "weights"
MEGABYTE = 1_000_000


def stage_one(network):
    state = network.start(1, *FRAME)
    return StageOneGraph(network), (torch.rand(1, 3, *FRAME), *planes(*FRAME), torch.ones(1), state.deep, state.middle)


def clicks(network):
    return ClicksGraph(network), (torch.rand(1, 3, SIDE, SIDE), *planes(SIDE, SIDE), torch.ones(1))


def stage_two(network):
    sizes = ((2, 3), (2, 1), (2, 1))
    return StageTwoGraph(network), [torch.rand(*size, patches.SIDE, patches.SIDE) for size in sizes]


def planes(height, width):
    """A prior to mend, and a click on either side."""
    prior, positive, negative = torch.rand(1, 1, height, width), *torch.zeros(2, 1, 1, height, width)
    positive[..., 60:70, 90:100] = negative[..., 200:210, 40:50] = 1
    return prior, positive, negative


@pytest.mark.parametrize(
    ("name", "graph_of", "megabytes", "apart"),
    [("koutu-s", stage_one, 20, 0.01), ("koutu-s-small", clicks, 3, 0.1), ("koutu-s-refiner", stage_two, 20, 0.01)],
)
def test_a_graph_answers_as_its_checkpoint_does(name, graph_of, megabytes, apart):
    torch.manual_seed(0)
    file = WEIGHTS / f"{name}.onnx"
    assert file.stat().st_size <= megabytes * MEGABYTE
    network, card = checkpoints.open_network(WEIGHTS / f"{name}.safetensors")
    assert card_of(file) == card
    graph, values = graph_of(network)
    with torch.no_grad():
        true = graph(*values)
    true = true if isinstance(true, tuple) else (true,)
    found = answer(file, {key: value.numpy() for key, value in zip(graph.inputs, values, strict=True)})
    assert list(found) == graph.outputs
    for key, value in zip(graph.outputs, true, strict=True):
        assert np.abs(found[key] - value.numpy()).mean() < apart, key
