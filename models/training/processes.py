"""Training in several processes, as torchrun starts them: each draws its share of a batch, and gradients are averaged.

Done by hand rather than by DistributedDataParallel: a step runs the network several times (windows of a film, rounds
of clicks) and not all of it each time, which the wrapper does not allow without a second pass over the graph.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import distributed, nn

from .batches import ALONE, Place


@contextmanager
def joined(device: torch.device) -> Iterator[Place]:
    """This process's place among those that torchrun started, or alone."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Place(distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()


def average_gradients(network: nn.Module, place: Place) -> None:
    """Each process's gradients become the mean of all processes'. All have gradients of the same parameters."""
    _average([one.grad for one in network.parameters() if one.grad is not None], place)


def average_statistics(network: nn.Module, place: Place) -> None:
    """So does what normalisations keep of their batches, each of which is a process's share."""
    _average([one for one in network.buffers() if one.is_floating_point()], place)


def _average(tensors: Sequence[torch.Tensor], place: Place) -> None:
    if place.world == 1 or not tensors:
        return
    together = torch.cat([one.flatten() for one in tensors])
    distributed.all_reduce(together)
    together /= place.world
    for tensor, mean in zip(tensors, together.split([one.numel() for one in tensors]), strict=True):
        tensor.copy_(mean.view_as(tensor))


def agreed(wish: bool, place: Place, device: torch.device) -> bool:
    """Whether any process wishes it: what one does at the end of its time all have to do."""
    if place.world == 1:
        return wish
    wishes = torch.tensor([float(wish)], device=device)
    distributed.all_reduce(wishes, distributed.ReduceOp.MAX)
    return bool(wishes.item())
