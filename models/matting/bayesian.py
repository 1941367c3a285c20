"""Bayesian matting.

Chuang, Curless, Salesin, Szeliski, "A Bayesian Approach to Digital Matting" (CVPR 2001). The band is eaten from
both sides, layer by layer; around each pixel the colours of person and background, known and already found, make
clusters, and the likeliest foreground, background and alpha are sought for every pair of clusters in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .clusters import clusters
from .map_estimate import best_pair

_RADIUS, _SIGMA, _DENSE = 12, 8.0, 4  # pixels: half the window, the Gaussian's width, the part sampled densely
_SCALES = (1, 3, 9)  # the window grows so far where it holds too little of one side
_ENOUGH = 10  # samples a side
_BLOCK = 1024  # pixels at once


@dataclass
class _Found:
    """What is known so far, flat over the padded picture: colours (n, 3), alpha (n,), whether it counts (n,)."""

    foreground: np.ndarray
    background: np.ndarray
    alpha: np.ndarray
    done: np.ndarray
    width: int


def bayesian(
    image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None, clusters_a_side: int = 2
) -> np.ndarray:
    """Alpha (H, W) float32 in 0..1 of `image` (H, W, 3) uint8 RGB.

    `trimap` (H, W) uint8: 0 is background, 255 person, all else unknown. `prior` (H, W) float in 0..1 is where
    each pixel's search starts; without it the mean of its surroundings. A pixel that sees one side only within
    108 pixels is given to that side. Two clusters a side did best on rendered hair: more pairs, more ways to err.
    """
    pad = _RADIUS * _SCALES[-1]
    found = _start(image, trimap, pad)
    guess = None if prior is None else np.pad(prior, pad).ravel()
    left = np.pad((trimap != 0) & (trimap != 255), pad)
    while left.any():
        layer = np.flatnonzero(_outermost(left, found, pad))
        for start in range(0, layer.size, _BLOCK):
            _estimate(found, layer[start : start + _BLOCK], guess, clusters_a_side)
        found.done[layer] = True
        left.ravel()[layer] = False
    height, width = trimap.shape
    return found.alpha.reshape(left.shape)[pad : pad + height, pad : pad + width].copy()


def _start(image: np.ndarray, trimap: np.ndarray, pad: int) -> _Found:
    colours = np.pad(image / np.float32(255), ((pad, pad), (pad, pad), (0, 0))).reshape(-1, 3)
    known = np.pad((trimap == 0) | (trimap == 255), pad)
    alpha = np.pad((trimap == 255).astype(np.float32), pad).ravel()
    return _Found(colours, colours.copy(), alpha, known.ravel(), known.shape[1])


def _outermost(left: np.ndarray, found: _Found, pad: int) -> np.ndarray:
    """The unknown pixels that touch one already found; all, where none does."""
    import cv2

    done = found.done.reshape(left.shape).astype(np.uint8)
    layer = left & (cv2.dilate(done, np.ones((3, 3), np.uint8)) > 0)
    return layer if layer.any() else left


def _estimate(found: _Found, pixels: np.ndarray, guess: np.ndarray | None, count: int) -> None:
    """Write alpha and both colours of `pixels` (p,) flat indices."""
    (person, mine), (background, theirs) = (_side(found, pixels, share) for share in (_of_person, _of_background))
    start = _mean_alpha(found, pixels) if guess is None else guess[pixels].astype(np.float32)
    observed = found.foreground[pixels]
    alpha, fore, back = best_pair(
        observed,
        start,
        clusters(found.foreground[person], mine, count),
        clusters(found.background[background], theirs, count),
    )
    has, lacks = np.any(mine, axis=1), ~np.any(theirs, axis=1)
    one_sided = np.where(has == lacks, np.where(has, 1, start), has)
    found.alpha[pixels] = np.where(has & ~lacks, alpha, one_sided)
    found.foreground[pixels] = np.where(has[:, None], fore, observed)
    found.background[pixels] = np.where(lacks[:, None], observed, back)


def _of_person(alpha: np.ndarray) -> np.ndarray:
    return alpha * alpha


def _of_background(alpha: np.ndarray) -> np.ndarray:
    return (1 - alpha) * (1 - alpha)


def _side(
    found: _Found, pixels: np.ndarray, share: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices (p, n) of one side's samples round each pixel, and their weights (p, n) float32.

    The window grows for the pixels that do not find enough; each keeps the one in which it found most.
    """
    offsets, gauss = _window(found.width)
    index = np.repeat(pixels[:, None], offsets.size, axis=1)
    shares = np.zeros(index.shape, np.float32)
    short = np.arange(pixels.size)
    for scale in _SCALES:
        around = pixels[short, None] + scale * offsets
        seen = share(found.alpha[around]) * found.done[around]
        more = seen.sum(axis=1) > shares[short].sum(axis=1)
        index[short[more]], shares[short[more]] = around[more], seen[more]
        short = short[shares[short].sum(axis=1) < _ENOUGH]
    return index, shares * gauss


def _mean_alpha(found: _Found, pixels: np.ndarray) -> np.ndarray:
    offsets, gauss = _window(found.width)
    around = pixels[:, None] + offsets
    weight = gauss * found.done[around]
    total = weight.sum(axis=1)
    mean = (weight * found.alpha[around]).sum(axis=1) / np.maximum(total, 1e-12)
    return np.where(total > 0, mean, np.float32(0.5)).astype(np.float32)


def _window(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Flat offsets (n,) of the window's samples, every pixel near its middle and every other further out, and
    their Gaussian weights (n,) float32."""
    y, x = (axis.ravel() for axis in np.mgrid[-_RADIUS : _RADIUS + 1, -_RADIUS : _RADIUS + 1])
    kept = (np.maximum(abs(y), abs(x)) <= _DENSE) | ((y % 2 == 0) & (x % 2 == 0))
    y, x = y[kept], x[kept]
    return y * width + x, np.exp(-(y * y + x * x) / (2 * _SIGMA**2)).astype(np.float32)
