"""Figures by which masks and mattes are compared: exact, one value a frame.

Masks are (T, H, W) of one object, alphas (T, H, W) floats in 0..1. Every function says what it follows; what
cannot be compared raises `MetricError`. Folders of PNGs are scored by ``python -m models.metrics``.
"""

from .arrays import MetricError
from .boundary import boundary_accuracy, boundary_iou, tight_boundary_accuracy, tight_tolerance
from .good import band_mad, good, part_recall
from .identity import IdentityScore, identity
from .matte import connectivity_error, gradient_error, mad, mse, sad
from .region import region_similarity
from .stability import temporal_stability
from .statistics import Statistics, statistics
from .temporal import dtssd, excess_flicker, flicker, messddt

__all__ = [
    "IdentityScore", "MetricError", "Statistics", "band_mad", "boundary_accuracy", "boundary_iou",
    "connectivity_error", "dtssd", "excess_flicker", "flicker", "good", "gradient_error", "identity", "mad",
    "messddt", "mse", "part_recall", "region_similarity", "sad", "statistics", "temporal_stability",
    "tight_boundary_accuracy", "tight_tolerance",
]  # fmt: skip
