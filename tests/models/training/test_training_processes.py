"""Several processes, as torchrun starts them, learn what one learns from all their samples."""

import os
import socket
from contextlib import nullcontext
from multiprocessing import get_context

import pytest
import torch
from safetensors.torch import load_file

from models.training import loop, saving
from models.training.batches import Place
from models.training.config import TrainingError
from models.training.loop import Means, train

STAGE = {"steps": 5, "frames": 3, "window": 2, "batch": 4, "clicks": 0.3, "rate": 1e-3}

pytestmark = pytest.mark.usefixtures("one_thread")


def _port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _rank(config, run, rank, port):
    """One process: the environment is what torchrun gives."""
    places = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    os.environ.update({name: str(value) for name, value in places.items()})
    trainer, _ = train(config, run, Means())
    torch.save(trainer.network.state_dict(), run / f"rank{rank}.pt")


def _two(config, run):
    """Weights and statistics of both processes after the whole of `config`."""
    # Forked after all is loaded, for that takes ten times as long as what they do.
    fork, port = get_context("fork"), _port()
    processes = [fork.Process(target=_rank, args=(config, run, rank, port)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    return [torch.load(run / f"rank{rank}.pt", weights_only=True) for rank in range(2)]


def test_two_processes_agree_in_all_weights_and_statistics(tmp_path, small):
    first, second = _two(small(**STAGE), tmp_path)
    assert any(name.endswith("running_var") for name in first)
    assert all(torch.equal(first[name], second[name]) for name in first)
    kept = load_file(saving.folder(tmp_path, 5) / saving.WEIGHTS)
    assert all(torch.equal(kept[name], first[name]) for name in first)


def test_two_processes_learn_what_one_does_with_both_their_samples(tmp_path, small):
    # The refiner is without normalisation: stage 1 normalises by each process's own samples.
    stage = STAGE | {"size": 128, "batch": 2, "clicks": 0.0}
    config = small("koutu-s-refiner-tiny", **stage)
    alone, _ = train(config, tmp_path / "one", Means())
    first, second = _two(config, tmp_path / "two")
    assert all(torch.equal(first[name], second[name]) for name in first)
    for name, weight in alone.network.state_dict().items():
        # Five steps move weights by up to 5e-3; Adam makes some of what rounding does to the smallest gradients.
        torch.testing.assert_close(first[name], weight, atol=2e-4, rtol=0)


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path, small, monkeypatch):
    monkeypatch.setattr(loop, "joined", lambda device: nullcontext(Place(0, 3)))
    with pytest.raises(TrainingError, match="stage 1: batch 4 is of all processes together, and 3 cannot share it"):
        train(small(**STAGE), tmp_path, Means())
