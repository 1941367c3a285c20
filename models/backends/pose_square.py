"""A turned square round somebody: what lies in it seen upright, and put back."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BodySquare:
    """A turned square in a picture: centre (x, y) and side in pixels; `angle` in radians, 0 for somebody upright.

    A positive angle is clockwise: the head of somebody who leans to the right of the picture.
    """

    x: float
    y: float
    side: float
    angle: float

    def to_view(self, size: int) -> np.ndarray:
        """The affine map (2, 3) float64 from the picture's pixels to a view of `size` pixels a side, centres of
        pixels at whole numbers."""
        cos, sin = np.cos(self.angle) * size / self.side, np.sin(self.angle) * size / self.side
        turn = np.array([[cos, sin], [-sin, cos]])
        middle = np.array([self.x - 0.5, self.y - 0.5])
        return np.column_stack([turn, (size - 1) / 2 - turn @ middle])

    def view(self, image: np.ndarray, size: int) -> np.ndarray:
        """What of `image` (height, width, 3) uint8 lies in the square, (size, size, 3); black beyond the picture."""
        import cv2

        # First made smaller by area averaging: the turning step reads four pixels and would skip the rest.
        shrink = min(1.0, size / self.side)
        wide, high = (max(1, round(side * shrink)) for side in image.shape[1::-1])
        small = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA) if shrink < 1 else image
        across, down = image.shape[1] / wide, image.shape[0] / high
        enlarge = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])
        return cv2.warpAffine(small, self.to_view(size) @ enlarge, (size, size), flags=cv2.INTER_LINEAR)

    def back(self, answer: np.ndarray, height: int, width: int) -> np.ndarray:
        """A view's answer (size, size) float32 where it belongs in a picture (height, width); 0 outside the square."""
        import cv2

        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(answer, self.to_view(len(answer)), (width, height), flags=flags)
