"""HRNet, alone and with object-contextual representations: the published networks to the name, and sound parts."""

import pytest
import torch

from models.networks.hrnet import HRNet
from models.networks.imagenet import normalised
from models.networks.ocr import HRNetOCR, ObjectAttention, SpatialGather
from tests.models.networks.contract import NetworkContract
from tests.models.networks.published.tables import WIDTHS, published

SMALL = {"width": 4, "classes": 3, "modules": (1, 1, 1), "blocks": 1}


class TestHRNet(NetworkContract):
    def network(self):
        return HRNet(**SMALL)

    def shapes(self, batch, height, width):
        return {"logits": (batch, 3, height, width)}


class TestHRNetOCR(NetworkContract):
    def network(self):
        return HRNetOCR(**SMALL, context=16, keys=8, extra_channels=2)

    def inputs(self, batch, height, width):
        return (torch.rand(batch, 5, height, width),)

    def shapes(self, batch, height, width):
        return {"logits": (batch, 3, height, width)}


def shapes_of(network):
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_parameter_has_its_published_name_shape_and_place(width):
    plain, ocr = HRNet(width, classes=19), HRNetOCR(width, classes=19)
    assert list(shapes_of(plain).items()) == list(published("hrnet-trunk", "hrnet-head", width=width).items())
    assert list(shapes_of(ocr).items()) == list(published("hrnet-trunk", "hrnet-ocr-head", width=width).items())


def test_the_small_variant_has_its_published_parameters_too():
    network = HRNet(18, classes=19, modules=(1, 3, 2), blocks=2)
    assert shapes_of(network) == published("hrnet-w18-small-v2")


def test_in_training_the_first_guess_is_answered_too():
    torch.manual_seed(0)
    network = HRNetOCR(**SMALL, context=16, keys=8)
    answer = network(torch.rand(2, 3, 50, 71))
    assert {name: tuple(logits.shape) for name, logits in answer.items()} == dict.fromkeys(
        ("logits", "auxiliary"), (2, 3, 50, 71)
    )


def test_a_class_looks_like_the_pixels_that_are_surely_its():
    pixels = torch.rand(1, 4, 3, 5)
    guess = torch.zeros(1, 2, 3, 5)
    guess[0, 0, 1, 2] = 100
    objects = SpatialGather()(pixels, guess)
    assert objects.shape == (1, 4, 2, 1)
    torch.testing.assert_close(objects[0, :, 0, 0], pixels[0, :, 1, 2])
    # Where nothing tells pixels apart, all of them speak.
    torch.testing.assert_close(objects[0, :, 1, 0], pixels[0].mean(dim=(1, 2)))


def test_attention_is_equation_two_of_the_paper_pixel_by_pixel():
    torch.manual_seed(0)
    attention = ObjectAttention(6, 4).eval()
    pixels, objects = torch.rand(1, 6, 2, 3), torch.rand(1, 6, 5, 1)
    with torch.no_grad():
        found = attention(pixels, objects)
        query, key, value = attention.f_pixel(pixels), attention.f_object(objects), attention.f_down(objects)
        for y in range(2):
            for x in range(3):
                likeness = torch.tensor([query[0, :, y, x] @ key[0, :, k, 0] for k in range(5)]) / 4**0.5
                mixture = value[0, :, :, 0] @ likeness.exp() / likeness.exp().sum()
                wanted = attention.f_up(mixture[None, :, None, None])[0, :, 0, 0]
                torch.testing.assert_close(found[0, :, y, x], wanted)


def test_corners_are_aligned_where_asked():
    torch.manual_seed(0)
    aligned = HRNet(**SMALL).eval()
    other = HRNet(**SMALL, align_corners=False).eval()
    other.load_state_dict(aligned.state_dict())
    picture = torch.rand(1, 3, 50, 71)
    with torch.no_grad():
        assert not torch.allclose(aligned(picture)["logits"], other(picture)["logits"], atol=1e-3)


def test_extra_channels_say_nothing_until_they_are_trained():
    network = HRNet(**SMALL, extra_channels=2).eval()
    picture, clicks = torch.rand(1, 3, 40, 40), torch.rand(1, 2, 40, 40)
    with torch.no_grad():
        answers = [network(torch.cat([picture, extra], 1))["logits"] for extra in (clicks, 0 * clicks)]
    assert torch.equal(*answers)


def test_pictures_are_normalised_as_on_imagenet():
    grey = normalised(torch.full((1, 3, 2, 2), 0.485))
    torch.testing.assert_close(grey[0, :, 0, 0], torch.tensor([0, 0.029 / 0.224, 0.079 / 0.225]))


def test_a_street_of_half_a_megapixel_is_answered():
    torch.manual_seed(0)
    last = {"memory_format": torch.channels_last}  # a third faster here than channels first
    network = HRNetOCR(width=18, classes=19).eval().to(**last)
    with torch.inference_mode():
        logits = network(torch.rand(1, 3, 512, 1024).to(**last))["logits"]
    assert logits.shape == (1, 19, 512, 1024)
    assert logits.isfinite().all()
