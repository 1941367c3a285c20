"""What a finished run hands over: its mean weights in half precision, as a checkpoint and as ONNX."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
from torch import nn

from models import checkpoints
from models.checkpoints import Card
from models.clicks import SIDE as CLICKED
from models.exporting import ExportError, export
from models.networks.graphs import ClicksGraph, StageOneGraph, StageTwoGraph
from models.networks.koutu_s import KoutuS
from models.networks.patches import SIDE
from models.networks.refiner import Refiner

from .config import Fault, TrainingError
from .saving import MEAN, folder, steps

FRAME = (288, 512)  # height and width that the ONNX of stage 1 takes


def deliver(run: Path, onnx: str | None = None) -> list[Path]:
    """Write NETWORK.safetensors, and NETWORK.onnx where asked for, into `run` from its newest checkpoint.

    `onnx` is "frames" of a film or patches, or "clicks" in a browser, whose weights are bytes. Half
    precision costs less than a grey level of 8 bits (a test says so) and halves the file. Raises TrainingError
    where there is no checkpoint, CheckpointError for one that cannot be read, ExportError.
    """
    done = steps(run)
    if not done:
        raise TrainingError(Fault.RUN, f"there is no checkpoint in {run}: train first")
    network, card = checkpoints.open_network(folder(run, done[-1]) / MEAN)
    card = replace(card, version=_version(card))
    written = [run / f"{card.network}.safetensors"]
    half = {name: one.half() if one.is_floating_point() else one for name, one in network.state_dict().items()}
    checkpoints.save(written[0], half, card)
    if onnx:
        written.append(run / f"{card.network}.onnx")
        (_export_clicks if onnx == "clicks" else _export)(network, written[1], card)
    return written


def _version(card: Card) -> str:
    """A run that was stopped halfway is another version than the finished one."""
    done, wanted = card.figures["step"], card.figures["steps"]
    return card.version if done == wanted else f"{card.version}-step{done}"


def _export_clicks(network: nn.Module, path: Path, card: Card) -> None:
    if isinstance(network, Refiner):
        raise ExportError("a refiner is told nothing by clicks: ask for the graph of frames")
    graph = ClicksGraph(cast(KoutuS, network)).eval()
    values = (torch.rand(1, 3, CLICKED, CLICKED), *_planes(CLICKED, CLICKED), torch.ones(1))
    export(graph, dict(zip(graph.inputs, values, strict=True)), graph.outputs, path, card=card, bits=8)


def _export(network: nn.Module, path: Path, card: Card) -> None:
    if isinstance(network, Refiner):
        patches = {name: torch.rand(2, channels, SIDE, SIDE) for name, channels in _PATCHES.items()}
        two = StageTwoGraph(network).eval()
        return export(two, patches, two.outputs, path, dict.fromkeys(patches, (0,)), card, bits=16)
    stage_one = cast(KoutuS, network)
    one, state = StageOneGraph(stage_one).eval(), stage_one.start(1, *FRAME)
    values = (torch.rand(1, 3, *FRAME), *_planes(*FRAME), torch.ones(1), state.deep, state.middle)
    return export(one, dict(zip(one.inputs, values, strict=True)), one.outputs, path, card=card, bits=16)


def _planes(height: int, width: int) -> list[torch.Tensor]:
    """Examples of prior and clicks. Each of its own: inputs that are one tensor become one input of the graph."""
    return [torch.rand(1, 1, height, width) for _ in range(3)]


_PATCHES = {"image": 3, "solved": 1, "trimap": 1}  # channels
