"""What a run hands over is opened by the back ends as any checkpoint is."""

import numpy as np
import pytest
import torch

from models import checkpoints
from models.backends.registry import open_backend
from models.clicks import SIDE as CLICKED
from models.exporting import ExportError, answer, card_of
from models.networks.hints import Hints
from models.networks.patches import SIDE
from models.training import __main__ as command
from models.training import saving
from models.training.batches import ALONE
from models.training.config import TrainingError
from models.training.delivery import deliver
from models.training.loop import Means, train
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw

pytestmark = pytest.mark.usefixtures("one_thread")
CONFIG = """
network = "koutu-s-tiny"
version = "small"
[data.people]
kind = "tests.models.training.drawn_people:opened"
[[stage]]
steps = 3
data = { people = 1 }
size = 64
batch = 2
"""


def test_the_command_trains_and_hands_over_mean_weights_in_half_precision(tmp_path, capsys):
    file, run = tmp_path / "small.toml", tmp_path / "run"
    file.write_text(CONFIG)
    assert command.main([str(file), "-o", str(run), "--workers", "0", "--minutes", "0"]) == 3
    assert checkpoints.read_card(run / "koutu-s.safetensors").version == "small-step1"
    assert command.main([str(file), "-o", str(run), "--workers", "0"]) == 0
    assert "3 of 3 steps: " in capsys.readouterr().out
    half, card = checkpoints.load(run / "koutu-s.safetensors")
    mean, _ = checkpoints.load(saving.folder(run, 3) / saving.MEAN)
    assert {value.dtype for value in half.values() if value.is_floating_point()} == {torch.float16}
    assert all(torch.equal(half[name], mean[name].half()) for name in mean)
    assert (card.version, card.figures["step"]) == ("small", 3)


def test_half_precision_costs_less_than_a_grey_level(tmp_path, small):
    run, image = tmp_path / "run", draw(0, 1, 1, 96).picture[0]
    trainer, _ = train(small(), run, Means())
    deliver(run)
    found = open_backend("koutu-s", str(run / "koutu-s.safetensors")).person_probability(image)
    whole = tmp_path / "whole.safetensors"
    checkpoints.save(whole, trainer.average.state, checkpoints.read_card(run / "koutu-s.safetensors"))
    assert np.abs(found - open_backend("koutu-s", str(whole)).person_probability(image)).max() < 1 / 255


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_edges_leave_as_onnx_too(tmp_path, small):
    config = small("koutu-s-refiner-tiny", size=128)
    saving.save(tmp_path, Trainer(config, torch.device("cpu"), ALONE), 6, {})
    weights, graph = deliver(tmp_path, onnx="frames")
    assert card_of(graph) == checkpoints.read_card(weights)
    assert graph.stat().st_size < 1.5 * weights.stat().st_size + 200_000  # half precision too; the rest is the graph
    patches = {"image": torch.rand(3, 3, SIDE, SIDE), "solved": torch.rand(3, 1, SIDE, SIDE)}
    patches["trimap"] = torch.full((3, 1, SIDE, SIDE), 0.5)
    found = answer(graph, {name: value.numpy() for name, value in patches.items()})
    network, _ = checkpoints.open_network(weights)
    with torch.no_grad():
        torch.testing.assert_close(
            torch.from_numpy(found["alpha"]), network(*patches.values()).alpha, atol=1e-4, rtol=0
        )


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_for_a_browser_the_clicks_leave_alone_in_a_byte_a_weight(tmp_path, small):
    saving.save(tmp_path, Trainer(small(), torch.device("cpu"), ALONE), 6, {})
    weights, graph = deliver(tmp_path, onnx="clicks")
    assert card_of(graph) == checkpoints.read_card(weights)
    network, _ = checkpoints.open_network(weights)
    image, prior = torch.rand(1, 3, CLICKED, CLICKED), torch.rand(1, 1, CLICKED, CLICKED)
    clicks = torch.zeros(2, 1, 1, CLICKED, CLICKED)
    clicks[0, ..., 90:100, 90:100] = clicks[1, ..., 200:210, 40:50] = 1
    values = dict(zip(("image", "prior", "positive", "negative"), (image, prior, *clicks), strict=True))
    found = answer(graph, {name: value.numpy() for name, value in values.items()} | {"given": np.ones(1, np.float32)})
    with torch.no_grad():
        true = network(image, Hints(prior, *clicks))[0].mask
    assert list(found) == ["mask"]
    assert np.abs(found["mask"] - true.numpy()).mean() < 0.05


def test_edges_are_told_nothing_by_clicks(tmp_path, small):
    saving.save(tmp_path, Trainer(small("koutu-s-refiner-tiny", size=128), torch.device("cpu"), ALONE), 6, {})
    with pytest.raises(ExportError, match="told nothing by clicks"):
        deliver(tmp_path, onnx="clicks")


def test_nothing_trained_is_nothing_to_hand_over(tmp_path):
    with pytest.raises(TrainingError, match="there is no checkpoint in .*: train first"):
        deliver(tmp_path)
