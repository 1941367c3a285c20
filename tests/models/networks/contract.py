"""What holds for every network of ours, written once.

A network's test class inherits `NetworkContract` and says how to build it, what goes in and what shapes come out:

    class TestThing(NetworkContract):
        def network(self):
            return Thing(width=8)

        def shapes(self, batch, height, width):
            return {"": (batch, 2, height, width)}

Give the smallest width that still has every part: an export takes seconds.
"""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import pytest
import torch

from models import checkpoints
from models.exporting import answer, export


def named(answer, prefix=""):
    """The tensors in whatever a network answers (tensor, tuple, dict, dataclass; None left out) by dotted name."""
    if answer is None:
        return {}
    if isinstance(answer, torch.Tensor):
        return {prefix: answer}
    parts = {f"{prefix}.{name}".strip("."): part for name, part in _parts(answer)}
    return {name: tensor for part, value in parts.items() for name, tensor in named(value, part).items()}


def _parts(answer):
    if dataclasses.is_dataclass(answer):
        return [(field.name, getattr(answer, field.name)) for field in dataclasses.fields(answer)]
    if isinstance(answer, Mapping):
        return list(answer.items())
    return list(enumerate(answer))


class NetworkContract:
    """Shapes, gradients, determinism, batch = single, save and load, ONNX."""

    # (height, width): one that strides divide, one that they do not.
    sizes: ClassVar = [(64, 96), (50, 71)]
    batch_size: ClassVar = (64, 96)
    # Starts of the names of parameters that a first step leaves alone, since they wait behind a weight that starts
    # at zero. After `wake` steps they must learn as all others do.
    asleep: ClassVar[tuple[str, ...]] = ()
    wake: ClassVar[int] = 1
    # Whether the ONNX file is to take any number of pictures; `exported` then gives two or more.
    free_batch: ClassVar[bool] = False

    def network(self):
        """A new network in training mode, by torch's seed."""
        raise NotImplementedError

    def inputs(self, batch, height, width):
        """What `forward` takes, as a tuple; by default one picture in 0..1."""
        return (torch.rand(batch, 3, height, width),)

    def shapes(self, batch, height, width):
        """The shape of every answer by the name that `named` gives it; "" where there is but one."""
        raise NotImplementedError

    def exported(self):
        """(network, inputs by name, names of outputs) for ONNX; by default the network on one picture."""
        height, width = self.sizes[-1]
        network = self.fresh().eval()
        pictures = self.inputs(1, height, width)
        names = [f"input{place}" for place in range(len(pictures))]
        outputs = [name or "output" for name in named(network(*pictures))]
        return network, dict(zip(names, pictures, strict=True)), outputs

    def fresh(self, seed=0):
        torch.manual_seed(seed)
        return self.network()

    def sample(self, batch=2, size=None, seed=1):
        torch.manual_seed(seed)
        return self.inputs(batch, *(size or self.batch_size))

    def test_answers_have_the_shapes_it_promises(self):
        network = self.fresh().eval()
        for size in self.sizes:
            with torch.no_grad():
                found = {name: tuple(tensor.shape) for name, tensor in named(network(*self.sample(2, size))).items()}
            wanted = self.shapes(2, *size)
            assert found == wanted, f"at {size} it answers {found} instead of {wanted}"

    def test_every_parameter_learns(self):
        network = self.fresh().train()
        idle = self.idle_after_a_step(network)
        surprising = sorted(name for name in idle if not name.startswith(self.asleep))
        assert not surprising, f"never learn: {surprising}"
        for start in self.asleep:
            assert any(name.startswith(start) for name in idle), f"{start} does not sleep"
        for _ in range(self.wake if self.asleep else 0):
            idle = self.idle_after_a_step(network)
        assert not idle, f"never wake: {sorted(idle)}"

    def idle_after_a_step(self, network):
        """Take one step and give the names of the parameters that had no slope anywhere."""
        network.zero_grad(set_to_none=True)
        loss = 0
        for place, tensor in enumerate(named(network(*self.sample())).values()):
            if tensor.requires_grad:
                weight = torch.rand(tensor.shape, generator=torch.Generator().manual_seed(place)) - 0.5
                loss = loss + (tensor * weight).mean() + (tensor - weight).square().mean()
        loss.backward()
        slopes = {name: parameter.grad for name, parameter in network.named_parameters() if parameter.requires_grad}
        wrong = [name for name, slope in slopes.items() if slope is not None and not slope.isfinite().all()]
        assert not wrong, f"slopes that are no numbers: {wrong}"
        with torch.no_grad():
            for parameter in network.parameters():
                if parameter.grad is not None:
                    parameter -= 0.01 * parameter.grad
        return {name for name, slope in slopes.items() if slope is None or not slope.any()}

    def test_the_same_again_is_the_same_to_the_bit(self):
        once, again = (self.fresh(seed=3).eval() for _ in range(2))
        with torch.no_grad():
            first, second, third = (named(one(*self.sample())) for one in (once, again, once))
        for name, tensor in first.items():
            assert torch.equal(tensor, second[name]), f"{name} depends on more than the seed"
            assert torch.equal(tensor, third[name]), f"{name} changes from call to call"

    def test_a_batch_is_answered_as_its_pictures_one_by_one(self):
        network = self.fresh().eval()
        inputs = self.sample(3)
        with torch.no_grad():
            together = named(network(*inputs))
            for place in range(3):
                alone = named(network(*self.picked(inputs, place)))
                for name, tensor in alone.items():
                    torch.testing.assert_close(tensor[0], together[name][place], atol=1e-5, rtol=1e-5, msg=name)

    def picked(self, inputs, place):
        """One picture of a batch; tensors, and dataclasses or tuples of them, all with the batch in front."""
        return tuple(self._pick(value, place) for value in inputs)

    def _pick(self, value, place):
        if value is None:
            return None
        if isinstance(value, torch.Tensor):
            return value[place : place + 1]
        if dataclasses.is_dataclass(value):
            return dataclasses.replace(value, **{name: self._pick(part, place) for name, part in _parts(value)})
        return tuple(self._pick(part, place) for part in value)

    def test_weights_come_back_from_a_file_with_their_card(self, tmp_path):
        network, other = self.fresh(seed=4).eval(), self.fresh(seed=5).eval()
        name = getattr(network, "name", type(network).__name__)
        card = checkpoints.Card(network=name, version="1", licence="Apache-2.0", notes="of a test")
        checkpoints.save(tmp_path / "weights.safetensors", network, card)
        assert checkpoints.load_into(other, tmp_path / "weights.safetensors", name) == card, "another card came back"
        with torch.no_grad():
            for one, same in zip(
                named(network(*self.sample())).values(), named(other(*self.sample())).values(), strict=True
            ):
                assert torch.equal(one, same), "the weights came back changed"

    @pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
    def test_onnxruntime_answers_the_same(self, tmp_path):
        torch.manual_seed(6)
        network, inputs, names = self.exported()
        free = dict.fromkeys(inputs, (0,)) if self.free_batch else None
        export(network, inputs, names, tmp_path / "network.onnx", free)
        self.compare(network, inputs, names, tmp_path / "network.onnx")
        if self.free_batch:
            one = dict(zip(inputs, self.picked(inputs.values(), 0), strict=True))
            self.compare(network, one, names, tmp_path / "network.onnx")

    def compare(self, network, inputs, names, path):
        """The file at `path` against the network, to 1e-4."""
        found = answer(path, {name: tensor.numpy() for name, tensor in inputs.items()})
        with torch.no_grad():
            wanted = list(named(network(*inputs.values())).values())
        assert list(found) == names, f"the file gives {list(found)}"
        for name, tensor in zip(names, wanted, strict=True):
            torch.testing.assert_close(torch.from_numpy(found[name]), tensor, atol=1e-4, rtol=1e-4, msg=name)
