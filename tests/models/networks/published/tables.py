"""Names and shapes of published parameters, and checkpoints made up from them."""

import json
from pathlib import Path

import torch
from torch.nn.functional import interpolate

FOLDER = Path(__file__).parent
WIDTHS = (18, 32, 48)  # of the columns in the tables of HRNet
PLACES = ((0, 0), (69, 100), (33, 40), (12, 77))  # rows and columns where answers.json knows the answer
CLASSES = (0, 7, 18)


def published(*tables, width=18, counted=True):
    """{name: shape} of everything in `tables`, in their order, at an HRNet's `width`.

    Without `counted` norms count no batches, as InPlaceABN's and torch's before 0.4.1.
    """
    shapes = {}
    for table in tables:
        for line in (FOLDER / f"{table}.txt").read_text().splitlines()[1:]:
            name, *columns = line.split(" | ")
            shape = columns[WIDTHS.index(width) if len(columns) > 1 else 0]
            shapes |= _norm(name, int(shape[5:]), counted) if shape.startswith("norm") else {name: _sizes(shape)}
    return shapes


def drawn(shapes, seed=0):
    """A state of these shapes, by its seed: random, yet answers are of ordinary size and differ from place to place."""
    generator = torch.Generator().manual_seed(seed)
    return {name: _drawn(name, shape, generator) for name, shape in shapes.items()}


def picture():
    """A smooth picture (1, 3, 70, 101), already normalised: whatever comes of it depends on where one looks."""
    generator = torch.Generator().manual_seed(0)
    return interpolate(torch.randn(1, 3, 7, 10, generator=generator), (70, 101), mode="bicubic", align_corners=False)


def answers():
    """What the official code answers: name, config, tables of the weights, logits[place][class]."""
    return json.loads((FOLDER / "answers.json").read_text())["answers"]


def _norm(name, channels, counted):
    parts = {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}
    return parts | ({f"{name}.num_batches_tracked": ()} if counted else {})


def _sizes(shape):
    return tuple(map(int, shape.split("x")))


def _drawn(name, shape, generator):
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if len(shape) > 1:
        return torch.randn(shape, generator=generator) * (2 / torch.tensor(shape[1:]).prod()).sqrt()
    spread = torch.rand(shape, generator=generator)
    if name.endswith("running_var"):
        return spread + 0.5
    return 0.6 * spread + 0.2 if name.endswith("weight") else 0.4 * spread - 0.2
