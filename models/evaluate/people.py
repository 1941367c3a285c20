"""People told apart: J of everybody with the region that stands for her, and regions that join or part people."""

from dataclasses import dataclass

import numpy as np

from models.metrics.region import jaccard

_HELD = 0.5  # share of a person inside a region from which the region has her
_PIECE = 0.1  # share of a person in a region that is mostly hers from which it is a piece of her


@dataclass(frozen=True)
class Apart:
    """Mean J of the people of one picture, each with her region (0 without one), and counts over the picture.

    `merges`: people beyond the first that one region has half of each; `splits`: regions beyond the first that are
    mostly of one person and have a tenth of her each.
    """

    j: float
    merges: int
    splits: int


def told_apart(people: np.ndarray, regions: list[np.ndarray]) -> Apart:
    """Compare `people` (H, W) uint8, everybody numbered from 1, with regions (H, W) bool, without what is void.

    Each region stands for at most one person, as is best for the mean J (Hungarian method, Kuhn 1955). Raises
    ValueError where there are no people.
    """
    truths = [people == number for number in np.unique(people) if number]
    if not truths:
        raise ValueError("the picture shows nobody: nobody can be told apart")
    shared = np.array([[np.count_nonzero(truth & region) for region in regions] for truth in truths])
    shared = shared.reshape(len(truths), len(regions))
    areas = np.array([np.count_nonzero(truth) for truth in truths])[:, None]
    sizes = np.array([np.count_nonzero(region) for region in regions])[None]
    merges = np.clip((shared >= _HELD * areas).sum(axis=0) - 1, 0, None).sum()
    pieces = (shared >= _PIECE * areas) & (shared > 0.5 * sizes)
    splits = np.clip(pieces.sum(axis=1) - 1, 0, None).sum()
    return Apart(_matched(truths, regions), int(merges), int(splits))


def _matched(truths: list[np.ndarray], regions: list[np.ndarray]) -> float:
    from scipy.optimize import linear_sum_assignment

    if not regions:
        return 0.0
    overlaps = np.array([[jaccard(truth, region) for region in regions] for truth in truths])
    chosen = linear_sum_assignment(-overlaps)
    return float(overlaps[chosen].sum() / len(truths))
