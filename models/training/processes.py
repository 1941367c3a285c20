"""Training in several processes, as torchrun starts them: each draws its share of a batch, and gradients are averaged.

Done by hand rather than by DistributedDataParallel: a step runs the network several times (windows of a film, rounds
of clicks) and not all of it each time, which the wrapper does not allow without a second pass over the graph.
"""

import os
from collections.abc import Iterable, Iterator
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


def average_gradients(parameters: Iterable[nn.Parameter], place: Place) -> None:
    """Each process's gradients become the mean of all processes'. All have gradients of the same parameters."""
    if place.world == 1:
        return
    gradients = [one.grad for one in parameters if one.grad is not None]
    together = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(together)
    together /= place.world
    for gradient, mean in zip(gradients, together.split([one.numel() for one in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def agreed(wish: bool, place: Place, device: torch.device) -> bool:
    """Whether any process wishes it: what one does at the end of its time all have to do."""
    if place.world == 1:
        return wish
    wishes = torch.tensor([float(wish)], device=device)
    distributed.all_reduce(wishes, distributed.ReduceOp.MAX)
    return bool(wishes.item())
