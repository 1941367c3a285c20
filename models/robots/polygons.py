"""The outline that a person traces: rings of vertices, as few as make the mask good."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.gold.outlining import raster

from .truths import Truth

# Pixels by which an outline may leave the mask's edge. COCO's outlines are that coarse, gold ones that fine.
TOLERANCES = (8.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0)
_ZOOM = 2  # so that an outline runs between the pixels' middles: through them it would not know what is inside


@dataclass(frozen=True, eq=False)
class Polygon:
    """`rings` of vertices (N, 2) float64 in pixels, even-odd: a ring within a ring is a hole. None: nobody is there.

    Outer rings and holes turn opposite ways, see `turns`. Raises ValueError where a ring has less than three
    vertices or one that is no place.
    """

    rings: tuple[np.ndarray, ...] = ()

    def __post_init__(self) -> None:
        for ring in self.rings:
            if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3 or not np.isfinite(ring).all():
                raise ValueError(f"a ring is {ring.shape}: give (3 or more, 2) finite numbers, x and y in pixels")

    @property
    def vertices(self) -> int:
        """Of all rings."""
        return sum(len(ring) for ring in self.rings)

    def mask(self, size: tuple[int, ...]) -> np.ndarray:
        """(H, W) bool for `size` (H, W): the pixels whose middle is inside."""
        return raster([ring.tolist() for ring in self.rings], size)

    def distance(self, place: np.ndarray) -> float:
        """Pixels from `place` (2,) to the outline; infinite where there is none."""
        rings = (ring.astype(np.float32) for ring in self.rings)
        x, y = place.tolist()
        return min((abs(cv2.pointPolygonTest(ring, (x, y), True)) for ring in rings), default=float("inf"))


def area(ring: np.ndarray) -> float:
    """In pixels, of a ring (N, 2); below 0 where it turns the way of holes."""
    x, y = ring.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def turns(ring: np.ndarray) -> bool:
    """Whether a ring (N, 2) of a Polygon is an outer one, not a hole: clockwise to the eye."""
    return area(ring) > 0


def traced(truth: Truth) -> Polygon:
    """The coarsest outline that makes the mask *good*, of TOLERANCES; the finest where none does."""
    for tolerance in TOLERANCES:
        polygon = outline(truth.mask, tolerance)
        if truth.state(polygon.mask(truth.mask.shape)).good:
            break
    return polygon


def outline(mask: np.ndarray, tolerance: float) -> Polygon:
    """The outline of `mask` (H, W) bool with its holes, by Douglas and Peucker (Cartographica 1973).

    It leaves the edge by at most `tolerance` pixels; at less than a quarter of a pixel it gives the mask itself. What
    is smaller is outlined as well, by a triangle at least. Raises ValueError where the tolerance is not above 0.
    """
    if not tolerance > 0:
        raise ValueError(f"a tolerance of {tolerance}: give pixels, above 0")
    zoomed = mask.astype(np.uint8).repeat(_ZOOM, 0).repeat(_ZOOM, 1)
    rings, family = cv2.findContours(zoomed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outer = [] if family is None else [parent < 0 for *_, parent in family[0]]
    return Polygon(tuple(_turned(_simple(ring, tolerance), way) for ring, way in zip(rings, outer, strict=True)))


def _simple(ring: np.ndarray, tolerance: float) -> np.ndarray:
    """(N, 2) float64 in pixels of the frame, of a ring in zoomed pixels."""
    few = cv2.approxPolyDP(ring, tolerance * _ZOOM, closed=True)
    if len(few) < 3:
        return _simple(ring, tolerance / 2)
    return (few[:, 0] + 0.5) / _ZOOM


def _turned(ring: np.ndarray, outer: bool) -> np.ndarray:
    return ring if turns(ring) == outer else ring[::-1]
