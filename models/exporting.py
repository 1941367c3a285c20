"""Networks as ONNX files: for runtimes without torch, and faster on some CPUs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .checkpoints import Card

_CARD = "koutu"  # as in our safetensors
OPSET = 18
_LEAST_KERNEL = 512  # weights: smaller ones are not worth a scale of their own


class ExportError(ValueError):
    """A network that cannot be written as ONNX, or a file that is none. The message says why, and what to do."""


def export(
    network: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    path: str | Path,
    free: Mapping[str, Sequence[int]] | None = None,
    card: Card | None = None,
    bits: int = 32,
) -> None:
    """Write `network` as one ONNX file at `path`, weights and card inside.

    `inputs` are examples by name, in the order `forward` takes them; `outputs` name what it gives: a tensor, or a
    tuple of tensors. `free` names the axes of an input that may have any size later (its batch, height, width);
    all others are fixed to the examples' and make the graph smaller. With 16 `bits` the file holds its weights in half
    precision; with 8 kernels are whole numbers of a byte, by a scale for each of their outputs, and the rest is in
    half precision. Who opens it computes in single precision all the same. Raises ExportError for a network in training
    mode, whose graph would keep what training changes, for a free axis whose example is of size 1, which the exporter
    would fix all the same, and for a path where no file can be written.
    """
    _check_target(Path(path))
    if network.training:
        raise ExportError("the network is in training mode: call eval() on it before the export")
    axes = {name: list((free or {}).get(name, ())) for name in inputs}
    for name, chosen in axes.items():
        if any(inputs[name].shape[axis] == 1 for axis in chosen):
            raise ExportError(f"{name} is {tuple(inputs[name].shape)}: give every free axis an example size above 1")
    dynamic = tuple(dict.fromkeys(chosen, torch.export.Dim.DYNAMIC) for chosen in axes.values())
    with torch.no_grad():
        program = torch.onnx.export(
            network,
            tuple(inputs.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=dynamic if free else None,
            verbose=False,
        )
    model = _clean(program.model_proto, card)  # type: ignore[union-attr]
    if bits < 32:
        _shrink(model.graph, bits)
    Path(path).write_bytes(model.SerializeToString())


def _check_target(path: Path) -> None:
    """The export takes seconds to minutes: said before it, rather than after, that its file cannot be kept."""
    if not path.parent.is_dir():
        raise ExportError(f"{path} cannot be written: there is no folder {path.parent}; make it first")
    if path.is_dir():
        raise ExportError(f"{path} is a folder: give the file to write")


def _clean(model: Any, card: Card | None) -> Any:
    """The model with the card, and without what the exporter notes beside: each line of source with its place on the
    disk of whoever exported."""
    for part in (model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del part.metadata_props[:]
    if card is not None:
        model.metadata_props.add(key=_CARD, value=json.dumps(asdict(card), sort_keys=True, ensure_ascii=False))
    return model


def _shrink(graph: Any, bits: int) -> None:
    """Weights in fewer bits, with what brings them back to single precision, which runtimes compute once, when they
    open the file."""
    from onnx import TensorProto, numpy_helper

    back = []
    for tensor in list(graph.initializer):
        if tensor.data_type == TensorProto.FLOAT:
            kept = numpy_helper.to_array(tensor)
            is_kernel = bits == 8 and kept.ndim > 1 and kept.size >= _LEAST_KERNEL
            back += _as_bytes(graph, tensor, kept) if is_kernel else _halved(tensor, kept)
    nodes = [*back, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _halved(tensor: Any, kept: np.ndarray) -> list[Any]:
    from onnx import TensorProto, helper, numpy_helper

    name = tensor.name
    tensor.CopyFrom(numpy_helper.from_array(kept.astype(np.float16), f"{name}.half"))
    return [helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT)]


def _as_bytes(graph: Any, tensor: Any, kept: np.ndarray) -> list[Any]:
    """-127..127 times a scale, which is that of the largest weight of an output."""
    from onnx import TensorProto, helper, numpy_helper

    name, axes = tensor.name, tuple(range(1, kept.ndim))
    scale = np.maximum(np.abs(kept).max(axes, keepdims=True), np.float32(1e-12)) / np.float32(127)
    tensor.CopyFrom(numpy_helper.from_array(np.rint(kept / scale).astype(np.int8), f"{name}.bytes"))
    graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
    return [
        helper.make_node("Cast", [f"{name}.bytes"], [f"{name}.whole"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name]),
    ]


def card_of(path: str | Path) -> Card | None:
    """The card that `export` wrote into the file, or None. Raises ExportError for a file that is no ONNX."""
    notes = {note.key: note.value for note in _read(path).metadata_props}
    return Card(**json.loads(notes[_CARD])) if _CARD in notes else None


def _read(path: str | Path) -> Any:
    """The model in the file at `path`. Raises ExportError."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path, format="protobuf", load_external_data=False)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}; give the ONNX file") from error
    except DecodeError as error:
        raise ExportError(f"{path} is no ONNX file, or cut off: export the network again") from error
    if not model.HasField("graph"):  # an empty file is a model that says nothing
        raise ExportError(f"{path} holds no network: export it again")
    return model


def answer(path: str | Path, inputs: Mapping[str, np.ndarray], threads: int = 1) -> dict[str, np.ndarray]:
    """What the ONNX file at `path` gives for `inputs`, by the names of its outputs, in onnxruntime on the CPU.

    The file is opened anew each time: keep an `onnxruntime.InferenceSession` where many pictures follow.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(inputs)), strict=True))
