"""Which of thousands of clips are worth comparing with one: a cheap look at all, by their rough light and change."""

from collections.abc import Iterable
from heapq import nlargest
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.likeness.fingerprint import COLUMNS, ROWS, Fingerprint
from koutu.clips.media.likeness.place import Array, without_bars

Key = TypeVar("Key")

# Samples of each other clip that are looked at.
_LOOKED_AT = 32
_LAG = 2
# What of a clip must be alike: half of the shorter one, so that a part of it may be elsewhere.
_SHARE = 0.5
# Change counts less than light where little of it is there, in levels.
_STIR = 4.0


def candidates(query: Fingerprint, others: Iterable[tuple[Key, Fingerprint]], most: int = 20) -> list[Key]:
    """Return the keys of the clips most worth a comparison by `likeness`, the likeliest first.

    ``others`` is streamed; nothing of it is kept but ``most`` keys. Each is looked at, at 32 samples or fewer, as
    it is and mirrored: about 0.2 ms each for a query of some seconds, growing with the query's length.
    """
    upright, mirrored = _looks(without_bars(query)), _looks(without_bars(query)[..., ::-1])
    ranked = ((_alike(upright, mirrored, other), key) for key, other in others)
    return [key for _, key in nlargest(most, ranked, key=lambda pair: pair[0])]


def _alike(upright: Array, mirrored: Array, other: Fingerprint) -> float:
    looks = _looks(without_bars(other))
    looks = looks[:: 1 + (len(looks) - 1) // _LOOKED_AT]
    return max(_shared(upright @ looks.T), _shared(mirrored @ looks.T))


def _shared(alike: Array) -> float:
    if not alike.size:
        return -1.0
    best = np.sort(alike.max(axis=int(alike.shape[0] <= alike.shape[1])))[::-1]
    return float(best[: max(1, round(len(best) * _SHARE))].mean())


def _looks(luma: Array) -> Array:
    """Return for every sample its light and its change in half a second, as directions, float32 (samples, 224)."""
    coarse = luma.reshape(len(luma), ROWS // 2, 2, COLUMNS // 2, 2).mean(axis=(2, 4)).reshape(len(luma), -1)
    light = coarse - coarse.mean(axis=1, keepdims=True)
    change = np.zeros_like(coarse)
    change[:-_LAG] = coarse[_LAG:] - coarse[:-_LAG]
    return np.concatenate([_direction(light, 1.0), _direction(change, _STIR)], axis=1)


def _direction(vectors: NDArray[np.float32], level: float) -> Array:
    energy = (vectors**2).mean(axis=1, keepdims=True)
    return vectors / np.sqrt((energy + level**2) * vectors.shape[1])
