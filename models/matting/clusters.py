"""Colour clusters of many weighted samples at once.

Orchard, Bouman, "Color Quantization of Images" (IEEE Transactions on Signal Processing 1991): the cluster that
spreads most is split across its principal direction, again and again. Here it is done for the neighbourhoods of
many pixels side by side.
"""

from dataclasses import dataclass

import numpy as np

_SPREAD = 0.03**2  # variance, colours in 0..1, below which a cluster is one colour
_PAIRS = [(i, j) for i in range(3) for j in range(3)]


@dataclass(frozen=True)
class Clusters:
    """`k` clusters for each of `p` pixels: `weight` (p, k), 0 where there is none; `mean` (p, k, 3); `covariance`
    (p, k, 3, 3), all float32."""

    weight: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray


def clusters(colours: np.ndarray, weights: np.ndarray, count: int) -> Clusters:
    """At most `count` clusters of the samples `colours` (p, n, 3) float32 with `weights` (p, n) float32."""
    label = np.zeros(weights.shape, np.int8)
    moments = _moments(colours)
    found = _statistics(moments, weights, label, 1)
    for new in range(1, count):
        if not _split(found, colours, weights, label, new):
            break
        found = _statistics(moments, weights, label, new + 1)
    return found


def _moments(colours: np.ndarray) -> np.ndarray:
    """(p, n, 13): 1, the colour, and its nine products."""
    products = [colours[..., i] * colours[..., j] for i, j in _PAIRS]
    return np.concatenate([np.ones_like(colours[..., :1]), colours, np.stack(products, axis=-1)], axis=-1)


def _statistics(moments: np.ndarray, weights: np.ndarray, label: np.ndarray, count: int) -> Clusters:
    member = np.stack([np.where(label == one, weights, 0) for one in range(count)], axis=1)
    sums = member @ moments
    weight = sums[..., 0]
    scaled = sums[..., 1:] / np.maximum(weight, 1e-12)[..., None]
    mean = scaled[..., :3]
    covariance = scaled[..., 3:].reshape(*mean.shape, 3) - mean[..., :, None] * mean[..., None, :]
    return Clusters(weight, mean, covariance)


def _split(found: Clusters, colours: np.ndarray, weights: np.ndarray, label: np.ndarray, new: int) -> bool:
    """Give half of each pixel's widest cluster the label `new`; False where no pixel has one wide enough."""
    spread, direction = np.linalg.eigh(found.covariance)
    widest = (spread[..., -1] * found.weight).argmax(axis=1)
    pixel = np.arange(len(widest))
    wide = spread[pixel, widest, -1] > _SPREAD
    if not wide.any():
        return False
    axis, middle = direction[pixel, widest, :, -1][wide], found.mean[pixel, widest][wide]
    beyond = (colours[wide] @ axis[..., None])[..., 0] > (middle * axis).sum(axis=1)[:, None]
    label[wide] = np.where(beyond & (label[wide] == widest[wide, None]), np.int8(new), label[wide])
    return True
