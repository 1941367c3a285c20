"""Weights as files: safetensors that carry a card, written whole or not at all, and read without surprises.

torch is imported only where tensors are made or read, so that a page may show a card without it.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.faults import Faulty

if TYPE_CHECKING:
    from torch import Tensor, nn

_CARD = "koutu"  # the one key of ours in the file's metadata: with two, their order in the file would be chance
_LARGEST_HEADER = 100_000_000  # bytes, safetensors' own limit
# What tells a pickle from safetensors: torch's archive, or a bare pickle as torch wrote it until 1.6.
_PICKLES = (b"PK\x03\x04", b"\x80")


class Fault(StrEnum):
    """What was wrong, for a caller that has to tell cases apart."""

    MISSING = "missing"
    TRUNCATED = "truncated"
    NOT_A_CHECKPOINT = "not_a_checkpoint"
    UNSAFE = "unsafe"
    CARD = "card"
    NETWORK = "network"
    NAMES = "names"
    SHAPES = "shapes"
    UNWRITABLE = "unwritable"


class CheckpointError(Faulty):
    """A checkpoint that cannot be used."""


@dataclass(frozen=True)
class Card:
    """What a checkpoint says of itself; all of it goes through JSON.

    `network` is a name of models.networks and `config` what its constructor takes, `version` tells this
    checkpoint from others of the same network, `parent` is the version it was trained from, `prior` the back end whose
    answer it was trained to mend and is given, `figures` are what a bench or the gate found.
    """

    network: str
    version: str
    licence: str
    config: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None
    prior: str | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    notes: str = ""


def save(path: str | Path, network: "nn.Module | Mapping[str, Tensor]", card: Card) -> None:
    """Write the weights of `network` (a module, or a state such as a running mean of one) with `card` to `path`.

    The file is complete or the old one stays: it is written beside `path` and renamed. The same weights and
    card give the same bytes. Raises CheckpointError (UNWRITABLE).
    """
    from safetensors.torch import save as packed

    metadata = {_CARD: json.dumps(asdict(card), sort_keys=True, ensure_ascii=False)}
    try:
        _write(Path(path), packed(_plain(network), metadata))
    except OSError as error:
        raise CheckpointError(
            Fault.UNWRITABLE, f"{path} cannot be written ({error.strerror}): make its folder, or make room"
        ) from error


def load(path: str | Path) -> tuple[dict[str, "Tensor"], Card]:
    """The state by name, on the CPU, and the card of a checkpoint that `save` wrote. Raises CheckpointError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    card = read_card(path)
    try:
        return load_file(path), card
    except (OSError, SafetensorError) as error:
        raise CheckpointError(Fault.NOT_A_CHECKPOINT, f"{path} cannot be read: {error}. Copy it again") from error


def load_into(
    network: "nn.Module", path: str | Path, name: str | None = None, beyond: str | None = None, fresh: str | None = None
) -> Card:
    """Give `network` the weights of `path` and return their card. Nothing changes where something does not fit.

    `name` is the network's name in models.networks, by default its attribute `name` if it has one; a card of
    another network is refused. What the file has beyond the network is left out where names begin with `beyond`, and
    the network keeps its own of what the file lacks where names begin with `fresh`. Raises CheckpointError.
    """
    state, card = load(path)
    name = name or getattr(network, "name", None)
    if name and card.network != name:
        raise CheckpointError(
            Fault.NETWORK,
            f"{path} holds weights of {card.network}, not of {name}: give a checkpoint of {name}, "
            f"or build {card.network} with the card's config",
        )
    own = network.state_dict()
    kept = {key: own[key] for key in own if fresh and key.startswith(fresh)}
    taken = {key: state[key] for key in state if key in own or not (beyond and key.startswith(beyond))}
    fit(network, kept | taken, path)
    return card


def open_network(path: str | Path) -> "tuple[nn.Module, Card]":
    """The network of a checkpoint that `save` wrote, built as its card says, for answers. Raises CheckpointError."""
    from models.networks.config import ConfigError
    from models.networks.registry import build

    state, card = load(path)
    try:
        network = build(card.network, card.config)
    except ConfigError as error:
        raise CheckpointError(Fault.NETWORK, f"{path}: {error}") from error
    fit(network, state, path)
    return network.eval(), card


def fit(network: "nn.Module", state: Mapping[str, "Tensor"], source: str | Path) -> None:
    """Give `network` exactly `state`. Raises CheckpointError (NAMES, SHAPES), naming `source`, before any change.

    Only the batch counters of batch norms may be missing, as in files older than torch 0.4.1 and in those of
    other batch norms: no answer depends on them.
    """
    own = network.state_dict()
    counters = {name for name in own if name.endswith(".num_batches_tracked")}
    _refuse(own.keys() - state.keys() - counters, "lacks", source)
    _refuse(state.keys() - own.keys(), "holds the unknown", source)
    other = [name for name in own if name in state and own[name].shape != state[name].shape]
    if other:
        found, wanted = (tuple(of[other[0]].shape) for of in (state, own))
        raise CheckpointError(
            Fault.SHAPES,
            f"{source} holds {_counted(other)} of another shape: {found} instead of {wanted}. "
            "Build the network with the config it was trained with (classes, width, extra channels)",
        )
    network.load_state_dict({**{name: own[name] for name in counters}, **state})


def read_card(path: str | Path) -> Card:
    """The card of a checkpoint, from the file's head alone: neither torch nor the weights are loaded.

    Raises CheckpointError, also where the weights behind the head are cut off.
    """
    metadata = _header(Path(path)).get("__metadata__")
    text = metadata.get(_CARD) if isinstance(metadata, dict) else None
    if text is None:
        raise CheckpointError(
            Fault.CARD, f"{path} has no card of ours: it is another program's; open it by the name of its network"
        )
    try:
        return _checked(Card(**json.loads(text)))
    except (TypeError, ValueError) as error:
        raise CheckpointError(
            Fault.CARD, f"the card of {path} cannot be read ({error}): a newer Koutu wrote it, or another program"
        ) from error


def _checked(card: Card) -> Card:
    kinds: dict[type, tuple[str, ...]] = {str: ("network", "version", "licence", "notes"), dict: ("config", "figures")}
    for kind, names in kinds.items():
        for name in names:
            if not isinstance(getattr(card, name), kind):
                raise TypeError(f"{name} is {getattr(card, name)!r}")
    if not isinstance(card.parent, str | None):
        raise TypeError(f"parent is {card.parent!r}")
    return card


def _header(path: Path) -> dict[str, Any]:
    """The head of a safetensors file: 8 bytes of length, then JSON that says where each tensor lies."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            text = file.read(length) if 2 <= length <= _LARGEST_HEADER else b""
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise CheckpointError(Fault.MISSING, f"there is no file {path}: train it, or download it there") from error
    except OSError as error:
        raise CheckpointError(Fault.NOT_A_CHECKPOINT, f"{path} cannot be read: {error.strerror}") from error
    # The length of a head may begin with the same byte as a bare pickle.
    if start.startswith(_PICKLES) and not text.startswith(b"{"):
        raise CheckpointError(
            Fault.NOT_A_CHECKPOINT,
            f"{path} is a pickle of torch, not safetensors: public checkpoints are opened by name (models.public)",
        )
    if size < 8 or (text.startswith(b"{") and size < 8 + length):
        raise _truncated(path)
    header, end = _parsed(path, text)
    if size < 8 + length + end:
        raise _truncated(path)
    return header


def _parsed(path: Path, text: bytes) -> tuple[dict[str, Any], int]:
    """The head, and where the last tensor ends."""
    try:
        header = json.loads(text)
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckpointError(
            Fault.NOT_A_CHECKPOINT, f"{path} is no checkpoint: it is not safetensors. Give one that Koutu saved"
        ) from error
    return header, max(ends, default=0)


def _truncated(path: Path) -> CheckpointError:
    return CheckpointError(Fault.TRUNCATED, f"{path} is cut off: copy or download it again")


def _plain(network: "nn.Module | Mapping[str, Tensor]") -> dict[str, "Tensor"]:
    """Copies on the CPU: safetensors refuses tensors that share memory, as tied weights do."""
    state = network if isinstance(network, Mapping) else network.state_dict()
    return {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in state.items()}


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _refuse(names: Iterable[str], does: str, source: str | Path) -> None:
    wrong = sorted(names)
    if wrong:
        raise CheckpointError(
            Fault.NAMES, f"{source} {does} {_counted(wrong)}: it is of another network. Give a checkpoint of this one"
        )


def _counted(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
