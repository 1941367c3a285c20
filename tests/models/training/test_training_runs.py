"""Runs that are killed, stopped, broken and taken up again: what they become does not depend on it."""

import json
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from multiprocessing import get_context
from threading import Thread

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from models import checkpoints
from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from models.training import __main__ as command
from models.training import saving
from models.training.batches import ALONE, Batches, loader
from models.training.config import TrainingError, read_config
from models.training.journal import LOG
from models.training.loop import Means, begin, train
from models.training.planning import plan_of
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw

CONFIG = """
network = "koutu-s-tiny"
version = "killed"
ema = 0.9
[data.people]
kind = "tests.models.training.drawn_people:opened"
[[stage]]
steps = {steps}
data = {{ people = 1 }}
frames = 3
window = 2
size = 64
batch = 2
rate = 1e-2
warmup = 2
clicks = 0.3
"""

pytestmark = pytest.mark.usefixtures("one_thread")


def all_of(run, name):
    """Every tensor of the newest checkpoint of a run."""
    return load_file(saving.folder(run, saving.steps(run)[-1]) / name)


def same(one, other):
    assert saving.steps(one)[-1] == saving.steps(other)[-1]
    for name in (saving.WEIGHTS, saving.MEAN, saving.OPTIMISER):
        found, wanted = all_of(one, name), all_of(other, name)
        assert found.keys() == wanted.keys()
        assert all(torch.equal(found[key], wanted[key]) for key in wanted), name


def test_a_run_that_was_killed_ends_in_the_very_same_weights(tmp_path):
    """kill -9 at whatever moment it is, while another process draws and checkpoints are written; then to the end."""
    steps = 32
    file, killed, whole = tmp_path / "killed.toml", tmp_path / "killed", tmp_path / "whole"
    file.write_text(CONFIG.format(steps=steps))
    train(read_config(file), whole, Means(workers=1))
    # Forked after all is loaded, for that takes ten times as long as what it does.
    asked = [str(file), "-o", str(killed), "--workers", "1", "--save-steps", "1"]
    process = get_context("fork").Process(target=command.main, args=(asked,))
    process.start()
    _when(lambda: saving.steps(killed)[-1:] >= [6], process)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert 6 <= saving.steps(killed)[-1] < steps
    train(read_config(file), killed, Means(save_steps=2))
    same(killed, whole)


def test_a_run_whose_processes_are_all_told_to_stop_ends_its_step_and_keeps_it(tmp_path):
    file, run = tmp_path / "told.toml", tmp_path / "told"
    file.write_text(CONFIG.format(steps=200))
    asked = [str(file), "-o", str(run), "--workers", "1", "--save-steps", "1"]

    def apart():
        os.setsid()
        sys.exit(command.main(asked))

    process = get_context("fork").Process(target=apart)
    process.start()
    _when(lambda: saving.steps(run)[-1:] >= [3], process)
    os.killpg(process.pid, signal.SIGTERM)
    process.join(60)
    assert process.exitcode == 3  # not done yet
    assert 3 <= saving.steps(run)[-1] < 200
    assert (run / "koutu-s.safetensors").exists()


def _when(true, process):
    end = time.monotonic() + 120
    while not true():
        assert process.is_alive(), "it ended before it was killed"
        assert time.monotonic() < end
        time.sleep(0.005)


def test_two_checkpoints_are_kept_and_a_broken_one_is_passed_over(tmp_path, small):
    config = small(steps=6)
    trainer, done = train(config, tmp_path, Means(save_steps=1))
    assert (done, saving.steps(tmp_path)) == (6, [5, 6])
    newest = saving.folder(tmp_path, 6) / saving.MEAN
    newest.write_bytes(newest.read_bytes()[:1000])
    assert saving.restore(tmp_path, Trainer(config, torch.device("cpu"), ALONE)) == 5
    shutil.rmtree(saving.folder(tmp_path, 6))
    train(config, tmp_path, Means())
    again = all_of(tmp_path, saving.MEAN)
    assert all(torch.equal(again[name], mean) for name, mean in trainer.average.state.items())
    for step in saving.steps(tmp_path):
        (saving.folder(tmp_path, step) / saving.OPTIMISER).unlink()
    with pytest.raises(TrainingError, match="no checkpoint of .* can be read: .*Begin in another folder"):
        saving.restore(tmp_path, Trainer(config, torch.device("cpu"), ALONE))


def test_a_checkpoint_that_was_being_written_is_no_checkpoint(tmp_path, small):
    (tmp_path / ".step-00000003").mkdir()
    (tmp_path / ".step-00000003" / saving.WEIGHTS).write_bytes(b"half")
    assert saving.steps(tmp_path) == []
    trainer = Trainer(small(), torch.device("cpu"), ALONE)
    saving.save(tmp_path, trainer, 3, {})
    assert saving.restore(tmp_path, trainer) == 3


def test_a_full_disk_is_said(tmp_path, small):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="cannot be written"):
        saving.save(tmp_path / "file", Trainer(small(), torch.device("cpu"), ALONE), 3, {})


def test_the_card_says_what_it_is(tmp_path, small):
    parent = tmp_path / "parent.safetensors"
    first = Trainer(small(), torch.device("cpu"), ALONE)
    checkpoints.save(parent, first.network, saving.card_of(first, 0, {}))
    config = small(also={"version": "child", "parent": str(parent), "licence": "MIT", "notes": "from a test"})
    trainer = Trainer(config, torch.device("cpu"), ALONE)
    own, inherited = (one.network.state_dict() for one in (trainer, first))
    assert all(torch.equal(own[name], inherited[name]) for name in own)
    card = checkpoints.read_card(saving.save(tmp_path, trainer, 2, {"losses": {"mask": 0.5}}) / saving.MEAN)
    assert (card.network, card.version, card.licence, card.parent) == ("koutu-s", "child", "MIT", "test")
    assert card.figures == {"step": 2, "steps": 6, "losses": {"mask": 0.5}}
    assert card.notes == "from a test"


def test_a_smaller_network_begins_with_the_first_blocks_of_a_larger_one(tmp_path, small):
    parent = tmp_path / "parent.safetensors"
    larger = KoutuS(replace(PRESETS["koutu-s-tiny"], depths=(1, 1, 1, 3)))
    checkpoints.save(parent, larger, checkpoints.Card("koutu-s", "larger", "MIT"))
    trainer = Trainer(small(also={"parent": str(parent)}), torch.device("cpu"), ALONE)
    kept = larger.state_dict()
    assert all(torch.equal(one, kept[name]) for name, one in trainer.network.state_dict().items())
    other = tmp_path / "other.safetensors"
    more = larger.state_dict() | {"heads.more": torch.zeros(2)}
    checkpoints.save(other, more, checkpoints.Card("koutu-s", "1", "MIT"))
    with pytest.raises(checkpoints.CheckpointError, match="holds the unknown heads.more"):
        Trainer(small(also={"parent": str(other)}), torch.device("cpu"), ALONE)


def test_a_network_with_more_heads_begins_with_what_its_parent_has(tmp_path, small):
    parent = tmp_path / "parent.safetensors"
    two_stages = KoutuS(PRESETS["koutu-s-tiny"])
    checkpoints.save(parent, two_stages, checkpoints.Card("koutu-s", "two", "MIT"))
    config = small(also={"network": "koutu-s-tiny-one-stage", "parent": str(parent)})
    trainer = Trainer(config, torch.device("cpu"), ALONE)
    own, kept = trainer.network.state_dict(), two_stages.state_dict()
    assert trainer.parent == "two"
    assert all(torch.equal(own[name], one) for name, one in kept.items()), "a weight of the parent was not taken"
    assert {name.split(".")[1] for name in own.keys() - kept.keys()} == {"matte"}


def test_a_run_is_of_one_config(tmp_path, small):
    begin(tmp_path, small())
    begin(tmp_path, small())
    with pytest.raises(TrainingError, match="begun with another seed, stage: give that config, or another folder"):
        begin(tmp_path, small(also={"seed": 5}, steps=7))


def test_it_stops_when_its_time_is_over_or_when_told_and_can_go_on(tmp_path, small):
    config = small(steps=1000)
    _, done = train(config, tmp_path, Means(minutes=0.0))
    assert (done, saving.steps(tmp_path)) == (1, [1])
    before = signal.getsignal(signal.SIGTERM)

    def tell():
        # Told before it listens, this very process would end.
        while signal.getsignal(signal.SIGTERM) == before:
            time.sleep(0.01)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    teller = Thread(target=tell)
    teller.start()
    _, done = train(config, tmp_path, Means())
    teller.join()
    assert 1 < done < 1000
    assert saving.steps(tmp_path) == [1, done]
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_log_tells_each_step_once(tmp_path, small):
    config = small(steps=40, batch=1, frames=1)
    train(config, tmp_path, Means(save_steps=20, minutes=None))
    log = tmp_path / LOG
    lines = log.read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [20, 40]
    assert set(json.loads(lines[0])["losses"]) >= {"mask", "dice", "presence"}
    log.write_text("\n".join([*lines, lines[1].replace('"step": 40', '"step": 60'), lines[1][:30]]))
    train(config, tmp_path, Means())
    assert log.read_text().splitlines() == lines
    assert list((tmp_path / "board").glob("events*"))


def test_samples_do_not_depend_on_who_draws_them_nor_on_what_was_drawn_before(small):
    config = small(steps=4)
    beside = list(loader(Batches(config, None), 2, 4, 2))
    here = Batches(config, None)
    for step, batch in zip((2, 3), beside, strict=True):
        fresh = here[step]
        assert torch.equal(batch.picture, fresh.picture)
        assert torch.equal(batch.prior, fresh.prior)
        assert torch.equal(batch.chance, fresh.chance)


@pytest.mark.parametrize("workers", [0, 1])
def test_what_cannot_be_drawn_is_said_whoever_draws_it(tmp_path, small, workers):
    with pytest.raises(TrainingError, match=r"^data.people, index \d+, . frames of 64: people.png cannot be read"):
        train(small(kind="torn"), tmp_path, Means(workers=workers))


def test_pictures_with_masks_in_a_folder_are_trained_on(tmp_path, small):
    """From files to weights, with the project's own data set for anybody's pictures."""
    for place, kind in enumerate(("images", "masks")):
        (tmp_path / "mine" / kind).mkdir(parents=True)
        for index in range(1, 3):
            sample = draw(0, index, 1, 96)
            plane = (sample.picture[0, ..., ::-1], np.where(sample.person[0] >= 0.5, 255, 0).astype(np.uint8))[place]
            assert cv2.imwrite(str(tmp_path / "mine" / kind / f"{index}.png"), plane)
    data = {"people": {"kind": "folder", "path": str(tmp_path / "mine")}}
    trainer, done = train(small(also={"data": data}, steps=2, frames=1), tmp_path / "run", Means())
    assert done == 2
    assert all(value.isfinite().all() for value in trainer.network.state_dict().values())


def test_weights_stay_as_they_were_where_the_gradient_is_spoilt(small):
    config = small(also={"clip": 1.0})
    trainer, batch, plan = Trainer(config, torch.device("cpu"), ALONE), Batches(config, None)[0], plan_of(config, 0)
    trainer.network.heads.presence.answer.bias.register_hook(lambda gradient: gradient * float("nan"))
    before = {name: value.clone() for name, value in trainer.network.named_parameters()}
    with pytest.raises(TrainingError, match="the gradient of step 0 is not finite: go on .* with a lower rate"):
        trainer.step(batch, plan)
    assert all(torch.equal(before[name], value) for name, value in trainer.network.named_parameters())
