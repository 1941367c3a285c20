"""What the metrics accept, checked once at the door."""

from collections.abc import Iterator

import numpy as np

# DAVIS writes this where nobody is judged.
VOID = 255


class MetricError(ValueError):
    """Two arrays, or two folders, cannot be compared. The message says why, and what to give instead."""


def mask_pairs(
    true: np.ndarray, pred: np.ndarray, void: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The frames of two (T, H, W) masks as pairs of bool (H, W), void pixels belonging to neither.

    A mask is bool, or holds 0 and one other value. `void` is (T, H, W), or (H, W) for every frame; what is not 0
    in it is void. Raises MetricError.
    """
    void = _fit(true, pred, void=void)
    for index in range(len(true)):
        pair = as_mask(true[index], f"true[{index}]"), as_mask(pred[index], f"pred[{index}]")
        yield pair if void is None else without(void[index] != 0, *pair)


def alpha_pairs(
    true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """The frames of two (T, H, W) alphas in 0..1 as float32 (H, W), with the region that counts (None: all of it).

    Alphas are compared in float32 whatever they came in: 153/255 >= 0.6 holds in float32 and not in float64, so
    level sets, and with them the connectivity error, would move. Raises MetricError.
    """
    unknown = _fit(true, pred, unknown=unknown)
    for index in range(len(true)):
        region = None if unknown is None else unknown[index] != 0
        yield as_alpha(true[index], f"true[{index}]"), as_alpha(pred[index], f"pred[{index}]"), region


def as_mask(frame: np.ndarray, name: str = "the mask") -> np.ndarray:
    """A bool (H, W). Raises MetricError where more than one value stands for "inside"."""
    if frame.dtype == bool:
        return frame
    inside = frame != 0
    most = frame.max(initial=0)
    if np.count_nonzero(inside) != np.count_nonzero(frame == most) and inside.any():
        values = ", ".join(str(value) for value in np.unique(frame)[:6])
        raise MetricError(
            f"{name} holds the values {values}: a mask holds 0 and one other. Give one object at a time "
            f"(labels == id), and what is void as void="
        )
    return inside


def as_alpha(frame: np.ndarray, name: str = "the alpha") -> np.ndarray:
    """A float32 (H, W) in 0..1. Raises MetricError on NaN, and on anything outside 0..1."""
    if not np.issubdtype(frame.dtype, np.floating) and frame.dtype != bool:
        raise MetricError(f"{name} is {frame.dtype}: alpha is a float in 0..1; divide 8 bits by 255")
    alpha = frame.astype(np.float32, copy=False)
    least, most = alpha.min(initial=0), alpha.max(initial=0)
    if np.isnan(least) or np.isnan(most):
        raise MetricError(f"{name} holds NaN")
    if least < 0 or most > 1:
        raise MetricError(f"{name} reaches from {least:g} to {most:g}: alpha lies in 0..1")
    return alpha


def without(void: np.ndarray, true: np.ndarray, pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both masks (H, W) where nothing is void."""
    judged = ~void
    return true & judged, pred & judged


def check_video(array: np.ndarray, name: str) -> None:
    """Raise MetricError unless the array is (T, H, W) and holds a pixel."""
    if not isinstance(array, np.ndarray) or array.ndim != 3:
        shape = getattr(array, "shape", type(array).__name__)
        raise MetricError(f"{name} is {shape}, not (frames, height, width): give one picture as {name}[None]")
    if 0 in array.shape:
        raise MetricError(f"{name} is {array.shape}: there is nothing in it")


def _fit(true: np.ndarray, pred: np.ndarray, **region: np.ndarray | None) -> np.ndarray | None:
    """Check the shapes; the region is spread over all frames where it was given for one."""
    check_video(true, "true")
    check_video(pred, "pred")
    if true.shape != pred.shape:
        raise MetricError(f"true is {true.shape} and pred {pred.shape}: give both the same frames and size")
    ((name, wanted),) = region.items()
    if wanted is None:
        return None
    wanted = np.asarray(wanted)
    if wanted.shape not in (true.shape, true.shape[1:]):
        raise MetricError(f"{name} is {wanted.shape}, true {true.shape}: give it for each frame, or once for all")
    return np.broadcast_to(wanted, true.shape)
