"""Closed-form alpha inside an uncertain band.

Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting" (PAMI 2008). What is known is
eliminated instead of held by a penalty, and rows are built for the band alone, so that a narrow band at 1080p is
a system of some ten thousand pixels, which a sparse direct solver takes in half a second (the reduction in He,
Sun, Tang, "Fast Matting Using Large Kernel Matting Laplacian Matrices", CVPR 2010, has the same aim).
"""

import numpy as np

from .laplacian import Rows, laplacian_rows

# Ties an unknown region that touches nothing known to the prior; far below what moves any other pixel a level.
_RIDGE = 1e-8
# Above this many unknown pixels the factors of a direct solve outgrow a gigabyte; iterate instead.
_DIRECT_LIMIT = 200_000


def closed_form(
    image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None, epsilon: float = 1e-7
) -> np.ndarray:
    """Alpha (height, width) float32 in 0..1 of `image` (height, width, 3) uint8 RGB.

    `trimap` (height, width) uint8: 0 is background, 255 person, all else unknown. `prior` (height, width) float
    in 0..1 is a first guess: the answer where nothing known is connected, and the start of the iteration that
    very wide bands need; it moves nothing else. Raises ValueError when the shapes do not fit.
    """
    if image.shape != (*trimap.shape, 3) or (prior is not None and prior.shape != trimap.shape):
        raise ValueError(f"image {image.shape}, trimap {trimap.shape} and prior do not fit together")
    alpha = (trimap == 255).astype(np.float64)
    unknown = (trimap != 0) & (trimap != 255)
    if unknown.any():
        rows = laplacian_rows(image, unknown, epsilon)
        guess = np.full(rows.pixel.size, 0.5) if prior is None else prior.ravel()[rows.pixel]
        alpha.ravel()[rows.pixel] = np.clip(_solve(rows, unknown, alpha, guess), 0, 1)
    return alpha.astype(np.float32)


def _solve(rows: Rows, unknown: np.ndarray, alpha: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """Alpha of the unknown pixels: (L_uu + ridge) x = ridge * guess - L_uk alpha_k."""
    from scipy import sparse
    from scipy.sparse import linalg

    matrix, known = _reduced(rows, unknown, alpha)
    size = rows.pixel.size
    system = (matrix + _RIDGE * sparse.eye_array(size, format="csc")).tocsc()
    right = _RIDGE * guess - known
    if size <= _DIRECT_LIMIT:
        symmetric = {"SymmetricMode": True}
        factors = linalg.splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=symmetric)
        return factors.solve(right)
    scaling = sparse.diags_array(1 / system.diagonal())
    # Measured at this residual: the mean alpha is within 0.0013 of the direct solve's (57,729 pixels).
    found, _ = linalg.cg(system, right, guess, rtol=0, atol=4e-5 * size**0.5, maxiter=2000, M=scaling)
    return found


def _reduced(rows: Rows, unknown: np.ndarray, alpha: np.ndarray):
    """L_uu as a symmetric sparse matrix (n, n), and L_uk alpha_k (n,)."""
    from scipy import sparse

    inside = unknown.ravel()[rows.neighbour] & (rows.weight != 0)
    row_of = np.zeros(unknown.size, np.int32)
    row_of[rows.pixel] = np.arange(rows.pixel.size, dtype=np.int32)
    # alpha is still 0 in the unknown region, so the sum runs over what is known.
    known = (rows.weight * alpha.ravel()[rows.neighbour]).sum(axis=0)
    by_row = inside.T
    ends = np.concatenate(([0], np.cumsum(by_row.sum(axis=1)))).astype(np.int32)
    entries = rows.weight.T[by_row], row_of[rows.neighbour].T[by_row], ends
    return sparse.csc_array(entries, shape=(rows.pixel.size, rows.pixel.size)), known
