"""DeepLabV3+ over three trunks: the published networks to the name, finer at output stride 8."""

import itertools

import pytest
import torch

from models.networks.config import ConfigError
from models.networks.deeplab import DeepLabV3Plus
from models.networks.mobilenet import InvertedResidual
from tests.models.networks.contract import NetworkContract
from tests.models.networks.published.tables import published

TRUNKS = {"resnet50": 21, "resnet101": 19, "mobilenetv2": 19}  # and the number of classes of their tables


class TestDeepLabV3Plus(NetworkContract):
    def network(self):
        return DeepLabV3Plus("mobilenetv2", classes=3, extra_channels=1)

    def inputs(self, batch, height, width):
        return (torch.rand(batch, 4, height, width),)

    def shapes(self, batch, height, width):
        return {"logits": (batch, 3, height, width)}


@pytest.mark.parametrize(("trunk", "classes"), TRUNKS.items())
def test_every_parameter_has_its_published_name_shape_and_place(trunk, classes):
    state = DeepLabV3Plus(trunk, classes).state_dict()
    found = [(name, tuple(tensor.shape)) for name, tensor in state.items()]
    assert found == list(published(f"deeplabv3plus-{trunk}").items())


@pytest.mark.parametrize(("trunk", "stride"), list(itertools.product(["resnet50", "mobilenetv2"], [8, 16])))
def test_the_output_stride_is_that_of_the_deep_features(trunk, stride):
    network = DeepLabV3Plus(trunk, output_stride=stride).eval()
    with torch.no_grad():
        fine, deep = network.backbone(torch.rand(1, 3, 128, 200))
    assert fine.shape[2:] == (32, 50)
    assert deep.shape[2:] == (128 // stride, -(-200 // stride))


def test_a_finer_stride_sees_the_same_at_the_old_places():
    """Strides turned into dilation compute the same features at twice the density (Chen et al., section 3.1)."""
    torch.manual_seed(0)
    # In double precision: in single the order of sums, which is the processor's affair, shows through 50 layers.
    coarse, fine = (DeepLabV3Plus("resnet50", output_stride=stride).eval().double() for stride in (16, 8))
    fine.load_state_dict(coarse.state_dict())
    picture = torch.rand(1, 3, 128, 128, dtype=torch.float64)
    with torch.no_grad():
        (_, few), (_, many) = coarse.backbone(picture), fine.backbone(picture)
    torch.testing.assert_close(many[..., ::2, ::2], few, atol=1e-9, rtol=1e-9)


def test_mobilenet_adds_its_border_before_the_first_convolution():
    """As its checkpoints learnt it: a border of zeros goes through the first norm too, which makes something of it."""
    torch.manual_seed(0)
    block = InvertedResidual(4, 6, stride=1, dilation=1, expansion=2).eval()
    block.conv[0][1].bias.data.fill_(1)
    nothing = torch.zeros(1, 4, 5, 5)
    with torch.no_grad():
        answer = block(nothing)
    torch.testing.assert_close(answer, answer[..., :1, :1].expand_as(answer))


def test_what_cannot_be_built_is_said():
    with pytest.raises(ConfigError, match="resnet50, resnet101, mobilenetv2"):
        DeepLabV3Plus("resnet18")
    with pytest.raises(ConfigError, match="output_stride 32: give one of 16, 8"):
        DeepLabV3Plus("resnet50", output_stride=32)
