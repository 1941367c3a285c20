"""Somebody trains a network, saves it, opens it again elsewhere, and now and then meets a file that is broken."""

import json
import resource
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from models.checkpoints import Card, CheckpointError, Fault, fit, load, load_into, open_network, read_card, save
from models.networks.config import PRESETS, REFINERS
from models.networks.koutu_s import KoutuS
from models.networks.refiner import Refiner

CARD = Card(
    network="small", version="small-3", licence="CC0", config={"classes": 2}, parent="small-2",
    figures={"J": 0.91}, notes="扇子",
)  # fmt: skip


class Small(nn.Sequential):
    name = "small"

    def __init__(self, classes=2):
        super().__init__(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, classes, 1))


@pytest.fixture
def saved(tmp_path):
    torch.manual_seed(0)
    network = Small().eval()
    path = tmp_path / "small.safetensors"
    save(path, network, CARD)
    return path, network


def fault_of(action, *arguments):
    with pytest.raises(CheckpointError) as caught:
        action(*arguments)
    return caught.value.fault, str(caught.value)


def test_what_was_saved_answers_the_same_elsewhere(saved):
    path, network = saved
    other = Small().eval()
    assert load_into(other, path) == CARD
    picture = torch.rand(1, 3, 9, 9)
    assert torch.equal(network(picture), other(picture))


def test_our_own_networks_are_built_as_their_cards_say(tmp_path):
    for network in (KoutuS(PRESETS["koutu-s-tiny"]), Refiner(REFINERS["koutu-s-refiner-tiny"])):
        card = Card(network=network.name, version="1", licence="CC0", config=network.config.as_json())
        save(tmp_path / "file", network, card)
        opened, same_card = open_network(tmp_path / "file")
        assert same_card == card
        assert opened.config == network.config
        assert not opened.training


def test_a_card_of_a_network_from_the_future_is_refused_with_what_there_is(tmp_path):
    save(tmp_path / "file", Small(), CARD)
    fault, said = fault_of(open_network, tmp_path / "file")
    assert (fault, "there is no network small" in said) == (Fault.NETWORK, True)


def test_weights_and_card_alone_decide_the_bytes(saved, tmp_path):
    path, network = saved
    again = tmp_path / "again.safetensors"
    save(again, network.state_dict(), CARD)
    assert path.read_bytes() == again.read_bytes()


def test_tied_weights_are_saved_too(tmp_path):
    network = nn.ModuleDict({"in": nn.Linear(3, 3), "out": nn.Linear(3, 3)})
    network["out"].weight = network["in"].weight
    save(tmp_path / "tied", network, CARD)
    state, _ = load(tmp_path / "tied")
    assert torch.equal(state["in.weight"], state["out.weight"])


def test_the_card_is_read_without_torch_or_the_weights(saved):
    path, _ = saved
    code = "import sys; from models.checkpoints import read_card; print(read_card(sys.argv[1]).version, *sys.modules)"
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    said = run.stdout.split()
    assert said[0] == "small-3"
    assert "torch" not in said


def test_a_save_that_fails_half_way_leaves_the_old_file_and_nothing_beside_it(saved):
    path, _ = saved
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        fault, said = fault_of(save, path, Small(), CARD)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (fault, "File too large" in said) == (Fault.UNWRITABLE, True)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    fault, said = fault_of(save, tmp_path / "no" / "file", Small(), CARD)
    assert (fault, "make its folder" in said) == (Fault.UNWRITABLE, True)


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    assert fault_of(load, tmp_path / "nothing")[0] is Fault.MISSING
    assert fault_of(load, tmp_path)[0] is Fault.NOT_A_CHECKPOINT


def test_a_file_cut_off_anywhere_is_called_so(saved):
    path, _ = saved
    whole = path.read_bytes()
    for length in (0, 5, 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert fault_of(load, path)[0] is Fault.TRUNCATED
        assert fault_of(read_card, path)[0] is Fault.TRUNCATED


@pytest.mark.parametrize("data", [b"\xff\xd8\xff JPEG", b"\x08" + bytes(7) + b'{"a": 1}', b"\x02" + bytes(7) + b"[]"])
def test_other_files_are_no_checkpoints(tmp_path, data):
    (tmp_path / "file").write_bytes(data)
    fault, said = fault_of(load, tmp_path / "file")
    assert (fault, "not safetensors" in said) == (Fault.NOT_A_CHECKPOINT, True)


@pytest.mark.parametrize("archive", [True, False])
def test_a_pickle_is_sent_to_where_pickles_are_opened(tmp_path, archive):
    torch.save(Small().state_dict(), tmp_path / "file.pth", _use_new_zipfile_serialization=archive)
    fault, said = fault_of(load, tmp_path / "file.pth")
    assert (fault, "models.public" in said) == (Fault.NOT_A_CHECKPOINT, True)


def test_a_file_of_another_program_has_no_card(tmp_path):
    save_file(dict(Small().state_dict()), tmp_path / "theirs")
    fault, said = fault_of(load, tmp_path / "theirs")
    assert (fault, "no card" in said) == (Fault.CARD, True)


GOOD = {"network": "small", "version": "1", "licence": "CC0"}
WRONG = [{"s": 3}, {"config": [1]}, {"network": ["small"]}, {"figures": None}, {"parent": 3}, {"notes": {}}]


@pytest.mark.parametrize("card", ['{"network": ""}', "[", "3", *(json.dumps(GOOD | wrong) for wrong in WRONG)])
def test_a_card_that_cannot_be_read_is_said(tmp_path, card):
    save_file(dict(Small().state_dict()), tmp_path / "file", {"koutu": card})
    assert fault_of(load, tmp_path / "file")[0] is Fault.CARD


def test_a_checkpoint_of_another_network_is_refused_by_its_card(saved):
    path, _ = saved
    fault, said = fault_of(load_into, Small(), path, "hrnet")
    assert (fault, "small, not of hrnet" in said) == (Fault.NETWORK, True)


def test_names_that_do_not_fit_are_told_first_and_counted():
    state = Small().state_dict()
    longer = nn.Sequential(*Small(), nn.Linear(2, 2))
    assert "lacks 3.bias and 1 more" in fault_of(fit, longer, state, "it")[1]
    fault, said = fault_of(fit, nn.Sequential(Small()[0], Small()[1]), state, "it")
    assert (fault, "holds the unknown 2.bias and 1 more" in said) == (Fault.NAMES, True)


def test_shapes_that_do_not_fit_are_told_and_nothing_is_changed(saved):
    path, _ = saved
    network = Small(classes=5)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    fault, said = fault_of(load_into, network, path)
    assert fault is Fault.SHAPES
    assert "2.weight and 1 more of another shape: (2, 4, 1, 1) instead of (5, 4, 1, 1)" in said
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())


def test_files_from_before_batch_counters_fit():
    state = {name: tensor for name, tensor in Small().state_dict().items() if "num_batches" not in name}
    network = Small()
    fit(network, state, "it")
    assert torch.equal(network[0].weight, state["0.weight"])


def test_the_metadata_holds_the_card_alone(saved):
    path, _ = saved
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    assert list(header["__metadata__"]) == ["koutu"]
    assert json.loads(header["__metadata__"]["koutu"])["notes"] == "扇子"


def test_whatever_the_length_of_its_head_a_checkpoint_is_no_pickle(tmp_path):
    """One length in 32 begins with the byte that a bare pickle begins with."""
    starts = set()
    for length in range(256):
        path = tmp_path / "file.safetensors"
        save(path, Small(), Card("small", "1", "CC0", notes="x" * length))
        starts.add(path.read_bytes()[0])
        assert read_card(path).notes == "x" * length
    assert 0x80 in starts
