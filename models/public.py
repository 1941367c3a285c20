"""Public checkpoints of other people's networks, opened by name and without running anything they hold.

hrnet-w18, -w32, -w48, each also with -ocr behind it, and hrnet-w18-small-v2: HRNet-Semantic-Segmentation, code
under MIT. deeplabv3plus-resnet50, -resnet101, -mobilenetv2: DeepLabV3Plus-Pytorch, code under MIT. What the
weights learnt from (ImageNet, Cityscapes, PASCAL VOC ...) has terms of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import pad

from models.checkpoints import Card, CheckpointError, Fault, fit
from models.networks.deeplab import DeepLabV3Plus
from models.networks.hrnet import HRNet
from models.networks.ocr import HRNetOCR
from models.networks.registry import build
from models.pickles import read_pickle

_SMALL = {"width": 18, "modules": [1, 3, 2], "blocks": 2}
PUBLIC: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"hrnet-w{width}": ("hrnet", {"width": width}) for width in (18, 32, 48)},
    **{f"hrnet-w{width}-ocr": ("hrnet-ocr", {"width": width}) for width in (18, 32, 48)},
    "hrnet-w18-small-v2": ("hrnet", _SMALL),
    **{
        f"deeplabv3plus-{trunk}": ("deeplabv3plus", {"backbone": trunk})
        for trunk in ("resnet50", "resnet101", "mobilenetv2")
    },
}
_HEADS = {network.name: network.heads[0] for network in (HRNet, HRNetOCR, DeepLabV3Plus)}
_WRAPPERS = ("model_state", "state_dict")  # where training scripts put the weights, beside optimizer and score
_EPSILON = 1e-5  # of InPlaceABN


@dataclass(frozen=True)
class Begun:
    """What `begin_from` did: names of weights taken from the file, left as they were, and of no use here."""

    taken: tuple[str, ...]
    left: tuple[str, ...]
    unused: tuple[str, ...]

    def __str__(self) -> str:
        left, unused = _parts(self.left), _parts(self.unused)
        return f"{len(self.taken)} tensors taken; as they were: {left}; in the file alone: {unused}"


def open_public(name: str, path: str | Path, extra_channels: int = 0, **config: Any) -> tuple[nn.Module, Card]:
    """The network `name` of PUBLIC with the weights of the file at `path`, for answers, and a card to save it with.

    The number of classes is the file's. `extra_channels` come behind RGB and change no answer before they are
    trained. `config` goes to the constructor, such as output_stride=8, or align_corners=False for HRNets of
    before 2020. Raises CheckpointError, and ConfigError for a `config` that cannot be built.
    """
    if name not in PUBLIC:
        raise CheckpointError(Fault.NETWORK, f"no public network is called {name}: it is one of {', '.join(PUBLIC)}")
    kind, known = PUBLIC[name]
    state = weights_of(path)
    settings = {**known, "classes": _classes(kind, state, path), "extra_channels": extra_channels, **config}
    network = build(kind, settings)
    fit(network, _widened(network, state), path)
    card = Card(
        network=kind, version=f"{name}-{_digest(path)}", licence="MIT (code); its data has terms of its own",
        config=settings, notes=f"public weights, {Path(path).name}",
    )  # fmt: skip
    return network.eval(), card


def begin_from(network: nn.Module, path: str | Path) -> Begun:
    """Give `network` what a public file holds for it, to train on from there, and say what that was.

    Such as an HRNet the weights hrnetv2_w48_imagenet_pretrained.pth, the `backbone` of a DeepLabV3+ the
    resnet101 of torchvision, or any the weights learnt for other classes: then the last layers stay as they
    were. Every other tensor must be of the same shape. Raises CheckpointError, before any change.
    """
    state = _widened(network, weights_of(path))
    if getattr(network, "name", "") == "hrnet-ocr":
        # The head of a plain HRNet is the first guess of one with OCR; the official code begins so.
        state = {name.replace("last_layer.", "aux_head.", 1): tensor for name, tensor in state.items()}
    own = network.state_dict()
    heads = tuple(f"{head}." for head in getattr(network, "heads", ()))
    other = {name for name in own.keys() & state.keys() if own[name].shape != state[name].shape}
    usable = {name: tensor for name, tensor in state.items() if name not in other or not name.startswith(heads)}
    taken = {name: tensor for name, tensor in usable.items() if name in own}
    if not taken:
        raise CheckpointError(
            Fault.NAMES, f"{path} holds nothing for this network, {next(iter(state))} first: give one of its kind"
        )
    fit(network, {**own, **taken}, path)
    return Begun(tuple(taken), tuple(own.keys() - taken.keys()), tuple(state.keys() - taken.keys()))


def weights_of(path: str | Path) -> dict[str, Tensor]:
    """The weights in a public .pth file by the names that their network gives them.

    What training put round them is taken off: the state of its optimizer, its loss, prefixes of wrappers.
    Raises CheckpointError.
    """
    loaded = read_pickle(path)
    for wrapper in _WRAPPERS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(wrapper), Mapping):
            loaded = loaded[wrapper]
    named = loaded if isinstance(loaded, Mapping) else {}
    state = {str(name): value for name, value in named.items() if isinstance(value, Tensor)}
    if not state:
        raise CheckpointError(Fault.NOT_A_CHECKPOINT, f"{path} holds no weights, nor {' or '.join(_WRAPPERS)} with any")
    state = _without("module.", state)
    if any(name.startswith("model.") for name in state):
        state = _without("model.", {name: value for name, value in state.items() if not name.startswith("loss.")})
    return _plain_norms(state)


def _without(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    if not all(name.startswith(prefix) for name in state):
        return state
    return {name.removeprefix(prefix): value for name, value in state.items()}


def _plain_norms(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Norms as torch's, from InPlaceABN's (Rota Bulo et al., CVPR 2018), which scales by |weight| + epsilon.

    The HRNets for classes of pixels made under torch 0.4 hold those. They are told by counting no batches; so do
    torchvision's ResNets, which are older than the counting and scale by the weight itself.
    """
    counted = any(name.endswith(".num_batches_tracked") for name in state)
    if counted or not {"last_layer.0.weight", "aux_head.0.weight"} & state.keys():
        return state
    scales = {name.replace(".running_var", ".weight") for name in state if name.endswith(".running_var")}
    return {name: value.abs() + _EPSILON if name in scales else value for name, value in state.items()}


def _classes(kind: str, state: Mapping[str, Tensor], path: str | Path) -> int:
    head = f"{_HEADS[kind]}.weight"
    if head not in state:
        raise CheckpointError(
            Fault.NAMES,
            f"{path} lacks {head}: it holds no {kind} for classes of pixels. Open it by another name, "
            "or, where it learnt on whole pictures (ImageNet), let a new network begin from it (begin_from)",
        )
    return state[head].shape[0]


def _widened(network: nn.Module, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """`state` with zeros for what `network` sees beside RGB: its answers stay."""
    stem = getattr(network, "stem", "")
    if stem not in state:
        return state
    missing = network.get_parameter(stem).shape[1] - state[stem].shape[1]
    return {**state, stem: pad(state[stem], (0, 0, 0, 0, 0, max(missing, 0)))}


def _digest(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _parts(names: tuple[str, ...]) -> str:
    return ", ".join(sorted({name.split(".")[0] for name in names})) or "nothing"
