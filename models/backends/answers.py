"""What every network's answer goes through."""

import numpy as np

from .protocol import WeightsMissing


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of the shape of `logits`, float32 in 0..1. By tanh: exp would overflow on a far logit."""
    return (0.5 * np.tanh(0.5 * logits) + 0.5).astype(np.float32)


def finite(values: np.ndarray, who: str, advice: str) -> np.ndarray:
    """`values`, if all are numbers. Raises WeightsMissing, with what to do: one NaN spreads through every resizing."""
    if not np.isfinite(values).all():
        raise WeightsMissing(f"{who} answers NaN: {advice}")
    return values
