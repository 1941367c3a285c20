"""Where people are, by MediaPipe's pose detector: for each a turned square round the whole body.

The network answers 2,254 anchors with a box round the face, four points and a score. The first point is the middle of
the hips, the second lies on the circle round the body (BlazePose, Bazarevsky et al., 2020, section 2.2, after
Leonardo's Vitruvian man). Numbers are those of MediaPipe's graphs `pose_detection_cpu` and
`pose_detection_to_roi`.
"""

from functools import cache

import numpy as np

from .answers import sigmoid
from .pose_square import BodySquare

SIDE = 224  # pixels of the square the network sees
_STRIDES = ((8, 2), (16, 2), (32, 6))  # pixels from anchor to anchor, and how many stand at each place
_LEAST = 0.5  # score
_SAME = 0.3  # intersection over union of two face boxes from which they are one person's
_ROOM = 1.25  # the square's side, in diameters of the body's circle


@cache
def anchors() -> np.ndarray:
    """Centres (2254, 2) float32 of the anchors as x, y in shares of the square, in the order of the answers."""
    found = []
    for stride, many in _STRIDES:
        along = (np.arange(SIDE // stride, dtype=np.float32) + 0.5) * stride / SIDE
        y, x = np.meshgrid(along, along, indexing="ij")
        found.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), many, axis=0))
    return np.concatenate(found)


def letterboxed(image: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """What the network sees of `image` (height, width, 3) uint8: (SIDE, SIDE, 3) float32 in -1..1, black bars beside.

    Also how many pixels of the picture one of the square's is, and where its corner lies in the picture (x, y).
    """
    import cv2

    height, width = image.shape[:2]
    scale = max(height, width) / SIDE
    high, wide = max(1, round(height / scale)), max(1, round(width / scale))
    top, left = (SIDE - high) // 2, (SIDE - wide) // 2
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[top : top + high, left : left + wide] = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
    return square.astype(np.float32) / np.float32(127.5) - 1, scale, np.array([-left, -top]) * scale


def decode(answers: np.ndarray, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Detections (n, 6, 2) float32 in shares of the square, and their scores (n,), of what the network gave.

    `answers` is (2254, 12): centre, size, four points; `logits` (2254,). A detection holds two corners of the face
    box and the four points.
    """
    scores = sigmoid(logits)
    sure = scores >= _LEAST
    values = answers[sure].reshape(-1, 6, 2) / SIDE
    centre = values[:, 0] + anchors()[sure]
    half = values[:, 1] / 2
    points = values[:, 2:] + anchors()[sure][:, None]
    corners = np.stack([centre - half, centre + half], axis=1)
    return np.concatenate([corners, points], axis=1).astype(np.float32), scores[sure]


def merged(detections: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """One detection (6, 2) a person, the surest first: the mean, by score, of all that overlap with the surest.

    MediaPipe's weighted non-maximum suppression.
    """
    found = []
    left = np.argsort(-scores, kind="stable")
    while left.size:
        same = _overlap(detections[left[0]], detections[left]) >= _SAME
        same[0] = True
        found.append(np.average(detections[left[same]], axis=0, weights=scores[left[same]]))
        left = left[~same]
    return found


def _overlap(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union (n,) of the face box of a detection (6, 2) with those of others (n, 6, 2)."""
    both = np.minimum(one[1], others[:, 1]) - np.maximum(one[0], others[:, 0])
    shared = np.clip(both, 0, None).prod(axis=1)
    areas = (others[:, 1] - others[:, 0]).prod(axis=1)
    return shared / np.maximum(areas + (one[1] - one[0]).prod() - shared, 1e-12)


def square_of(detection: np.ndarray, scale: float, corner: np.ndarray) -> BodySquare:
    """The square of a detection (6, 2), in the picture; `scale` and `corner` as `letterboxed` gave them."""
    hips, rim = (point * SIDE * scale + corner for point in detection[2:4])
    x, y = rim - hips
    side = 2 * _ROOM * float(np.hypot(x, y))
    return BodySquare(float(hips[0]), float(hips[1]), max(side, 1.0), float(np.arctan2(x, -y)))
