"""Alpha by a colour guided filter.

He, Sun, Tang, "Guided Image Filtering" (ECCV 2010), section 3.4 for colour guides: in every window alpha is a
linear function of colour, a . I + b, fitted by ridge regression. Here the fit weighs the known pixels; the unknown
ones, at the alpha of the nearest known pixel or at the prior, speak up only where a window holds little else.
"""

import numpy as np

_FAINT = 0.01  # weight of an unknown pixel beside a known one


def guided(
    image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None, radius: int = 16, epsilon: float = 1e-5
) -> np.ndarray:
    """Alpha (H, W) float32 in 0..1 of `image` (H, W, 3) uint8 RGB, the crudest and fastest of the methods.

    `trimap` (H, W) uint8: 0 is background, 255 person, all else unknown; something must be known. `prior` (H, W)
    float in 0..1 stands for the unknown pixels. Windows have 2 * radius + 1 pixels a side; `epsilon` is the ridge
    for colours in 0..1: more of it blurs more. What lies beyond 2 * radius changes nothing.
    """
    unknown = (trimap != 0) & (trimap != 255)
    assumed = _nearest_known(trimap, unknown) if prior is None else prior
    target = np.where(unknown, assumed, trimap == 255).astype(float)
    weight = np.where(unknown, _FAINT, 1.0)
    slope, offset = _fit(image / 255, target, weight, radius, epsilon)
    smooth = _box(np.dstack([slope, offset]), radius) / _box(np.ones_like(target), radius)[..., None]
    alpha = (smooth[..., :3] * (image / 255)).sum(axis=2) + smooth[..., 3]
    return np.where(unknown, np.clip(alpha, 0, 1), trimap == 255).astype(np.float32)


def _nearest_known(trimap: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """(H, W) bool: whether the nearest known pixel is the person's."""
    import cv2

    _, label = cv2.distanceTransformWithLabels(unknown.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    inside = np.zeros(label.max() + 1, bool)
    inside[label[~unknown]] = trimap[~unknown] == 255
    return inside[label]


def _fit(
    colours: np.ndarray, target: np.ndarray, weight: np.ndarray, radius: int, epsilon: float
) -> tuple[np.ndarray, np.ndarray]:
    """Slope (H, W, 3) and offset (H, W) of the weighted ridge regression in the window round every pixel."""
    total = _box(weight, radius)
    mean = _box(colours * weight[..., None], radius) / total[..., None]
    level = _box(target * weight, radius) / total
    products = colours[..., :, None] * colours[..., None, :]
    second = np.stack([_box(products[..., i, :] * weight[..., None], radius) for i in range(3)], axis=2)
    covariance = second / total[..., None, None] - mean[..., :, None] * mean[..., None, :]
    cross = _box(colours * (target * weight)[..., None], radius) / total[..., None] - mean * level[..., None]
    slope = np.linalg.solve(covariance + epsilon * np.eye(3), cross[..., None])[..., 0]
    return slope, level - (slope * mean).sum(axis=2)


def _box(values: np.ndarray, radius: int) -> np.ndarray:
    """Sum over the window round every pixel, what lies outside the picture counted as nothing."""
    import cv2

    side = (2 * radius + 1, 2 * radius + 1)
    return cv2.boxFilter(values, cv2.CV_64F, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
