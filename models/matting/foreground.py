"""The person's own colours along the edge, without the background mixed into them.

Germer, Uelwer, Conrad, Harmeling, "Fast Multi-Level Foreground Estimation" (ICPR 2020): foreground F and background
B with alpha F + (1 - alpha) B = I, smooth where alpha is not, from a picture of one pixel up to the full size. Each
level starts from the one below. Where the authors sweep pixel by pixel, here the pixels of a chessboard's two
colours take turns, so that each half is one array operation.
"""

import numpy as np

from .bands import crops
from .compositing import extend_edges
from .inputs import check_alpha, check_image

_REGULARISATION = 1e-5  # the paper's epsilon, for colours in 0..1
_SMALL, _SMALL_ROUNDS, _BIG_ROUNDS = 32, 10, 2
_CONTEXT = 32  # pixels of known colour round the band


def estimate_foreground(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Foreground colours (H, W, 3) uint8 RGB of `image` (H, W, 3) uint8 RGB with `alpha` (H, W) float in 0..1.

    Only pixels with 0 < alpha < 1 change, and the cost follows them. Raises MattingError for what does not fit.
    """
    check_image(image)
    check_alpha(alpha, image)
    foreground = image.copy()
    alpha = alpha.astype(np.float32)
    means = np.concatenate([_mean(image, alpha > 0.9), _mean(image, alpha < 0.1)])
    for crop in crops((alpha > 0) & (alpha < 1), _CONTEXT):
        colours = image[crop.box] / np.float32(255)
        found = _levels(colours, alpha[crop.box], means)[..., :3]
        foreground[crop.box][crop.mine] = np.rint(found[crop.mine] * 255).astype(np.uint8)
    return foreground


def clean_colours(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The colours of a cut-out: `estimate_foreground`, carried on past the edge by `extend_edges`."""
    return extend_edges(estimate_foreground(image, alpha), alpha)


def _mean(image: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Mean colour (3,) float32 in 0..1; black where there is none, as in the paper's own code."""
    return (image[where].mean(axis=0) / 255 if where.any() else np.zeros(3)).astype(np.float32)


def _levels(image: np.ndarray, alpha: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Foreground and background (H, W, 6) float32 of `image` (H, W, 3) float32, begun with `means` (6,)."""
    height, width = alpha.shape
    levels = max(1, int(np.ceil(np.log2(max(height, width)))))
    both = means[None, None]
    for level in range(levels + 1):
        size = round(height ** (level / levels)), round(width ** (level / levels))
        both = _nearest(both, size)
        rounds = _SMALL_ROUNDS if max(size) <= _SMALL else _BIG_ROUNDS
        _smooth(both, _nearest(image, size), _nearest(alpha, size), rounds)
    return both


def _nearest(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows, columns = (np.arange(to) * of // to for to, of in zip(size, values.shape[:2], strict=True))
    return values[rows[:, None], columns]


def _smooth(both: np.ndarray, image: np.ndarray, alpha: np.ndarray, rounds: int) -> None:
    """Gauss-Seidel on the paper's equation 4, in place: a 2x2 system of F and B for every pixel and channel."""
    alpha = alpha[..., None]
    rest = 1 - alpha
    pull = [_REGULARISATION + np.abs(alpha - neighbour) for neighbour in _neighbours(alpha)]
    total = sum(pull)
    on_f, mixed, on_b = alpha * alpha + total, alpha * rest, rest * rest + total
    scale = 1 / (on_f * on_b - mixed * mixed)
    y, x = np.ogrid[: alpha.shape[0], : alpha.shape[1]]
    for half in range(2 * rounds):
        around = sum(weight * neighbour for weight, neighbour in zip(pull, _neighbours(both), strict=True))
        f, b = alpha * image + around[..., :3], rest * image + around[..., 3:]
        found = np.concatenate([on_b * f - mixed * b, on_f * b - mixed * f], axis=2) * scale
        np.copyto(both, np.clip(found, 0, 1), where=((y + x) % 2 == half % 2)[..., None])


def _neighbours(values: np.ndarray) -> list[np.ndarray]:
    """What stands left, right, above and below of each pixel; at the border the pixel itself."""
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return [padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]]
