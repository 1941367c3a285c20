"""Names and shapes of published parameters, and checkpoints made up from them."""

from pathlib import Path

import torch

FOLDER = Path(__file__).parent
WIDTHS = (18, 32, 48)  # of the columns in the tables of HRNet


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
    """A state of these shapes: norms whose spread is positive, weights small enough for answers of ordinary size."""
    generator = torch.Generator().manual_seed(seed)
    return {name: _drawn(name, shape, generator) for name, shape in shapes.items()}


def _norm(name, channels, counted):
    parts = {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}
    return parts | ({f"{name}.num_batches_tracked": ()} if counted else {})


def _sizes(shape):
    return tuple(map(int, shape.split("x")))


def _drawn(name, shape, generator):
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if name.endswith("running_var"):
        return torch.rand(shape, generator=generator) + 0.5
    if len(shape) == 1:
        return torch.rand(shape, generator=generator) * 0.4 - 0.1
    return torch.randn(shape, generator=generator) * (2 / torch.tensor(shape[1:]).prod()).sqrt()
