"""How a matte's error changes from frame to frame: dtSSD and MESSDdt (Erofeev et al., BMVC 2015), and flicker.

As with `matte`, a figure belongs to a profile. ``rvm`` compares a frame with the one before, over the whole frame;
``vm108`` with the one after, over the unknown region of the current frame, as sums. ``dim`` is a profile of
pictures and has neither.
"""

import numpy as np

from .arrays import MetricError, alpha_pairs, check_video
from .matte import profile_of


def dtssd(true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm") -> np.ndarray:
    """Root of the squared difference between both alphas' changes from frame to frame, (T,) float64.

    `true`, `pred` are (T, H, W) floats in 0..1, `unknown` (T, H, W) or (H, W). Under ``rvm`` the root of the mean,
    times 100, against the frame before; the first frame is 0 and enters the mean, as in the public sheets. Under
    ``vm108`` the root of the sum inside `unknown`, against the next frame; the last frame is 0. Raises MetricError.
    """
    about = _moving(profile, unknown)
    frames = list(alpha_pairs(true, pred, unknown))
    values = np.zeros(len(frames))
    for index, (earlier, later) in enumerate(zip(frames, frames[1:], strict=False)):
        change = (_error(earlier) - _error(later)) ** 2
        if about.unknown_only:
            values[index] = np.sqrt(change[earlier[2]].sum(dtype=np.float64))
        else:
            values[index + 1] = 100 * np.sqrt(change.mean(dtype=np.float64))
    return values


def messddt(
    true: np.ndarray, pred: np.ndarray, flow: np.ndarray, unknown: np.ndarray | None = None, profile: str = "vm108"
) -> np.ndarray:
    """Sum of the changes of squared error along the motion, (T,) float64; the last frame is 0.

    `flow` is (T - 1, H, W, 2): the way (right, down) in pixels of each pixel to the next frame, NaN where it is not
    known; such pixels are left out. The next frame is read between its pixels linearly, and as 0 outside of it.
    Other arguments as in `dtssd`, of which only ``vm108`` is defined here. Raises MetricError.
    """
    if profile != "vm108":
        raise MetricError(f"MESSDdt is defined under 'vm108', not {profile!r}")
    _moving(profile, unknown)
    check_video(true, "true")
    flow = _as_flow(flow, (len(true) - 1, *true.shape[1:], 2))
    frames = list(alpha_pairs(true, pred, unknown))
    values = np.zeros(len(frames))
    for index, (earlier, later) in enumerate(zip(frames, frames[1:], strict=False)):
        values[index] = _along(flow[index], earlier, later)
    return values


def flicker(alpha: np.ndarray) -> np.ndarray:
    """How much an alpha (T, H, W) in 0..1 goes back and forth, (T,) float64, times 1000; 0 in the first and last frame.

    Mean over the pixels that are soft or change in the three frames round each one of min(|a - before|, |a - after|)
    where the alpha turns back (the two differences have one sign). What moves on steadily does not count.
    """
    check_video(alpha, "alpha")
    values = np.zeros(len(alpha))
    for index in range(1, len(alpha) - 1):
        values[index] = _turning(*(frame.astype(np.float32, copy=False) for frame in alpha[index - 1 : index + 2]))
    return values


def excess_flicker(true: np.ndarray, pred: np.ndarray) -> np.ndarray:
    """Flicker of the prediction beyond the truth's own, (T,) float64, times 1000: below 0 where it is the calmer.

    Arguments as in `dtssd`. Raises MetricError.
    """
    for _ in alpha_pairs(true, pred):
        pass
    return flicker(pred) - flicker(true)


def _moving(profile: str, unknown: np.ndarray | None):
    if profile == "dim":
        raise MetricError("profile 'dim' is of single pictures: it has no figure over time; take 'rvm' or 'vm108'")
    return profile_of(profile, unknown)


def _as_flow(flow: np.ndarray, wanted: tuple[int, ...]) -> np.ndarray:
    """Numbers of the wanted shape. Raises MetricError."""
    array = np.asarray(flow)
    if array.shape != wanted or array.dtype.kind not in "fiu":
        found = array.shape if array.shape and array.dtype.kind in "fiu" else type(flow).__name__
        raise MetricError(
            f"flow is {found}, not (frames - 1, height, width, 2) = {wanted}: give the way (right, down) in pixels of "
            f"each pixel to the next frame"
        )
    return array


def _error(frame: tuple) -> np.ndarray:
    true, pred, _ = frame
    return pred - true


def _along(flow: np.ndarray, earlier: tuple, later: tuple) -> float:
    y, x = np.nonzero(earlier[2] & ~np.isnan(flow).any(axis=-1))
    at = x + flow[y, x, 0].astype(np.float64), y + flow[y, x, 1].astype(np.float64)
    there = _between(later[1], *at) - _between(later[0], *at)
    return float(np.abs(_error(earlier)[y, x].astype(np.float64) ** 2 - there**2).sum())


def _between(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The picture's value at points between its pixels, 0 beyond its edge."""
    edged = np.pad(picture, 1).astype(np.float64)
    (left, right), (top, down) = (_parted(at + 1, size) for at, size in ((x, edged.shape[1]), (y, edged.shape[0])))
    upper = edged[top, left] * (1 - right) + edged[top, left + 1] * right
    lower = edged[top + 1, left] * (1 - right) + edged[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def _parted(at: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The pixel at or before each place of an axis, and how far beyond it the place is, 0..1."""
    at = np.clip(at, 0, size - 1)
    first = np.minimum(np.floor(at).astype(int), size - 2)
    return first, at - first


def _turning(before: np.ndarray, now: np.ndarray, after: np.ndarray) -> float:
    to, on = now - before, after - now
    counted = ((now > 0) & (now < 1)) | (to != 0) | (on != 0)
    if not counted.any():
        return 0.0
    to, on = to[counted], on[counted]
    back = np.where(to * on < 0, np.minimum(np.abs(to), np.abs(on)), 0)
    return 1000 * float(back.mean(dtype=np.float64))
