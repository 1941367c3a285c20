"""Fades from and to one flat colour.

For every frame its contrast is kept, and how it correlates with the frame before. A fade is a run in which the
contrast shrinks steadily to nothing, or grows out of it, while every frame is the one before once more, paler.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Transition

# Standard deviations in levels, over the inner part of the picture, where no bars and no logo are.
_FLAT = 2.0
_LEAST_CONTRAST = 12.0
_INNER = 0.15
_LONGEST = 75
_SHORTEST = 5
# The steepest step of a fade, as a share of its whole; a cut to black is one step.
_STEP = 0.4
# Within two frames the contrast grows by at least this share of its mean step so far.
_STEADY = 0.5
# Coarse pictures, so that a shot in violent motion still is itself from frame to frame.
_SAME = 0.6
_COARSE = (24, 14)
# With a flat stretch this short between two fades, one cut is proposed for both.
_SHORT = 12


class Fades:
    """Finds fades; keeps two numbers a frame."""

    def __init__(self) -> None:
        self._contrast: list[float] = []
        self._same: list[float] = []
        self._before: NDArray[np.float32] | None = None

    def push(self, small: NDArray[np.uint8]) -> None:
        """Take the next frame, RGB uint8 of a small size."""
        rows, columns = small.shape[:2]
        top, left = round(_INNER * rows), round(_INNER * columns)
        inner = np.ascontiguousarray(small[top : rows - top, left : columns - left])
        mean, deviation = cv2.meanStdDev(inner)
        coarse = cv2.resize(inner, _COARSE, interpolation=cv2.INTER_AREA)
        centred = (coarse - mean.ravel()).astype(np.float32).ravel()
        self._contrast.append(float(deviation.max()))
        self._same.append(1.0 if self._before is None else _correlation(self._before, centred))
        self._before = centred

    def flat(self) -> list[tuple[int, int]]:
        """Return the first and last frame of every run of flat frames."""
        return _flat_runs(np.array(self._contrast))

    def finish(self) -> list[Transition]:
        """Return the fades found, in order."""
        contrast, same = np.array(self._contrast), np.array(self._same)
        found: list[Transition] = []
        for first, last in _flat_runs(contrast):
            out = _fade_length(contrast[:first][::-1], same[:first][::-1])
            into = _fade_length(contrast[last + 1 :], same[last + 2 :])
            at_out, at_in = first, last + 1
            if out and into and last - first < _SHORT:
                at_out = at_in
            if out:
                found.append(Transition("fade_out", first - out, first - 1, at_out))
            if into:
                found.append(Transition("fade_in", last + 1, last + into, at_in if first or last else None))
        return found


def _correlation(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    scale = float(np.sqrt(before @ before) * np.sqrt(after @ after))
    return float(before @ after) / scale if scale > 0 else 0.0


def _flat_runs(contrast: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the first and last frame of every run of flat frames."""
    flat = np.concatenate([[False], contrast < _FLAT, [False]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _fade_length(contrast: NDArray[np.float64], same: NDArray[np.float64]) -> int:
    """Return for how many frames the contrast grows steadily, counted away from the flat run; 0 for no fade.

    ``same[k]`` is the correlation of frames k and k + 1.
    """
    end = 0
    while end + 1 < min(len(contrast), _LONGEST) and _goes_on(contrast, same, end):
        end += 1
    grown = contrast[: end + 1]
    if len(grown) < _SHORTEST or grown[-1] < _LEAST_CONTRAST:
        return 0
    # Where the picture is whole the contrast still sways a little: the fade ends at nearly all of it.
    length = int(np.argmax(grown >= 0.985 * grown[-1]))
    steps = np.diff(np.concatenate([[0.0], grown]))
    return length if length >= _SHORTEST and steps.max() < _STEP * grown[-1] else 0


def _goes_on(contrast: NDArray[np.float64], same: NDArray[np.float64], at: int) -> bool:
    is_faint = contrast[at] < 3 * _FLAT
    step = contrast[at + 1 : at + 3].max() - contrast[at]
    return bool(step > _STEADY * contrast[at] / (at + 1) and (is_faint or same[at] > _SAME))
