"""A cut-out on a new background: clean colours at its edge, and the sum itself."""

import numpy as np

from .inputs import Fault, MattingError, check_alpha, check_image


def composite(foreground: np.ndarray, alpha: np.ndarray, background: np.ndarray | tuple[int, int, int]) -> np.ndarray:
    """alpha F + (1 - alpha) B, (H, W, 3) uint8, rounded to nearest.

    `foreground` (H, W, 3) uint8 RGB, `alpha` (H, W) float in 0..1, `background` a picture of the same size or one
    RGB colour in 0..255. Raises MattingError for what does not fit.
    """
    _check(foreground, alpha)
    behind = np.asarray(background)
    if behind.shape not in (foreground.shape, (3,)):
        raise MattingError(
            Fault.SHAPE, f"the background is {behind.shape}: give one colour, or a picture of {foreground.shape}"
        )
    if behind.min() < 0 or behind.max() > 255:
        raise MattingError(Fault.RANGE, "the background's colour lies outside 0..255")
    share = alpha.astype(np.float32)[..., None]
    return np.rint(share * foreground + (1 - share) * behind.astype(np.float32)).astype(np.uint8)


def extend_edges(foreground: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The foreground with each pixel of alpha 0 in the colour of its nearest pixel above 0, (H, W, 3) uint8.

    A program that scales or filters the cut-out mixes neighbours across the edge: colour that goes on past it leaves
    no dark or tinted rim. `foreground` (H, W, 3) uint8, `alpha` (H, W) float in 0..1. Where alpha is 0 everywhere
    nothing changes. Raises MattingError for what does not fit.
    """
    import cv2

    _check(foreground, alpha)
    empty = alpha <= 0
    if empty.all() or not empty.any():
        return foreground.copy()
    _, label = cv2.distanceTransformWithLabels(
        empty.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    source = np.zeros(label.max() + 1, np.int64)
    source[label[~empty]] = np.flatnonzero(~empty)
    return foreground.reshape(-1, 3)[source[label]]


def despill(foreground: np.ndarray, alpha: np.ndarray, screen: tuple[int, int, int], depth: int = 8) -> np.ndarray:
    """The foreground without the light that a coloured screen throws on the person's edge, (H, W, 3) uint8.

    `screen` is the screen's RGB colour: its strongest channel is held to the mean of the other two where alpha is
    above 0 and below 1, and less and less so up to `depth` pixels into the person: a green jade further in stays
    green. `foreground` (H, W, 3) uint8, `alpha` (H, W) float in 0..1. Raises MattingError for a grey screen.
    """
    _check(foreground, alpha)
    order = np.argsort(screen)
    if screen[order[2]] == screen[order[1]]:
        raise MattingError(Fault.RANGE, f"no channel of the screen {tuple(screen)} stands out: give its own colour")
    channel = int(order[2])
    others = [one for one in range(3) if one != channel]
    clean = foreground.astype(np.float32)
    limit = np.minimum(clean[..., channel], clean[..., others].mean(axis=2))
    clean[..., channel] += _nearness(alpha, depth) * (limit - clean[..., channel])
    return np.rint(clean).astype(np.uint8)


def _nearness(alpha: np.ndarray, depth: int) -> np.ndarray:
    """(H, W) float32: 1 in the soft edge, down to 0 at `depth` pixels inside the person, 0 outside."""
    import cv2

    inside = cv2.distanceTransform((alpha >= 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.where(alpha > 0, np.clip(1 - inside / depth, 0, 1), 0).astype(np.float32)


def _check(foreground: np.ndarray, alpha: np.ndarray) -> None:
    check_image(foreground)
    check_alpha(alpha, foreground)
