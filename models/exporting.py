"""Networks as ONNX files: for runtimes without torch, and faster on some CPUs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

OPSET = 18


class ExportError(ValueError):
    """A network that cannot be written as ONNX. The message says what is wrong and what to do."""


def export(
    network: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    path: str | Path,
    free: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Write `network` as one ONNX file at `path`, weights inside.

    `inputs` are examples by name, in the order `forward` takes them; `outputs` name what it gives: a tensor, or a
    tuple of tensors. `free` names the axes of an input that may have any size later (its batch, height, width);
    all others are fixed to the examples' and make the graph smaller. An axis whose example is of size 1 stays
    fixed whatever is asked: give an example of 2. Raises ExportError for a network in training mode, whose graph
    would keep what training changes, and for an axis asked free whose example is of size 1.
    """
    if network.training:
        raise ExportError("the network is in training mode: call eval() on it before the export")
    axes = {name: list((free or {}).get(name, ())) for name in inputs}
    for name, chosen in axes.items():
        if any(inputs[name].shape[axis] == 1 for axis in chosen):
            raise ExportError(f"{name} is {tuple(inputs[name].shape)}: give every free axis an example size above 1")
    dynamic = tuple(dict.fromkeys(chosen, torch.export.Dim.DYNAMIC) for chosen in axes.values())
    with torch.no_grad():
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            path,
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=dynamic if free else None,
            external_data=False,
            verbose=False,
        )


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
