"""Direct solution of a symmetric positive system of small blocks, such as one of tiles that touch their neighbours.

Tiles along an outline are a row in which only near ones touch, once they stand in the order of Cuthill and McKee
("Reducing the bandwidth of sparse symmetric matrices", 1969). Then all else than a band of the Cholesky factors is 0,
and LAPACK goes through it from one end to the other: at 1920x1080 with a tenth unknown in half the time of SuperLU, and
factors it in a fifth. What is wide in both directions has no narrow band, and is SuperLU's.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

Inverse = Callable[[np.ndarray], np.ndarray]

_WIDEST = 256  # unknowns; beyond, SuperLU's factors are fewer (both take 2.5 ms a solve at 190)


def inverse(blocks: np.ndarray, near: np.ndarray) -> Inverse:
    """Of the matrix whose block j of row i, `blocks` (n, k, S, S) float32, stands in column `near` (n, k), and nowhere
    where that is n. A function of (n, S) float32, to single precision."""
    from scipy.linalg import LinAlgError

    order, place = _in_a_row(near)
    widest = int((place[:-1, None] - place[near]).max()) + 1
    if widest * blocks.shape[-1] <= _WIDEST:
        try:
            return _banded(blocks, near, order, place, widest)
        except LinAlgError:  # so nearly singular that rounding makes it negative
            pass
    return _sparse(blocks, near)


def _in_a_row(near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which unknown stands at each place, and the place of each; nobody's comes last."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    _, columns, ends = _held(near)
    touching = csr_array((np.ones(len(columns), np.int8), columns, ends), shape=(len(near), len(near)))
    order = reverse_cuthill_mckee(touching, symmetric_mode=True)
    place = np.empty(len(near) + 1, np.int64)
    place[order], place[-1] = np.arange(len(near)), len(near)
    return order, place


def _held(near: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which blocks there are, and row by row their columns and where the row ends."""
    held = near < len(near)
    return held, near[held], np.append(0, np.cumsum(held.sum(axis=1)))


def _banded(blocks: np.ndarray, near: np.ndarray, order: np.ndarray, place: np.ndarray, widest: int) -> Inverse:
    from scipy.linalg import cholesky_banded

    factors = cholesky_banded(_band(blocks, near, place, widest), overwrite_ab=True, lower=True)
    return partial(_solve_banded, factors, order)


def _band(blocks: np.ndarray, near: np.ndarray, place: np.ndarray, widest: int) -> np.ndarray:
    """The lower half as LAPACK wants it: entry (i, j) of the matrix at [i - j, j], in Fortran's order."""
    count, _, side, _ = blocks.shape
    width = side * widest
    row, slot = np.nonzero(place[near] <= place[:-1, None])
    within = np.arange(side)
    column = (side * place[near[row, slot]])[:, None, None] + within
    below = (side * place[row])[:, None, None] + within[:, None] - column
    lower = below >= 0
    band = np.zeros((count * side, width), np.float32)
    band.ravel()[(column * width + below)[lower]] = blocks[row, slot][lower]
    return band.T


def _solve_banded(factors: np.ndarray, order: np.ndarray, right: np.ndarray) -> np.ndarray:
    from scipy.linalg import cho_solve_banded

    solved = cho_solve_banded((factors, True), right[order].ravel(), overwrite_b=True, check_finite=False)
    found = np.empty_like(right)
    found[order] = solved.reshape(right.shape)
    return found


def _sparse(blocks: np.ndarray, near: np.ndarray) -> Inverse:
    from scipy import sparse
    from scipy.sparse import linalg

    held, columns, ends = _held(near)
    side = blocks.shape[-1]
    rows = sparse.bsr_array((blocks[held], columns, ends), shape=(side * len(near), side * len(near))).tocsr()
    # Symmetric: the rows are the columns that SuperLU wants.
    options = {"SymmetricMode": True}
    factors = linalg.splu(rows.T, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
    return lambda right: factors.solve(right.ravel()).reshape(right.shape)
