"""The outline of a mask as a polygon along the edges of pixels, as DAVIS's measure of stability wants it.

Corners of pixels are points (column, row). Outlines are loops that cross neither themselves nor each other: where
two pixels touch by a corner only, a loop turns.
"""

import numpy as np

# Right, down, left, up: the step along an edge.
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def longest_polygon(mask: np.ndarray, tolerance: float) -> np.ndarray | None:
    """The polygon of most points among a bool (H, W)'s outlines, (n, 2) float64, its first point again at its end.

    Each outline is simplified (Douglas and Peucker, 1973) so that no corner lies further than `tolerance` pixels
    from it. None where no outline has more than three points left, as for an empty mask.
    """
    longest = None
    for loop in loops(mask):
        polygon = simplified(simplified(loop, 0.05), tolerance)
        if len(polygon) > 3 and (longest is None or len(polygon) >= len(longest)):
            longest = polygon
    return longest


def loops(mask: np.ndarray) -> list[np.ndarray]:
    """The simple outlines of a bool (H, W), each (n, 2) int64 with the first corner again at the end."""
    edges = _edges(mask)
    found = []
    for start in sorted(edges, key=lambda corner: (corner[1], corner[0])):
        while edges.get(start):
            found += _simple(_traced(edges, start))
    return [np.array(loop) for loop in found]


def _edges(mask: np.ndarray) -> dict[tuple[int, int], list[int]]:
    """Per corner the ways on which an outline leaves it, with the mask on the right hand."""
    wide = np.pad(mask, 1).astype(np.int8)
    down = wide[1:, :] - wide[:-1, :]
    across = wide[:, 1:] - wide[:, :-1]
    leaving: dict[tuple[int, int], list[int]] = {}
    # A top edge runs to the right, a bottom edge to the left, a right edge down, a left edge up.
    for way, (rows, columns), shift in (
        (0, np.nonzero(down == 1), (-1, 0)),
        (2, np.nonzero(down == -1), (0, 0)),
        (1, np.nonzero(across == -1), (0, -1)),
        (3, np.nonzero(across == 1), (0, 0)),
    ):
        for column, row in zip((columns + shift[0]).tolist(), (rows + shift[1]).tolist(), strict=True):
            leaving.setdefault((column, row), []).append(way)
    return leaving


def _traced(edges: dict[tuple[int, int], list[int]], start: tuple[int, int]) -> list[tuple[int, int]]:
    """Follow the outline from a corner until it comes back, taking its edges away."""
    way = edges[start].pop()
    walked = [start]
    at = (start[0] + _STEPS[way][0], start[1] + _STEPS[way][1])
    while at != start:
        walked.append(at)
        ways = edges[at]
        # Straight on does not occur where two loops meet: a right turn stays with the pixel.
        way = ways.pop(ways.index((way + 1) % 4) if (way + 1) % 4 in ways else 0)
        at = (at[0] + _STEPS[way][0], at[1] + _STEPS[way][1])
    return [*walked, start]


def _simple(walked: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The loop parted at corners that it passes twice."""
    found: list[list[tuple[int, int]]] = []
    on_way: list[tuple[int, int]] = []
    passed: set[tuple[int, int]] = set()
    for corner in walked:
        if corner in passed:
            since = on_way.index(corner)
            found.append([*on_way[since:], corner])
            passed -= set(on_way[since + 1 :])
            del on_way[since + 1 :]
        else:
            passed.add(corner)
            on_way.append(corner)
    return found


def simplified(line: np.ndarray, tolerance: float) -> np.ndarray:
    """The points of a line (n, 2) that keep it within `tolerance` of all; its ends are kept.

    Points nearer than the tolerance to the last one kept are dropped first, as in the library that DAVIS uses.
    """
    points = _thinned(line.astype(np.float64), tolerance)
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    open_parts = [(0, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        distances = _from_segment(points[first + 1 : last], points[first], points[last])
        far = int(np.argmax(distances))
        if distances[far] > tolerance**2:
            split = first + 1 + far
            kept[split] = True
            open_parts += [(first, split), (split, last)]
    return points[kept]


def _thinned(points: np.ndarray, tolerance: float) -> np.ndarray:
    kept, last = [0], points[0]
    for index in range(1, len(points) - 1):
        step = points[index] - last
        if step @ step >= tolerance**2:
            kept.append(index)
            last = points[index]
    return points[[*kept, len(points) - 1]]


def _from_segment(points: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Squared distances (n,) of points (n, 2) from a segment."""
    along = last - first
    length = along @ along
    share = np.clip((points - first) @ along / length, 0, 1) if length else np.zeros(len(points))
    return ((points - first - share[:, None] * along) ** 2).sum(axis=1)
