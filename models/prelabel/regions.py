"""Connected regions of a mask, and pictures brought to a size."""

import numpy as np

Box = tuple[float, float, float, float]


def resize_to(image: np.ndarray, longest: int) -> np.ndarray:
    """The picture with its long side at most `longest` pixels, by area averaging; a smaller one as it is."""
    import cv2

    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(image)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def boxes_of(mask: np.ndarray, smallest: float) -> list[tuple[Box, np.ndarray]]:
    """(box, region) of every connected region (8 neighbours) of at least `smallest` of the area, largest first.

    A box is (left, top, right, bottom), the last two exclusive; a region is a bool array like `mask`.
    """
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable") + 1
    found: list[tuple[Box, np.ndarray]] = []
    for number in order:
        left, top, wide, high, area = (int(side) for side in stats[number])
        if area >= smallest * mask.size:
            found.append(((left, top, left + wide, top + high), labels == number))
    return found


def scaled(box: Box, scale: float) -> Box:
    """The box in a picture `scale` times as large."""
    left, top, right, bottom = box
    return scale * left, scale * top, scale * right, scale * bottom


def iou_of(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / max(1e-9, sum(areas) - both)


def join_specks(mask: np.ndarray, smallest: float, reach: float = 0.015) -> list[np.ndarray]:
    """Regions large enough for a person, each with the specks near it: a hand beyond a sleeve, a foot behind a rail.

    `reach` is in diagonals of the picture. Specks near nobody, and holes up to 0.02 % of the area, are cleaned
    away. Masks are (height, width) bool and share no pixel, the largest first.
    """
    mask = _fill_holes(mask, 0.0002)
    people = [region for _, region in boxes_of(mask, smallest)]
    if not people:
        return []
    owner = np.zeros(mask.shape, np.int32)
    for number, region in enumerate(people):
        owner[region] = number + 1
    specks = mask & (owner == 0)
    if specks.any():
        _give_specks(owner, specks, reach * float(np.hypot(*mask.shape)))
    return [owner == number + 1 for number in range(len(people))]


def _give_specks(owner: np.ndarray, specks: np.ndarray, reach: float) -> None:
    """Mark specks within `reach` pixels of an owned pixel as belonging to the owner they are nearest to."""
    import cv2

    count, labels = cv2.connectedComponents(specks.view(np.uint8))
    distance, nearest = cv2.distanceTransformWithLabels(
        (owner == 0).view(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner_of = np.zeros(int(nearest.max()) + 1, np.int32)
    owner_of[nearest[owner > 0]] = owner[owner > 0]
    for number in range(1, count):
        where = np.flatnonzero(labels == number)
        closest = where[np.argmin(distance.ravel()[where])]
        if distance.ravel()[closest] <= reach:
            owner.ravel()[where] = owner_of[nearest.ravel()[closest]]


def _fill_holes(mask: np.ndarray, largest: float) -> np.ndarray:
    """The mask with its enclosed holes of at most `largest` of the area filled."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).view(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] <= largest * mask.size
    small[0] = False
    return mask | small[labels]
