"""Temporal stability T (Perazzi et al., CVPR 2016, section 5.1): how much the outline's shape changes between frames.

Contours of two frames are matched point by point by their shape contexts (Belongie, Malik and Puzicha, PAMI 2002)
along the cheapest monotone path; T is the mean cost of the matched points, times 5. No truth is needed, real motion
counts as well, and it costs seconds a frame at 1080p: DAVIS gives it only for sequences without much occlusion.
"""

import numpy as np

from .arrays import as_mask, check_video
from .contours import longest_polygon

SCALE = 5.0
# Of the polygon, in pixels: DAVIS simplifies by 3 in units of half a pixel, and adds a point at least every 3.
TOLERANCE = 1.5
LONGEST_STEP = 3.0
_RADII = np.logspace(np.log10(1 / 8), np.log10(2), 5)
_ANGLES = 12
_TINY = 2.2204e-16


def temporal_stability(pred: np.ndarray) -> np.ndarray:
    """T of each frame against the next, (T,) float64, 0 where nothing changes.

    NaN in the last frame, and where either outline is empty or no polygon: a single pixel, a line of one pixel's
    width. `pred` is (T, H, W), masks of one object. DAVIS leaves out the pairs with the first and the last frame: give
    ``pred[1:-1]`` for its figure. Raises MetricError.
    """
    check_video(pred, "pred")
    values = np.full(len(pred), np.nan)
    before = shape_contexts(as_mask(pred[0], "pred[0]"))
    for index in range(1, len(pred)):
        after = shape_contexts(as_mask(pred[index], f"pred[{index}]"))
        if before is not None and after is not None:
            values[index - 1] = SCALE * matching_cost(before, after)
        before = after
    return values


def shape_contexts(mask: np.ndarray) -> np.ndarray | None:
    """Of each point of the longest outline how the others lie round it, (n, 60) in shares; None without an outline.

    The counts in 12 directions and 5 rings round the point, from an eighth to twice the mean distance of all.
    """
    polygon = longest_polygon(mask, TOLERANCE)
    if polygon is None:
        return None
    points = _filled_up(polygon)
    way = points[None] - points[:, None]
    distance = np.hypot(way[..., 0], way[..., 1])
    ring = len(_RADII) - np.searchsorted(_RADII, distance / distance.mean(), "right")
    turn = np.fmod(np.fmod(np.arctan2(way[..., 1], way[..., 0]), 2 * np.pi) + 2 * np.pi, 2 * np.pi)
    bins = (ring - 1) * _ANGLES + np.floor(turn / (2 * np.pi / _ANGLES)).astype(int)
    counts = np.zeros((len(points), len(_RADII) * _ANGLES))
    inside = ring > 0
    np.add.at(counts, (np.nonzero(inside)[0], bins[inside]), 1)
    return counts / (counts.sum(axis=1, keepdims=True) + _TINY)


def _filled_up(polygon: np.ndarray) -> np.ndarray:
    """The polygon with points added on its sides, so that none is further than `LONGEST_STEP` from the next."""
    sides = np.diff(polygon, axis=0)
    parts = np.maximum(1, np.ceil(np.hypot(sides[:, 0], sides[:, 1]) / LONGEST_STEP)).astype(int)
    on_side = np.repeat(np.arange(len(sides)), parts)
    within = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    return np.vstack([polygon[on_side] + (within / parts[on_side])[:, None] * sides[on_side], polygon[-1:]])


def matching_cost(here: np.ndarray, there: np.ndarray) -> float:
    """The mean chi-square cost of the points matched one to one, of two (n, 60)."""
    costs = _chi_square(here, there)
    path = cheapest_path(costs)
    # Begun anew behind the best match: contours do not start at the same place.
    best = path[1:][::-1][np.argmin(costs[tuple(path[1:][::-1].T)])] if len(path) > 1 else path[0]
    turned = np.roll(costs, -(best + 1), axis=(0, 1))
    pairs = (cheapest_path(turned) + best + 1) % costs.shape
    pairs = _best_of_each(_best_of_each(pairs, costs, 0), costs, 1)
    return float(costs[tuple(pairs.T)].mean())


def _chi_square(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Costs (n, m)."""
    costs = np.zeros((len(here), len(there)))
    for bin_ in range(here.shape[1]):
        left, right = here[:, bin_, None], there[None, :, bin_]
        costs += (left - right) ** 2 / (left + right + _TINY)
    return costs / 2


def cheapest_path(costs: np.ndarray) -> np.ndarray:
    """The cells (k, 2) of the path from the first cell of (n, m) to the last, by steps of one down, right or both,
    whose costs without the first cell's are least."""
    reached = np.full((costs.shape[0] + 1, costs.shape[1] + 1), np.inf)
    reached[1, 1] = 0
    for total in range(1, sum(costs.shape) - 1):
        rows = np.arange(max(0, total - costs.shape[1] + 1), min(total, costs.shape[0] - 1) + 1)
        columns = total - rows
        least = np.minimum(np.minimum(reached[rows, columns + 1], reached[rows + 1, columns]), reached[rows, columns])
        reached[rows + 1, columns + 1] = costs[rows, columns] + least
    cell = np.array(costs.shape) - 1
    path = [cell]
    while cell.any():
        back = [cell - step for step in ((1, 1), (1, 0), (0, 1))]
        cell = min(back, key=lambda one: reached[one[0] + 1, one[1] + 1])
        path.append(cell)
    return np.array(path[::-1])


def _best_of_each(pairs: np.ndarray, costs: np.ndarray, side: int) -> np.ndarray:
    """Of the pairs (k, 2) with the same point on one side the cheapest."""
    order = np.lexsort((costs[tuple(pairs.T)], pairs[:, side]))
    _, first = np.unique(pairs[order, side], return_index=True)
    return pairs[order][first]
