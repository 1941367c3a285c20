"""Lines that a hand draws: (N, 2) float64 of (x, y) in pixels."""

import numpy as np


def length(points: np.ndarray) -> float:
    """In pixels; 0 of a single point."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def spaced(points: np.ndarray, spacing: float) -> np.ndarray:
    """(N, 2) points along the line at most `spacing` pixels apart, its ends among them."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    wanted = np.linspace(0, along[-1], 1 + int(np.ceil(along[-1] / spacing)))
    return np.stack([np.interp(wanted, along, places) for places in points.T], axis=1)
