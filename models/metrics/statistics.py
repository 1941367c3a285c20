"""Mean, recall and decay of a sequence of values, one a frame (Perazzi et al., CVPR 2016, section 5.2)."""

from typing import NamedTuple

import numpy as np

from .arrays import MetricError

RECALL_ABOVE = 0.5


class Statistics(NamedTuple):
    mean: float
    recall: float
    decay: float


def statistics(values: np.ndarray) -> Statistics:
    """Mean, share of frames strictly above 0.5, and mean of the first quarter minus mean of the last.

    `values` is (T,); NaN is left out of the means and is not above 0.5. Quarters share the frames at their ends.
    The official code (davis2017-evaluation and TrackEval alike) keeps these ends in 8 bits, so that its decay of
    256 frames and more is of other frames, or NaN; here they are wide, and up to 255 frames both agree. Raises
    MetricError where there is no value.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or np.isnan(values).all():
        raise MetricError(f"statistics of {values.shape} values: give a number for at least one frame")
    ends = np.round(np.linspace(1, len(values), 5) + 1e-10).astype(np.int64) - 1
    quarters = [_mean(values[ends[i] : ends[i + 1] + 1]) for i in (0, 3)]
    return Statistics(_mean(values), float(np.mean(values > RECALL_ABOVE)), quarters[0] - quarters[1])


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
