"""From a hard mask to a matte, as the platform and `predict` do it: a band of doubt along the edge, solved."""

import numpy as np

from models import planes

from .trimap import band_radius, band_trimap

# Half of the rounds of the whole solve; against true alpha of portraits at 1080p it errs as much.
_BEGUN = 2e-3


def edge_trimap(mask: np.ndarray) -> np.ndarray | None:
    """The trimap along a mask's edge; `mask` (height, width) uint8 0/255.

    None where background, edge or sure person is missing, as with nobody or with a thread of two pixels: then there
    is nothing to solve by, and the mask is the matte.
    """
    trimap = band_trimap(mask, band_radius(*mask.shape))
    return trimap if all((trimap == level).any() for level in (0, 128, 255)) else None


def edge_band(mask: np.ndarray) -> np.ndarray:
    """(height, width) bool: what `edge_matte` solves; the rest of its matte is the mask."""
    trimap = edge_trimap(mask)
    return np.zeros(mask.shape, bool) if trimap is None else trimap == 128


def edge_matte(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The matte (height, width) uint8 of a mask of the same kind, by our own solver.

    `image` is (height, width, 3) uint8 RGB.
    """
    trimap = edge_trimap(mask)
    if trimap is None:
        return mask
    from .torch_closed_form import torch_closed_form  # torch takes seconds: only when it is needed

    return planes.snap(torch_closed_form(image, trimap))


def begun(image: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    """Alpha (height, width) float32 in 0..1 for stage 2 to mend: the closed form, ended early.

    `image` (height, width, 3) uint8 RGB, `trimap` (height, width) uint8.
    """
    from .torch_closed_form import torch_closed_form

    return torch_closed_form(image, trimap, tolerance=_BEGUN)
