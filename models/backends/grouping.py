"""People told apart: from the centres and ways that a network answers, and from a mask to each of its people."""

from typing import Protocol, runtime_checkable

import numpy as np

# Of the paper: the least heat of a centre, and cells of the window in which only the hottest is one.
_LEAST, _WINDOW = 0.1, 7
_MOST = 50  # people: what is beyond is noise of an untrained network


@runtime_checkable
class TellsApart(Protocol):
    """A segmenter that knows who is whom."""

    def instances(self, image: np.ndarray) -> np.ndarray:
        """(height, width) uint8 of `image` (height, width, 3) uint8 RGB: whose a pixel is if it is somebody's, 1.. for
        everybody's own number, 0 where that is not known. `spread` tells it of a mask. Raises WeightsMissing.
        """
        ...


def grouped(heat: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Whose each cell is, (h, w) uint8 from 1, hottest centre first; all 0 where no centre is.

    `heat` (h, w) float32 in 0..1, 1 at a person's centre; `offset` (2, h, w) float32, as x, y in cells the way from a
    cell to its person's centre: the nearest centre to where it leads has the cell (Panoptic-DeepLab, Cheng et al.,
    CVPR 2020, section 3.2).
    """
    import cv2

    peak = (heat >= _LEAST) & (heat >= cv2.dilate(heat, np.ones((_WINDOW, _WINDOW), np.uint8)))
    rows, columns = np.nonzero(peak)
    order = np.argsort(-heat[rows, columns], kind="stable")[:_MOST]
    if not order.size:
        return np.zeros(heat.shape, np.uint8)
    y, x = np.mgrid[: heat.shape[0], : heat.shape[1]].astype(np.float32)
    away = [np.hypot(x + offset[0] - columns[one], y + offset[1] - rows[one]) for one in order]
    return (np.argmin(away, axis=0) + 1).astype(np.uint8)


def spread(numbers: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The people of `mask` (H, W) bool, (H, W) uint8: who has no number takes that of the nearest pixel of the mask
    that has one; parts of the mask that hold none share one more.

    `numbers` (H, W) uint8, 0 for none.
    """
    import cv2

    known = np.where(mask, numbers, np.uint8(0))
    if not known.any():
        return mask.astype(np.uint8)
    _, region = cv2.connectedComponents(mask.astype(np.uint8))
    told = np.zeros(int(region.max()) + 1, bool)
    told[region[known > 0]] = True
    _, label = cv2.distanceTransformWithLabels(
        (known == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros(int(label.max()) + 1, np.uint8)
    nearest[label[known > 0]] = known[known > 0]
    return np.where(mask, np.where(told[region], nearest[label], known.max() + 1), 0).astype(np.uint8)
