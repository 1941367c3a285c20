"""Networks leave torch: an ONNX file answers as the network does, at sizes it was told to leave free."""

import numpy as np
import pytest
import torch
from torch import nn

from models.checkpoints import Card
from models.exporting import ExportError, answer, card_of, export
from tests.models.networks.contract import NetworkContract

QUIET = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


class Halver(nn.Module):
    """A small network with one part that never learns, if asked for."""

    def __init__(self, dead=False):
        super().__init__()
        self.layer = nn.Conv2d(3, 2, 3, stride=2, padding=1)
        self.unused = nn.Conv2d(3, 2, 1) if dead else None

    def forward(self, image):
        return self.layer(image)


class TestHalver(NetworkContract):
    def network(self):
        return Halver()

    def shapes(self, batch, height, width):
        return {"": (batch, 2, -(-height // 2), -(-width // 2))}


def test_the_contract_finds_a_part_that_never_learns():
    contract = TestHalver()
    contract.network = lambda: Halver(dead=True)
    with pytest.raises(AssertionError, match="unused"):
        contract.test_every_parameter_learns()


@QUIET
def test_axes_left_free_take_any_size(tmp_path):
    torch.manual_seed(0)
    network = Halver().eval()
    export(network, {"image": torch.rand(2, 3, 32, 48)}, ["half"], tmp_path / "a.onnx", {"image": (0, 2, 3)})
    for size in ((1, 3, 33, 17), (3, 3, 64, 20)):
        image = torch.rand(size)
        half = answer(tmp_path / "a.onnx", {"image": image.numpy()})["half"]
        with torch.no_grad():
            torch.testing.assert_close(torch.from_numpy(half), network(image), atol=1e-4, rtol=1e-4)


@QUIET
def test_a_file_carries_its_card_and_nothing_about_the_machine(tmp_path):
    card = Card("halver", "3", "Apache-2.0", {"dead": False}, figures={"J": 0.9})
    image = {"image": torch.rand(1, 3, 32, 48)}
    export(Halver().eval(), image, ["half"], tmp_path / "a.onnx", card=card)
    export(Halver().eval(), image, ["half"], tmp_path / "b.onnx")
    assert card_of(tmp_path / "a.onnx") == card
    assert card_of(tmp_path / "b.onnx") is None
    for word in (__file__, "stack_trace", "site-packages"):
        assert word.encode() not in (tmp_path / "a.onnx").read_bytes()


@QUIET
@pytest.mark.parametrize(("bits", "apart", "share"), [(16, 2e-3, 0.6), (8, 2e-2, 0.35)])
def test_weights_take_fewer_bits_and_answers_stay_near(tmp_path, bits, apart, share):
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 64, 3), torch.nn.ReLU(), torch.nn.Conv2d(64, 128, 3)).eval()
    image = torch.rand(1, 3, 32, 48)
    export(network, {"image": image}, ["out"], tmp_path / "whole.onnx")
    export(network, {"image": image}, ["out"], tmp_path / "few.onnx", bits=bits)
    sizes = [(tmp_path / name).stat().st_size for name in ("few.onnx", "whole.onnx")]
    assert sizes[0] < share * sizes[1]
    found, true = (answer(tmp_path / name, {"image": image.numpy()})["out"] for name in ("few.onnx", "whole.onnx"))
    assert 0 < np.abs(found - true).max() < apart


def test_what_cannot_be_exported_is_refused_with_what_to_do(tmp_path):
    image = {"image": torch.rand(1, 3, 32, 48)}
    with pytest.raises(ExportError, match=r"call eval\(\)"):
        export(Halver(), image, ["half"], tmp_path / "a.onnx")
    with pytest.raises(ExportError, match="example size above 1"):
        export(Halver().eval(), image, ["half"], tmp_path / "a.onnx", {"image": (0,)})
    with pytest.raises(ExportError, match="there is no folder .*nowhere; make it first"):
        export(Halver().eval(), image, ["half"], tmp_path / "nowhere" / "a.onnx")
    with pytest.raises(ExportError, match="is a folder: give the file"):
        export(Halver().eval(), image, ["half"], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><title>Not found", b"\x89PNG\r\n\x1a\n", b"", None])
def test_a_file_that_is_no_onnx_has_no_card_to_read(tmp_path, content):
    if content is not None:
        (tmp_path / "a.onnx").write_bytes(content)
    with pytest.raises(ExportError, match=r"a\.onnx .*(again|give the ONNX file)"):
        card_of(tmp_path / "a.onnx")
