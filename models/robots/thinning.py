"""The middle line of a region, and the longest way along it.

By Zhang and Suen (A fast parallel algorithm for thinning digital patterns, CACM 1984).
"""

import cv2
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

# The neighbours' bits, clockwise from the one above.
_BITS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
_HALF = ((0, 1), (1, -1), (1, 0), (1, 1))  # (rows, columns) to those neighbours that come later


def thinned(region: np.ndarray) -> np.ndarray:
    """The skeleton of `region` (H, W) bool, (H, W) bool: lines a pixel wide with its pieces' connections.

    Never empty where the region is not: what Zhang and Suen delete whole, as a square of 2 x 2, keeps a pixel.
    """
    skeleton = np.zeros_like(region)
    if not region.any():
        return skeleton
    x, y, width, height = cv2.boundingRect(region.astype(np.uint8))
    box = slice(y, y + height), slice(x, x + width)
    skeleton[box] = _thin(region[box])
    return _with_lost_pieces(skeleton, region)


def _thin(region: np.ndarray) -> np.ndarray:
    left, before = region.copy(), -1
    while before != (before := int(np.count_nonzero(left))):
        for deleted in _DELETED:
            codes = cv2.filter2D(left.astype(np.uint8), -1, _BITS, borderType=cv2.BORDER_CONSTANT)
            left &= ~deleted[codes]
    return left


def _deleted(first: bool) -> np.ndarray:
    """(256,) bool: whether a pixel with these neighbours goes in the first or second half of a round."""
    codes = np.arange(256)
    north, east, south, west = (codes >> bit & 1 for bit in (0, 2, 4, 6))
    bits = codes[:, None] >> np.arange(8) & 1
    neighbours = bits.sum(1)
    runs = (~bits.astype(bool) & np.roll(bits, -1, axis=1).astype(bool)).sum(1)
    kept = (east & south & (north | west)) if first else (north & west & (east | south))
    return (neighbours >= 2) & (neighbours <= 6) & (runs == 1) & (kept == 0)


_DELETED = _deleted(True), _deleted(False)


def _with_lost_pieces(skeleton: np.ndarray, region: np.ndarray) -> np.ndarray:
    count, pieces = cv2.connectedComponents(region.astype(np.uint8), connectivity=8)
    lost = set(range(1, count)) - set(np.unique(pieces[skeleton]).tolist())
    for piece in lost:
        row, column = np.argwhere(pieces == piece)[0]
        skeleton[row, column] = True
    return skeleton


def longest_path(skeleton: np.ndarray) -> np.ndarray:
    """The longest way along a connected `skeleton` (H, W) bool, the middles of its pixels in order, (N, 2) float64.

    Loops are cut open first. Raises ValueError where there is no skeleton.
    """
    rows, columns = np.nonzero(skeleton)
    if not rows.size:
        raise ValueError("the skeleton is empty: give a region with a pixel in it")
    tree = csgraph.minimum_spanning_tree(_graph(skeleton))
    # In a tree the farthest from anywhere is an end of the longest path.
    one_end = _farthest(csgraph.dijkstra(tree, directed=False, indices=0))
    distances, before = csgraph.dijkstra(tree, directed=False, indices=one_end, return_predecessors=True)
    way = [_farthest(distances)]
    while way[-1] != one_end:
        way.append(int(before[way[-1]]))
    return np.stack([columns[way] + 0.5, rows[way] + 0.5], axis=1)


def _farthest(distances: np.ndarray) -> int:
    return int(np.where(np.isinf(distances), -1, distances).argmax())


def _graph(skeleton: np.ndarray) -> sparse.csr_matrix:
    """Its pixels in reading order, each joined to its neighbours by their distance."""
    count = np.count_nonzero(skeleton)
    number = np.full((skeleton.shape[0] + 1, skeleton.shape[1] + 2), -1)
    number[:-1, 1:-1][skeleton] = np.arange(count)
    rows, columns = np.nonzero(number >= 0)
    ends = [number[rows + down, columns + right] for down, right in _HALF]
    starts, others = np.tile(np.arange(count), len(_HALF)), np.concatenate(ends)
    lengths = np.repeat([np.hypot(*step) for step in _HALF], count)
    joined = others >= 0
    return sparse.csr_matrix((lengths[joined], (starts[joined], others[joined])), (count, count))
