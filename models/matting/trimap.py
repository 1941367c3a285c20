"""Where a mask's edge is uncertain."""

import numpy as np


def band_radius(height: int, width: int) -> int:
    """Half the width, in pixels, of the band along a mask's edge: 0.4 % of the diagonal, at least 2."""
    return max(2, round(0.004 * float(np.hypot(height, width))))


def band_trimap(mask: np.ndarray, radius: int) -> np.ndarray:
    """Trimap (height, width) uint8 with 128 within `radius` pixels of the mask's edge, on both sides.

    `mask` is (height, width) uint8, 0 or 255. A part of the person thinner than the band stays known along its
    middle line as far as one pixel: without it the solver would have no person's colour to hold on to.
    """
    import cv2

    size = 2 * radius + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    # Beyond the picture's border the person goes on: the band follows the outline, not the border.
    outer = cv2.dilate(mask, disc, borderType=cv2.BORDER_REPLICATE)
    core = cv2.erode(mask, disc, borderType=cv2.BORDER_REPLICATE)
    inner = cv2.max(core, _middle_lines(mask, core, disc))
    trimap = np.where(outer > 0, np.uint8(128), np.uint8(0))
    trimap[inner > 0] = 255
    return trimap


def _middle_lines(mask: np.ndarray, inner: np.ndarray, disc: np.ndarray) -> np.ndarray:
    """Ridges of the distance to the edge, in the parts that opening by the disc would lose."""
    import cv2

    thin = (mask > 0) & (cv2.dilate(inner, disc) == 0)
    if not thin.any():
        return np.zeros_like(mask)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    ridge = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth >= 1.5)
    return np.where(thin & ridge, np.uint8(255), np.uint8(0))
