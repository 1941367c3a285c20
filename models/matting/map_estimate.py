"""The likeliest foreground, background and alpha of a pixel, given colour clusters of either side.

Chuang et al., "A Bayesian Approach to Digital Matting" (CVPR 2001), equations 4 to 10. Their 6x6 system for both
colours at a fixed alpha reduces to 3x3: with M = s^2 + a^2 S_F + (1 - a)^2 S_B and y = M^-1 (C - a F0 - (1 - a) B0),
F = F0 + a S_F y and B = B0 + (1 - a) S_B y. No inverse of S is needed, so clusters of one flat colour are fine.
"""

import numpy as np

from .clusters import Clusters

_NOISE = 0.01**2  # variance of the camera, colours in 0..1
_ROUNDS = 30
_STILL = 1e-3  # change of alpha below which the search ends


def best_pair(
    observed: np.ndarray, start: np.ndarray, person: Clusters, background: Clusters
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Alpha (p,), foreground (p, 3) and background (p, 3) of `observed` (p, 3), colours in 0..1, all float32.

    `start` (p,) is the first alpha. Every pair of clusters is tried; the pair that explains the pixel best wins.
    """
    pairs = _Pairs(observed, person, background)
    alpha = np.repeat(start[:, None], pairs.count, axis=1)
    pixel = moving = np.arange(len(start))
    for _ in range(_ROUNDS):
        before = alpha[moving]
        fore, back, _ = pairs.colours(before, moving)
        alpha[moving] = _project(observed[moving, None], fore, back, before)
        moving = moving[np.abs(alpha[moving] - before).max(axis=1) > _STILL]
    fore, back, cost = pairs.colours(alpha, pixel)
    best = np.where(pairs.there, cost, np.inf).argmin(axis=1)
    return alpha[pixel, best], np.clip(fore[pixel, best], 0, 1), np.clip(back[pixel, best], 0, 1)


def _project(observed: np.ndarray, fore: np.ndarray, back: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Alpha at which the line from `back` to `fore` comes nearest to `observed`; as `before` where they agree."""
    line = fore - back
    length = (line * line).sum(axis=-1)
    along = ((observed - back) * line).sum(axis=-1)
    return np.where(length > 1e-8, np.clip(along / np.maximum(length, 1e-8), 0, 1), before)


class _Pairs:
    """All pairs of a person's and a background's cluster, `count` of them a pixel; `there` (p, count) bool."""

    def __init__(self, observed: np.ndarray, person: Clusters, background: Clusters) -> None:
        mine, theirs = person.weight.shape[1], background.weight.shape[1]
        one, other = np.repeat(np.arange(mine), theirs), np.tile(np.arange(theirs), mine)
        self.count = one.size
        self.there = (person.weight[:, one] > 0) & (background.weight[:, other] > 0)
        self._observed = observed[:, None]
        self._mean = person.mean[:, one], background.mean[:, other]
        self._covariance = person.covariance[:, one], background.covariance[:, other]

    def colours(self, alpha: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Foreground, background (q, count, 3) and how unlikely they are (q, count), at `alpha` (q, count), of the
        pixels (q,)."""
        a, b = alpha[..., None], 1 - alpha[..., None]
        fore, back = (mean[pixels] for mean in self._mean)
        spread, back_spread = (covariance[pixels] for covariance in self._covariance)
        rest = self._observed[pixels] - a * fore - b * back
        noise = _NOISE * np.eye(3, dtype=np.float32)
        system = noise + a[..., None] ** 2 * spread + b[..., None] ** 2 * back_spread
        y = np.linalg.solve(system, rest[..., None])
        cost = (rest * y[..., 0]).sum(axis=-1)
        return fore + a * (spread @ y)[..., 0], back + b * (back_spread @ y)[..., 0], cost
