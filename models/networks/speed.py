"""How big Koutu-S is and how long it takes, on the machine at hand."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch
from torch import nn

from models.exporting import export

from . import patches
from .graphs import StageOneGraph
from .hints import Hints
from .koutu_s import KoutuS
from .refiner import Refiner


@dataclass(frozen=True)
class Timing:
    """`what` was done `runs` times on `threads`: medians in milliseconds, of the clock and of processor time.

    On a busy machine the clock says how busy it was; processor time of one thread still compares.
    """

    what: str
    threads: int
    clock: float
    processor: float
    runs: int

    def __str__(self) -> str:
        times = f"{self.clock:.1f} ms ({self.processor:.1f} of processor)"
        return f"{self.what}, {self.threads} thread(s): {times}, n {self.runs}"


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def timed(what: str, act: Callable[[], object], threads: int, runs: int = 20) -> Timing:
    """`act` after three runs that do not count."""
    for _ in range(3):
        act()
    clocks, works = [], []
    for _ in range(runs):
        clock, work = perf_counter(), process_time()
        act()
        clocks.append(1000 * (perf_counter() - clock))
        works.append(1000 * (process_time() - work))
    return Timing(what, threads, median(clocks), median(works), runs)


def stage_one(network: KoutuS, height: int, width: int, threads: int, runs: int = 20) -> list[Timing]:
    """One frame with a prior, in torch and in onnxruntime."""
    graph = StageOneGraph(network.eval())
    picture, prior = torch.rand(1, 3, height, width), torch.rand(1, 1, height, width)
    state, clicks = network.start(1, height, width), torch.zeros(1, 1, height, width)
    values = (picture, prior, clicks, clicks, torch.ones(1), state.deep, state.middle)
    inputs = dict(zip(graph.inputs, values, strict=True))
    session = _session(graph, inputs, threads)
    fed = {name: value.numpy() for name, value in inputs.items()}
    torch.set_num_threads(threads)
    with torch.inference_mode():
        ours = timed(f"{width}x{height} in torch", lambda: network(picture, Hints(prior), state), threads, runs)
    return [ours, timed(f"{width}x{height} in onnxruntime", lambda: session.run(None, fed), threads, runs)]


def stage_two(refiner: Refiner, lengths: tuple[int, ...], threads: int, runs: int = 3) -> list[Timing]:
    """1080p pictures with straight bands of 20 px of these lengths."""
    torch.set_num_threads(threads)
    image, solved = torch.rand(3, 1080, 1920), torch.zeros(1, 1080, 1920)
    found = []
    for length in lengths:
        trimap = torch.zeros(1, 1080, 1920)
        rows, rest = divmod(length, 1600)
        for place in range(rows + 1):
            trimap[:, 90 + 100 * place : 110 + 100 * place, 100 : 100 + (1600 if place < rows else rest)] = 0.5
        count = len(patches.cores(trimap[0] == 0.5))
        what = f"band of {length} px, {count} patches"
        found.append(timed(what, lambda known=trimap: patches.refine(refiner, image, solved, known), threads, runs))  # type: ignore[misc]
    return found


def _session(graph: StageOneGraph, inputs: dict[str, torch.Tensor], threads: int):  # type: ignore[no-untyped-def]
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        export(graph.eval(), inputs, graph.outputs, path)
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
