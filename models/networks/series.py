"""One picture or a series, chosen by rank: (B, C, H, W) is a batch of pictures, (B, T, C, H, W) one of series."""

import torch
from torch import Tensor


class ShapeError(ValueError):
    """Tensors that do not fit together, or are no picture. The message says which, and what to give instead."""


def as_series(tensor: Tensor, single: bool) -> Tensor:
    """The same with a time axis: T = 1 where it was of single pictures."""
    return tensor.unsqueeze(1) if single else tensor


def as_given(tensor: Tensor, single: bool) -> Tensor:
    """The inverse of `as_series`."""
    return tensor.squeeze(1) if single else tensor


def frames(tensor: Tensor) -> Tensor:
    """(B, T, C, h, w) as (B T, C, h, w): what looks at each frame alone sees no series.

    With the channels of a pixel side by side, which CPUs convolve two to five times as fast where they are few.
    """
    return tensor.flatten(0, 1).contiguous(memory_format=torch.channels_last)


def check_picture(image: Tensor) -> None:
    """Raise ShapeError unless `image` is a batch of RGB pictures, or of series of them, with a pixel in each.

    On the CPU also where it holds NaN or infinity: asking a GPU would wait for all the work it was given before.
    """
    if image.dim() not in (4, 5) or image.shape[-3] != 3 or 0 in image.shape:
        raise ShapeError(f"the picture is {tuple(image.shape)}: give (B, 3, H, W), or (B, T, 3, H, W) for a series")
    if not image.is_floating_point():
        raise ShapeError(f"the picture is of {image.dtype}: give float in 0..1; divide 8 bits by 255")
    # The sum is finite only where all is, and is found in a thirtieth of the time that isfinite takes.
    if image.device.type == "cpu" and not image.detach().sum(dtype=torch.float32).isfinite():
        raise ShapeError("the picture holds NaN or infinity: mend what made it, and give float in 0..1")


def check_plane(plane: Tensor | None, image: Tensor, name: str) -> None:
    """Raise ShapeError unless `plane` is None or one channel of the picture's size, frame by frame."""
    wanted = (*image.shape[:-3], 1, *image.shape[-2:])
    if plane is not None and tuple(plane.shape) != wanted:
        raise ShapeError(f"{name} is {tuple(plane.shape)}: for this picture give {wanted}")
