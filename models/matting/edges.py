"""From a hard mask to a matte, as the platform and `predict` do it: a band of doubt along the edge, solved."""

import numpy as np

from models import planes

from .trimap import band_radius, band_trimap


def edge_trimap(mask: np.ndarray) -> np.ndarray | None:
    """The trimap along a mask's edge; `mask` (height, width) uint8 0/255.

    None where background, edge or sure person is missing, as with nobody or with a thread of two pixels: then there
    is nothing to solve by, and the mask is the matte.
    """
    trimap = band_trimap(mask, band_radius(*mask.shape))
    return trimap if all((trimap == level).any() for level in (0, 128, 255)) else None


def edge_matte(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The matte (height, width) uint8 of a mask of the same kind, by our own solver.

    `image` is (height, width, 3) uint8 RGB.
    """
    trimap = edge_trimap(mask)
    if trimap is None:
        return mask
    from .torch_closed_form import torch_closed_form  # torch takes seconds: only when it is needed

    return planes.snap(torch_closed_form(image, trimap))
