"""Koutu-S, stage 1: one network that starts from what it is told, remembers, and looks up."""

from dataclasses import fields

import pytest
import torch
from torch import nn

from models import checkpoints
from models.networks.anchors import Anchors
from models.networks.config import PRESETS, ConfigError, KoutuSConfig
from models.networks.graphs import StageOneGraph
from models.networks.hints import Hints
from models.networks.koutu_s import KoutuS
from models.networks.memory import State
from models.networks.series import ShapeError
from tests.models.networks.contract import NetworkContract, named


def tiny(preset="koutu-s-tiny", seed=0):
    torch.manual_seed(seed)
    return KoutuS(PRESETS[preset])


def opened(network):
    """With every gate that starts closed pushed open, as training does."""
    for parameter in network.parameters():
        with torch.no_grad():
            closed = ~parameter.flatten(1).any(1) if parameter.dim() > 1 else parameter == 0
            parameter[closed] = 0.2 * torch.randn_like(parameter[closed])
    return network


def told(*lead, height, width, prior=True):
    """Hints for pictures of these leading sizes: a prior, and a square of either click."""
    positive, negative = (torch.zeros(*lead, 1, height, width) for _ in range(2))
    positive[..., 10:20, 10:20], negative[..., 30:40, 30:40] = 1, 1
    return Hints(torch.rand(*lead, 1, height, width) if prior else None, positive, negative)


def same(one, other, tolerance=1e-5):
    for name, tensor in named(one).items():
        torch.testing.assert_close(tensor, named(other)[name], atol=tolerance, rtol=tolerance, msg=name)


class Told(nn.Module):
    """The network with everything there is to tell it, anchors included, so that every part has work to do.

    A batch mixes pictures with and without a prior, as training does.
    """

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image, other, other_mask, prior, given):
        positive = (prior > 0.9).float()
        hints = Hints(prior, positive, positive.flip(-1), given)
        return self.network(image, hints, anchors=self.network.remember(other, other_mask))


class TestKoutuS(NetworkContract):
    # The one-stage variant has all that the other one has, and alpha and foreground.
    asleep = ("network.anchors.query", "network.anchors.key", "network.anchors.value", "network.heads.matte.look")

    def network(self):
        return Told(KoutuS(PRESETS["koutu-s-tiny-one-stage"]))

    def inputs(self, batch, height, width):
        given = torch.arange(batch) % 2 == 0
        others = torch.rand(batch, 3, 3, height, width), torch.rand(batch, 3, 1, height, width).round()
        return torch.rand(batch, 3, height, width), *others, torch.rand(batch, 1, height, width), given

    def shapes(self, batch, height, width):
        rows, columns = -(-height // 4), -(-width // 4)
        full = dict.fromkeys(["0.mask", "0.boundary", "0.error", "0.alpha"], (batch, 1, height, width))
        quarter = {"0.centre": (batch, 1, rows, columns), "0.offset": (batch, 2, rows, columns)}
        padded = [-(-side // 32) * 32 for side in (height, width)]
        state = {
            "1.deep": (batch, 16, *(side // 16 for side in padded)),
            "1.middle": (batch, 8, *(side // 8 for side in padded)),
        }
        more = {"0.presence": (batch, 1), "0.foreground": (batch, 3, height, width)}
        return {**full, **quarter, **more, **state}

    def exported(self):
        network = opened(tiny("koutu-s-tiny-one-stage")).eval()
        graph = StageOneGraph(network, anchored=True)
        image, others, masks, prior, _ = self.inputs(1, 50, 71)
        anchors, state = network.remember(others, masks), network(image)[1]
        clicks = (prior > 0.95).float(), (prior < 0.05).float()
        values = (image, prior, *clicks, torch.ones(1), state.deep, state.middle, anchors.keys, anchors.values)
        return graph.eval(), {n: v.detach() for n, v in zip(graph.inputs, values, strict=True)}, graph.outputs


@pytest.mark.parametrize(
    ("preset", "least", "most"),
    [("koutu-s", 2e6, 4e6), ("koutu-s-one-stage", 2e6, 4e6), ("koutu-s-small", 2e6, 2.9e6)],
)
def test_it_is_as_small_as_it_says(preset, least, most):
    assert least < sum(parameter.numel() for parameter in KoutuS(PRESETS[preset]).parameters()) < most


@pytest.mark.parametrize("preset", PRESETS)
def test_before_any_training_the_answer_is_the_prior_itself(preset):
    network = tiny(preset).eval()
    prior = torch.randint(0, 256, (2, 1, 50, 71)) / 255
    with torch.no_grad():
        answer, _ = network(torch.rand(2, 3, 50, 71), Hints(prior))
    assert torch.equal((answer.mask.sigmoid() * 255).round(), (prior * 255).round())
    assert torch.equal(answer.mask > 0, prior > 0.5)


def test_without_a_prior_the_answer_is_its_own_and_a_batch_may_mix_both():
    network = opened(tiny()).eval()
    image, prior = torch.rand(2, 3, 64, 96), torch.rand(2, 1, 64, 96)
    with torch.no_grad():
        mixed = network(image, Hints(prior, given=torch.tensor([True, False])))[0].mask
        given, alone = network(image, Hints(prior))[0].mask, network(image)[0].mask
    torch.testing.assert_close(mixed[0], given[0])
    torch.testing.assert_close(mixed[1], alone[1])
    assert not torch.allclose(given[1], alone[1])


def test_clicks_and_prior_reach_the_answer():
    network = opened(tiny()).eval()
    image = torch.rand(1, 3, 64, 96)
    hints = told(1, height=64, width=96)
    with torch.no_grad():
        answers = [
            network(image, some)[0].mask
            for some in (hints, Hints(hints.prior, hints.positive), Hints(hints.prior, negative=hints.negative))
        ]
    assert not torch.allclose(answers[0], answers[1])
    assert not torch.allclose(answers[0], answers[2])


@pytest.mark.parametrize("size", [(64, 96), (50, 71)])
def test_a_series_in_one_call_is_its_frames_one_by_one(size):
    network = opened(tiny("koutu-s-tiny-one-stage")).eval()
    series, hints = torch.rand(2, 4, 3, *size), told(2, 4, height=size[0], width=size[1])
    with torch.no_grad():
        anchors = network.remember(series[:, :2], torch.rand(2, 2, 1, *size))
        together, end = network(series, hints, anchors=anchors)
        state = None
        for frame in range(4):
            now = Hints(*(getattr(hints, name)[:, frame] for name in ("prior", "positive", "negative")))
            answer, state = network(series[:, frame], now, state, anchors)
            same(answer, type(answer)(*(getattr(together, field.name)[:, frame] for field in fields(answer))))
    same(state, end)


def test_what_was_seen_before_counts():
    network = tiny().eval()
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        _, state = network(torch.rand(1, 3, 64, 96))
        assert not torch.allclose(network(image, state=state)[0].mask, network(image)[0].mask)


def test_work_on_a_shot_is_put_down_and_taken_up_in_another_process():
    network = tiny().eval()
    first, second = torch.rand(2, 1, 3, 50, 71)
    with torch.no_grad():
        _, state = network(first)
        same(network(second, state=State.unpacked(state.packed())), network(second, state=state), 0)


def test_the_start_of_a_shot_is_a_state_of_zeros():
    network = tiny().eval()
    image = torch.rand(2, 3, 50, 71)
    with torch.no_grad():
        same(network(image), network(image, state=network.start(2, 50, 71)))


def test_anchors_change_nothing_until_reading_is_learned():
    network = tiny().eval()
    image, other, mask = torch.rand(1, 3, 64, 96), torch.rand(1, 3, 64, 96), torch.rand(1, 1, 64, 96).round()
    with torch.no_grad():
        anchors = network.remember(other, mask)
        same(network(image), network(image, anchors=anchors), 0)
        opened(network)
        anchors = network.remember(other, mask)
        read = network(image, anchors=anchors)[0].mask
        assert not torch.allclose(read, network(image)[0].mask)
        assert not torch.allclose(read, network(image, anchors=network.remember(other, 1 - mask))[0].mask)


def test_the_order_of_anchors_does_not_matter_and_series_give_several():
    network = opened(tiny()).eval()
    frames, masks = torch.rand(1, 3, 3, 64, 96), torch.rand(1, 3, 1, 64, 96).round()
    with torch.no_grad():
        one_by_one = [network.remember(frames[:, place], masks[:, place]) for place in range(3)]
        together = network.remember(frames, masks)
        same(Anchors.joined(one_by_one), together)
        image = torch.rand(1, 3, 64, 96)
        same(network(image, anchors=together), network(image, anchors=Anchors.joined(one_by_one[::-1])))


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (1080, 1920)])
def test_any_size_is_answered_at_that_size(size):
    with torch.no_grad():
        answer, _ = tiny().eval()(torch.rand(1, 3, *size))
    assert answer.mask.shape == (1, 1, *size)
    assert answer.mask.isfinite().all()


def test_what_does_not_fit_is_refused_with_what_to_give():
    network = tiny().eval()
    image = torch.rand(1, 3, 64, 96)
    with pytest.raises(ShapeError, match=r"give \(B, 3, H, W\)"):
        network(torch.rand(3, 64, 96))
    with pytest.raises(ShapeError, match="divide 8 bits by 255"):
        network(torch.zeros(1, 3, 64, 96, dtype=torch.uint8))
    for value in (float("nan"), float("inf")):
        spoilt = image.clone()
        spoilt[0, 1, 5, 7] = value
        for ask in (lambda: network(spoilt), lambda: network.remember(spoilt, image[:, :1])):  # noqa: B023
            with pytest.raises(ShapeError, match="NaN or infinity: mend what made it"):
                ask()
    with pytest.raises(ShapeError, match=r"the hint 'prior' is .* give \(1, 1, 64, 96\)"):
        network(image, Hints(torch.rand(1, 1, 32, 48)))
    with pytest.raises(ShapeError, match="one bool a picture"):
        network(image, Hints(torch.rand(1, 1, 64, 96), given=torch.ones(2, dtype=torch.bool)))
    with pytest.raises(ShapeError, match="Start without a state"):
        network(image, state=network.start(1, 128, 96))
    with pytest.raises(ShapeError, match="the mask is"):
        network.remember(image, torch.rand(1, 64, 96))


def test_a_card_holds_what_builds_the_network_again(tmp_path):
    network = tiny("koutu-s-tiny-one-stage")
    card = checkpoints.Card(KoutuS.name, "1", "Apache-2.0", network.config.as_json())
    checkpoints.save(tmp_path / "a.safetensors", network, card)
    state, found = checkpoints.load(tmp_path / "a.safetensors")
    config = KoutuSConfig(**found.config)
    assert config == network.config
    again = KoutuS(config)
    checkpoints.fit(again, state, "a.safetensors")
    image = torch.rand(1, 3, 40, 40)
    with torch.no_grad():
        same(network.eval()(image), again.eval()(image), 0)


def test_a_network_that_cannot_be_built_is_refused():
    wrongs = ({"widths": (16, 24)}, {"detail": 12}, {"context": 24}, {"depths": (0, 1, 1, 1)})
    nothing = ({"widths": (0, 24, 48, 112, 192)}, {"context": 0}, {"middle": 0}, {"key": -8}, {"detail": 0})
    for wrong in (*wrongs, *nothing):
        with pytest.raises(ConfigError, match="give"):
            KoutuSConfig(**wrong)
