"""Somebody downloads a public checkpoint and opens it by name. The files are made up from the published tables."""

import inspect
import io
import pickle
import zipfile

import numpy as np
import pytest
import torch

from models.checkpoints import CheckpointError, Fault, open_network, save
from models.networks.config import ConfigError
from models.networks.deeplab import DeepLabV3Plus
from models.networks.hrnet import HRNet
from models.networks.ocr import HRNetOCR
from models.networks.registry import NETWORKS, build
from models.networks.resnet import ResNet
from models.pickles import read_pickle
from models.public import PUBLIC, begin_from, open_public
from tests.models.networks.published.tables import CLASSES, PLACES, answers, drawn, picture, published

PICTURE = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def ocr():
    """The state of an HRNetV2-W18 with OCR for Cityscapes."""
    return drawn(published("hrnet-trunk", "hrnet-ocr-head"))


@pytest.fixture(scope="module")
def plain():
    return drawn(published("hrnet-trunk", "hrnet-head"), seed=1)


@pytest.fixture(scope="module")
def imagenet():
    return drawn(published("hrnet-trunk", "hrnet-imagenet-head"), seed=2)


@pytest.fixture(scope="module")
def deeplab():
    return drawn(published("deeplabv3plus-mobilenetv2"), seed=3)


def written(path, content, archive=True):
    torch.save(content, path, _use_new_zipfile_serialization=archive)
    return path


def as_trained(state):
    """As the official tools/train.py saves it: the network and its loss in one module."""
    return {f"model.{name}": tensor for name, tensor in state.items()} | {"loss.criterion.weight": torch.ones(19)}


def answer(network, picture=PICTURE):
    with torch.inference_mode():
        return network(picture)["logits"]


def same(state, other):
    return state.keys() == other.keys() and all(torch.equal(tensor, other[name]) for name, tensor in state.items())


def fault_of(action, *arguments, **options):
    with pytest.raises(CheckpointError) as caught:
        action(*arguments, **options)
    return caught.value.fault, str(caught.value)


@pytest.mark.parametrize("archive", [True, False], ids=["archive", "as torch wrote until 1.6"])
def test_an_official_hrnet_with_ocr_opens_by_name(ocr, tmp_path, archive):
    path = written(tmp_path / "hrnet_ocr_cs_8162_torch11.pth", as_trained(ocr), archive)
    network, card = open_public("hrnet-w18-ocr", path)
    assert same(network.state_dict(), ocr)
    assert not network.training
    assert (card.network, card.config["width"], card.config["classes"]) == ("hrnet-ocr", 18, 19)
    assert card.version.startswith("hrnet-w18-ocr-")


@pytest.mark.parametrize("known", answers(), ids=lambda known: f"{known['name']} {known['config']}")
def test_an_opened_network_answers_as_the_official_code_does(known, tmp_path):
    path = written(tmp_path / "a.pth", drawn(published(*known["tables"])))
    network, _ = open_public(known["name"], path, **known["config"])
    logits = answer(network, picture())[0]
    found = torch.stack([logits[list(CLASSES), row, column] for row, column in PLACES])
    torch.testing.assert_close(found, torch.tensor(known["logits"]), atol=5e-5, rtol=1e-3)


def test_what_was_opened_is_saved_as_ours_and_answers_the_same(ocr, tmp_path):
    network, card = open_public("hrnet-w18-ocr", written(tmp_path / "a.pth", ocr))
    save(tmp_path / "a.safetensors", network, card)
    again, same_card = open_network(tmp_path / "a.safetensors")
    assert same_card == card
    assert torch.equal(answer(again), answer(network))


def test_a_checkpoint_in_mid_training_opens_too(plain, tmp_path):
    state = {f"module.{name}": tensor for name, tensor in as_trained(plain).items()}
    path = written(tmp_path / "checkpoint.pth.tar", {"epoch": 3, "best_mIoU": np.float64(0.7), "state_dict": state})
    network, _ = open_public("hrnet-w18", path)
    assert same(network.state_dict(), plain)


def test_the_number_of_classes_is_the_files(plain, tmp_path):
    head = {"last_layer.3.weight": torch.rand(59, 270, 1, 1), "last_layer.3.bias": torch.rand(59)}
    network, card = open_public("hrnet-w18", written(tmp_path / "pascal_ctx.pth", plain | head))
    assert answer(network).shape == (1, 59, 64, 96)
    assert card.config["classes"] == 59


def test_norms_of_the_first_releases_answer_as_they_did(plain, tmp_path):
    """InPlaceABN counts no batches and scales by |weight| + 1e-5: signs of weights mean nothing."""
    uncounted = {name: tensor for name, tensor in plain.items() if not name.endswith("num_batches_tracked")}
    scales = {name.replace("running_var", "weight") for name in plain if name.endswith("running_var")}
    turned = {name: -tensor if name in scales else tensor for name, tensor in uncounted.items()}
    network, _ = open_public("hrnet-w18", written(tmp_path / "cs_torch04.pth", turned), align_corners=False)
    found = network.state_dict()
    assert network.align_corners is False
    for name, tensor in uncounted.items():
        assert torch.equal(found[name], tensor.abs() + 1e-5 if name in scales else tensor), name


@pytest.mark.parametrize("stride", [16, 8])
def test_a_deeplab_opens_with_its_training_round_it(deeplab, tmp_path, stride):
    training = {"cur_itrs": 30000, "model_state": deeplab, "optimizer_state": {}, "scheduler_state": {"last_epoch": 3},
                "best_score": np.float64(0.72)}  # fmt: skip
    path = written(tmp_path / "best_deeplabv3plus_mobilenet_cityscapes_os16.pth", training)
    network, card = open_public("deeplabv3plus-mobilenetv2", path, output_stride=stride)
    assert same(network.state_dict(), deeplab)
    assert answer(network).shape == (1, 19, 64, 96)
    assert card.config["output_stride"] == stride


def test_scores_of_numpy_1_are_read(tmp_path):
    path = written(tmp_path / "old.pth", {"best_score": np.float64(0.5)}, archive=False)
    path.write_bytes(path.read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    assert read_pickle(path) == {"best_score": 0.5}


@pytest.mark.parametrize("name", ["hrnet-w18-ocr", "deeplabv3plus-mobilenetv2"])
def test_extra_channels_keep_the_answer_of_a_public_checkpoint(name, ocr, deeplab, tmp_path):
    path = written(tmp_path / "a.pth", ocr if "ocr" in name else deeplab)
    network, _ = open_public(name, path)
    wider, card = open_public(name, path, extra_channels=3)
    assert card.config["extra_channels"] == 3
    found = answer(wider, torch.cat([PICTURE, torch.rand(1, 3, 64, 96)], 1))
    torch.testing.assert_close(found, answer(network), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_means_a_network_that_can_be_built(name):
    kind, config = PUBLIC[name]
    inspect.signature(NETWORKS[kind]).bind(**config)


def test_a_new_network_begins_from_imagenet_and_is_told_what_did_not(imagenet, tmp_path):
    network = HRNetOCR(width=18, classes=2, extra_channels=3)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    begun = begin_from(network, written(tmp_path / "hrnetv2_w18_imagenet_pretrained.pth", imagenet))
    after = network.state_dict()
    assert begun.taken == tuple(published("hrnet-trunk"))
    assert torch.equal(after["stage4.2.branches.3.3.conv2.weight"], imagenet["stage4.2.branches.3.3.conv2.weight"])
    assert torch.equal(after["conv1.weight"][:, :3], imagenet["conv1.weight"])
    assert not after["conv1.weight"][:, 3:].any()
    assert all(torch.equal(after[name], before[name]) for name in begun.left)
    assert str(begun).endswith(
        "as they were: aux_head, cls_head, conv3x3_ocr, ocr_distri_head; "
        "in the file alone: classifier, downsamp_modules, final_layer, incre_modules"
    )


def test_a_network_for_other_classes_keeps_its_own_last_layer(plain, tmp_path):
    network = HRNet(width=18, classes=2)
    begun = begin_from(network, written(tmp_path / "cityscapes.pth", plain))
    assert set(begun.left) == {"last_layer.3.weight", "last_layer.3.bias"}
    assert torch.equal(network.state_dict()["last_layer.0.weight"], plain["last_layer.0.weight"])


def test_the_head_of_a_plain_hrnet_becomes_the_first_guess_of_one_with_ocr(plain, tmp_path):
    network = HRNetOCR(width=18, classes=19)
    begun = begin_from(network, written(tmp_path / "hrnet_cs_8090_torch11.pth", as_trained(plain)))
    assert torch.equal(network.state_dict()["aux_head.3.weight"], plain["last_layer.3.weight"])
    assert "cls_head.weight" in begun.left


def test_the_trunk_of_a_deeplab_begins_from_torchvisions_resnet(tmp_path):
    """Those files are older than the counting of batches, and a norm's weight may be below zero."""
    classifier = {"fc.weight": torch.rand(1000, 2048), "fc.bias": torch.rand(1000)}
    state = {name: tensor for name, tensor in ResNet(50).state_dict().items() if "num_batches" not in name}
    state["bn1.weight"] = -state["bn1.weight"]
    trunk = DeepLabV3Plus("resnet50").backbone
    begun = begin_from(trunk, written(tmp_path / "resnet50-19c8e357.pth", state | classifier))
    assert all(torch.equal(tensor, state[name]) for name, tensor in trunk.state_dict().items() if name in state)
    assert all(name.endswith("num_batches_tracked") for name in begun.left)
    assert set(begun.unused) == set(classifier)


def test_a_file_of_another_width_or_kind_is_refused(ocr, imagenet, deeplab, tmp_path):
    path = written(tmp_path / "a.pth", ocr)
    fault, said = fault_of(open_public, "hrnet-w32-ocr", path)
    assert (fault, "(18, 256, 3, 3) instead of (32, 256, 3, 3)" in said) == (Fault.SHAPES, True)
    fault, said = fault_of(begin_from, HRNetOCR(width=32), path)
    assert (fault, "of another shape" in said) == (Fault.SHAPES, True)
    fault, said = fault_of(open_public, "hrnet-w18", path)
    assert (fault, "lacks last_layer.3.weight" in said) == (Fault.NAMES, True)
    fault, said = fault_of(open_public, "hrnet-w18", written(tmp_path / "b.pth", imagenet))
    assert (fault, "begin_from" in said) == (Fault.NAMES, True)
    fault, said = fault_of(begin_from, HRNet(width=18), written(tmp_path / "c.pth", deeplab))
    assert (fault, "holds nothing for this network" in said) == (Fault.NAMES, True)
    assert fault_of(open_public, "hrnet-w64", path)[0] is Fault.NETWORK


class Trap:
    """What makes a file when it is loaded by pickle."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("archive", [True, False])
def test_a_pickle_that_would_run_something_is_refused_before_it_does(tmp_path, archive):
    path = written(tmp_path / "a.pth", {"state_dict": {"a": torch.ones(2)}, "b": Trap(tmp_path / "trap")}, archive)
    fault, said = fault_of(open_public, "hrnet-w18", path)
    assert fault is Fault.UNSAFE
    assert "io.open" in said
    assert "weights_only=False" in said
    assert not (tmp_path / "trap").exists()


def test_a_whole_module_is_refused_with_what_to_do(tmp_path):
    fault, said = fault_of(open_public, "hrnet-w18", written(tmp_path / "a.pth", torch.nn.Linear(2, 2)))
    assert (fault, "torch.nn.modules.linear.Linear" in said) == (Fault.UNSAFE, True)
    assert ".state_dict()" in said


@pytest.mark.parametrize("archive", [True, False])
def test_a_download_cut_off_anywhere_is_called_so(tmp_path, archive):
    path = written(tmp_path / "a.pth", {"weight": torch.ones(5000), "bias": torch.ones(3)}, archive)
    whole = path.read_bytes()
    for length in (0, 20, 150, 300, len(whole) // 2, len(whole) - 4):
        path.write_bytes(whole[:length])
        fault, said = fault_of(open_public, "hrnet-w18", path)
        assert (fault, "download it again" in said) == (Fault.TRUNCATED, True), f"at {length}: {said}"


def a_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme", "hello")
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><title>Too many requests", a_zip(), pickle.dumps({"a": 1})])
def test_what_is_no_checkpoint_is_called_so(tmp_path, content):
    (tmp_path / "a.pth").write_bytes(content)
    fault, said = fault_of(open_public, "hrnet-w18", tmp_path / "a.pth")
    assert (fault, "no checkpoint" in said) == (Fault.NOT_A_CHECKPOINT, True)
    assert "ownload it again" in said


@pytest.mark.parametrize("content", [[torch.ones(2)], {"epoch": 3}, torch.ones(2)])
def test_a_pickle_without_weights_is_called_so(tmp_path, content):
    fault, said = fault_of(open_public, "hrnet-w18", written(tmp_path / "a.pth", content))
    assert (fault, "holds no weights" in said) == (Fault.NOT_A_CHECKPOINT, True)


def test_missing_files_are_said(tmp_path):
    assert fault_of(open_public, "hrnet-w18", tmp_path / "nothing.pth")[0] is Fault.MISSING
    assert fault_of(open_public, "hrnet-w18", tmp_path)[0] is Fault.NOT_A_CHECKPOINT


def test_networks_that_cannot_be_built_are_said():
    with pytest.raises(ConfigError, match="deeplabv3plus, hrnet, hrnet-ocr, koutu-s"):
        build("unet", {})
    with pytest.raises(ConfigError, match="unexpected keyword argument 'depth'"):
        build("hrnet", {"depth": 3})


@pytest.mark.parametrize("name", ["hrnet", "hrnet-ocr", "deeplabv3plus"])
@pytest.mark.parametrize(("config", "least"), [({"classes": 0}, 1), ({"extra_channels": -1}, 0)])
def test_a_network_of_no_classes_or_fewer_channels_than_rgb_is_refused(name, config, least):
    ((part, value),) = config.items()
    with pytest.raises(ConfigError, match=f"{part} {value}: give {least} or more"):
        build(name, config)


@pytest.mark.parametrize("config", [{"width": 0}, {"blocks": 0}, {"modules": [1, 4]}, {"context": 0}, {"keys": 0}])
def test_an_hrnet_without_channels_or_blocks_is_refused(config):
    with pytest.raises(ConfigError, match="give"):
        build("hrnet-ocr", config)


def test_koutu_s_of_no_channels_is_refused():
    for config in ({"widths": [0, 24, 48, 112, 192]}, {"context": 0}):
        with pytest.raises(ConfigError, match="or more"):
            build("koutu-s", config)
