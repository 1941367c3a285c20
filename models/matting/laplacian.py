"""The matting Laplacian, only those of its rows that belong to unknown pixels.

Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting" (PAMI 2008), equation 12: for every
3x3 window k with colour mean m and covariance S, pixels i and j of it add
`d_ij - (1 + (I_i - m)^T (S + eps/9)^-1 (I_j - m)) / 9`. A narrow band touches few windows, so the cost follows
the band and not the picture.
"""

from dataclasses import dataclass

import numpy as np

REACH = 2  # a pixel shares windows with its 5x5 neighbours
_AROUND = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
_STENCIL = [(dy, dx) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)]
_BLOCK = 4096  # windows at once: what is made of them stays in the processor's cache


@dataclass(frozen=True)
class Rows:
    """Rows of the Laplacian for `n` unknown pixels, one column of these arrays a pixel.

    `pixel` (n,) int64: flat indices into the picture, ascending. `neighbour` (25, n) int64: flat indices of the
    5x5 neighbours, row by row; outside the picture they point anywhere in it, at weight 0. `weight` (25, n)
    float64: the row over them.
    """

    pixel: np.ndarray
    neighbour: np.ndarray
    weight: np.ndarray


def laplacian_rows(image: np.ndarray, unknown: np.ndarray, epsilon: float) -> Rows:
    """Rows for the True pixels of `unknown` (height, width) bool on `image` (height, width, 3) uint8 RGB.

    `epsilon` is Levin's regulariser for colours in 0..1. A picture under 3 pixels a side has no window, and all
    its weights are 0.
    """
    width = unknown.shape[1]
    pixel = np.flatnonzero(unknown)
    weight = np.zeros((len(_STENCIL), pixel.size + 1))
    row_of = np.full(unknown.size, pixel.size, np.int64)  # the last column takes what belongs to known pixels
    row_of[pixel] = np.arange(pixel.size)
    steps = np.array([dy * width + dx for dy, dx in _AROUND])[:, None]
    colours = image.reshape(-1, 3)
    centres = _centres(unknown)
    for start in range(0, centres.size, _BLOCK):
        members = centres[start : start + _BLOCK] + steps
        _add(weight, row_of[members], colours[members].transpose(2, 0, 1) / 255.0, epsilon)
    reach = np.array([dy * width + dx for dy, dx in _STENCIL])[:, None]
    return Rows(pixel, np.clip(pixel + reach, 0, unknown.size - 1), weight[:, :-1])


def _centres(unknown: np.ndarray) -> np.ndarray:
    """Flat centres of the windows that lie inside the picture and hold an unknown pixel."""
    import cv2

    near = cv2.dilate(unknown.astype(np.uint8), np.ones((3, 3), np.uint8))
    near[[0, -1]] = 0
    near[:, [0, -1]] = 0
    return np.flatnonzero(near)


def _add(weight: np.ndarray, rows: np.ndarray, colours: np.ndarray, epsilon: float) -> None:
    """Add the terms of windows with `colours` (3, 9, k) to the rows (9, k) of their pixels.

    For one place in the window no pixel comes twice, so `+=` loses none.
    """
    apart = colours - colours.mean(axis=1, keepdims=True)
    whitened = _whiten(apart, epsilon)
    for i, (yi, xi) in enumerate(_AROUND):
        for j, (yj, xj) in enumerate(_AROUND):
            affinity = (whitened[:, i] * apart[:, j]).sum(axis=0)
            column = _STENCIL.index((yj - yi, xj - xi))
            weight[column][rows[i]] += (i == j) - (1 + affinity) / 9


def _whiten(apart: np.ndarray, epsilon: float) -> np.ndarray:
    """(S + eps/9)^-1 (I - m) for `apart` = I - m (3, 9, k): (3, 9, k). The inverse is written out by cofactors:
    numpy's batched one is several times as slow on 3x3."""
    r, g, b = apart
    rr, gg, bb = ((channel * channel).sum(axis=0) / 9 + epsilon / 9 for channel in apart)
    rg, rb, gb = (r * g).sum(axis=0) / 9, (r * b).sum(axis=0) / 9, (g * b).sum(axis=0) / 9
    c_rr, c_rg, c_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    c_gg, c_gb, c_bb = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
    scale = 1 / (rr * c_rr + rg * c_rg + rb * c_rb)
    return np.stack(
        [
            (c_rr * r + c_rg * g + c_rb * b) * scale,
            (c_rg * r + c_gg * g + c_gb * b) * scale,
            (c_rb * r + c_gb * g + c_bb * b) * scale,
        ]
    )
