"""Every loss of the training. Each gives one value a frame, so that a batch may be split over processes at will.

Planes are (N, 1, H, W) float of N frames, `weight` (N, 1, H, W) of 0 and more says how much each pixel counts; values
are (N,), 0 where nothing counts.
"""

import torch
from torch import Tensor
from torch.nn import functional

BAND = 5  # pixels across, where a mask's edge is
_EDGE, _PART = 5.0, 3.0  # how much more the band and parts count
_ROUND = 8  # pixels round a part that count as it does
WRONG = 0.1  # a probability further than this from the truth is an error


def mean(values: Tensor, weight: Tensor) -> Tensor:
    """(N,) means of `values` (N, C, H, W), each pixel by its weight."""
    return (values * weight).sum((1, 2, 3)) / (weight.sum((1, 2, 3)) * values.shape[1]).clamp(min=1e-6)


def cross_entropy(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) binary cross-entropy; `truth` in 0..1."""
    return mean(functional.binary_cross_entropy_with_logits(logits, truth, reduction="none"), weight)


def dice(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) one less the overlap of Dice, softly (V-Net, Milletari et al., 3DV 2016, with a pixel added to both sides:
    where nobody is, it asks for nobody)."""
    found = logits.sigmoid()
    both = (found * truth * weight).sum((1, 2, 3))
    sizes = ((found + truth) * weight).sum((1, 2, 3))
    return 1 - (2 * both + 1) / (sizes + 1)


def edge(mask: Tensor, width: int = BAND) -> Tensor:
    """1 within the band of `width` pixels, odd, across the edge of a `mask` of 0 and 1, else 0; as planes."""
    return _grown(mask, width // 2) + _grown(-mask, width // 2)


def _grown(plane: Tensor, by: int) -> Tensor:
    """The largest value within a square, row by row and then column by column: a third of the time."""
    across = functional.max_pool2d(plane, (1, 2 * by + 1), 1, (0, by))
    return functional.max_pool2d(across, (2 * by + 1, 1), 1, (by, 0))


def emphasis(band: Tensor, part: Tensor | None = None) -> Tensor:
    """Weights: five times in the `band` of the edge (0 or 1), three times on `part` (bool) and as far round it as
    `_ROUND`, both where both are. Without what is round it a network learns to see more of parts than there is."""
    line = 1 + (_EDGE - 1) * band
    return line if part is None else line * (1 + (_PART - 1) * _grown(part.to(band), _ROUND))


def wrongness(logits: Tensor, truth: Tensor) -> Tensor:
    """What the error head should say: 1 where the mask is further than WRONG from the truth."""
    return ((logits.detach().sigmoid() - truth).abs() > WRONG).to(truth)


def divergence(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) cross-entropy of soft `truth` less what it cannot fall below: 0 where they agree."""
    least = functional.binary_cross_entropy(truth, truth, reduction="none")
    return mean(functional.binary_cross_entropy_with_logits(logits, truth, reduction="none") - least, weight)


def difference(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) mean absolute difference; any channels."""
    return mean((found - truth).abs(), weight)


_KERNEL = (1.0, 4.0, 6.0, 4.0, 1.0)
_LEVELS = 4


def laplacian(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) differences of Laplacian pyramids, a level twice as much as the finer one (Hou and Liu, ICCV 2019)."""
    apart, total = (found - truth) * (weight > 0), found.new_zeros(found.shape[0])
    for level in range(_LEVELS):
        coarse = functional.avg_pool2d(_blurred(apart), 2, ceil_mode=True)
        back = functional.interpolate(coarse, size=apart.shape[-2:], mode="bilinear", align_corners=False)
        total = total + 2**level * mean((apart - back).abs(), weight)
        apart, weight = coarse, functional.avg_pool2d(weight, 2, ceil_mode=True)
    return total / (2**_LEVELS - 1)


def _blurred(plane: Tensor) -> Tensor:
    line = plane.new_tensor(_KERNEL) / sum(_KERNEL)
    padded = functional.pad(plane, (2, 2, 2, 2), mode="replicate")
    return functional.conv2d(functional.conv2d(padded, line[None, None, :, None]), line[None, None, None])


def gradient(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(N,) differences of slopes, to the right and down, where both pixels count."""
    apart = found - truth
    across = (apart[..., 1:] - apart[..., :-1]).abs()
    down = (apart[..., 1:, :] - apart[..., :-1, :]).abs()
    beside = torch.minimum(weight[..., 1:], weight[..., :-1])
    below = torch.minimum(weight[..., 1:, :], weight[..., :-1, :])
    return mean(across, beside) + mean(down, below)


def composition(
    alpha: Tensor, colours: Tensor, truth: Tensor, true_colours: Tensor, plate: Tensor, weight: Tensor
) -> Tensor:
    """(N,) differences of the composites over `plate` (N, 3, H, W) (Deep Image Matting, Xu et al., CVPR 2017)."""
    made = alpha * colours + (1 - alpha) * plate
    true = truth * true_colours + (1 - truth) * plate
    return difference(made, true, weight)


def temporal(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """(B,) how much the change from frame to frame differs from the true one, as dtSSD (Erofeev et al., BMVC 2015).

    All (B, T, 1, H, W): the mean square over the pixels that count in both frames; 0 for stills.
    """
    if found.shape[1] < 2:
        return found.new_zeros(found.shape[0])
    change = (found[:, 1:] - found[:, :-1]) - (truth[:, 1:] - truth[:, :-1])
    both = torch.minimum(weight[:, 1:], weight[:, :-1])
    return (change**2 * both).sum((1, 2, 3, 4)) / both.sum((1, 2, 3, 4)).clamp(min=1e-6)
