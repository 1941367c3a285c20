"""One target out of several opinions: their mean, weighted by how far they agree, and nothing where they do not.

The free networks' plain mean is better than the best of them, and wrong where one of them alone is sure (a motorbike,
a statue): there a student would learn the mistake.
"""

from dataclasses import dataclass

import numpy as np

SPREAD = 0.25  # weighted standard deviation of the opinions above which a pixel has no target
_PRESENT = 0.002  # of the picture's area: who covers less is nobody
_AGREED = 0.6  # mean soft J of the opinions, below which the picture has no target
_EVERY = 4  # of how many pixels each way one is looked at to weigh opinions


@dataclass(frozen=True)
class Target:
    """What to learn: `person` (H, W) float32 in 0..1, but nothing where `void` (H, W) bool."""

    person: np.ndarray
    void: np.ndarray


class Disagreement(ValueError):
    """The opinions are not of one mind about a whole picture: it says in what."""


def agreed(opinions: np.ndarray) -> Target:
    """The target of k opinions (k, H, W) float32 in 0..1.

    Each weighs as much as its mean soft J with the others. Raises Disagreement where some see somebody and some
    nobody, and where all see somebody else.
    """
    seen = (opinions >= 0.5).mean(axis=(1, 2)) >= _PRESENT
    if seen.any() != seen.all():
        raise Disagreement(f"{seen.sum()} of {len(seen)} views see somebody")
    weights = _weights(opinions[:, ::_EVERY, ::_EVERY]) if seen.all() else np.full(len(seen), 1 / len(seen))
    person = np.tensordot(weights, opinions, 1)
    variance = np.tensordot(weights, (opinions - person) ** 2, 1)
    return Target(person.astype(np.float32), variance > SPREAD**2)


def _weights(opinions: np.ndarray) -> np.ndarray:
    """(k,) that sum to 1. Raises Disagreement."""
    alike = np.array([[_soft_jaccard(one, other) for other in opinions] for one in opinions])
    others = (alike.sum(axis=1) - 1) / max(1, len(opinions) - 1)
    if len(opinions) > 1 and others.mean() < _AGREED:
        raise Disagreement(f"the views share {others.mean():.2f} of what they see on average")
    return others / others.sum() if others.any() else np.full(len(opinions), 1 / len(opinions))


def _soft_jaccard(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.minimum(one, other).sum() / max(1e-6, float(np.maximum(one, other).sum())))
