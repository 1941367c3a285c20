"""Things that lie over each other, and how they are seen in one frame: placed, blurred by motion, stacked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from .looks import defocused, drifted, in_colour
from .motion import moments
from .recipe import Shot

_STEP = 2.0  # pixels between two moments of one exposure
_MOMENTS = 8  # most of them
Placing = Callable[[np.ndarray], np.ndarray]  # times (N,) from 0 to 1 -> (N, 3, 3) from its own pixels to the frame's


class Look(NamedTuple):
    """Premultiplied (h, w, 4) float32 and parts (h, w) uint8; of several people the alpha of each (h, w, P) float32."""

    rgba: np.ndarray
    parts: np.ndarray
    alphas: np.ndarray | None = None


@dataclass(frozen=True)
class Layer:
    """One look for all frames or one for each, all of one size; whose it is (from 1, of several people the first),
    and where it stands over time."""

    looks: list[Look]
    owner: int
    placing: Placing

    @property
    def moves(self) -> bool:
        """Whether it moves in itself, so that its placing does not tell where its pixels go."""
        return len(self.looks) > 1

    def look(self, frame: int) -> Look:
        """In this frame."""
        return self.looks[frame if self.moves else 0]


class Patch(NamedTuple):
    """What one layer shows in one frame: its place there, and how it looks there."""

    place: tuple[slice, slice]
    rgba: np.ndarray
    parts: np.ndarray
    alphas: np.ndarray | None


def exposure(placing: Placing, size: tuple[int, int], frame: int, frames: int, shutter: float) -> np.ndarray:
    """(N, 3, 3) placings within the time the shutter is open, a share of the frame's: more where it moves more.

    `size` (h, w) is of what moves. Their mean time is the frame's middle.
    """
    middle = moments(frames)[frame]
    first, last = placing(np.array([middle - shutter / 2 / frames, middle + shutter / 2 / frames]))
    corners = np.array([[0, 0, 1], [size[1], 0, 1], [0, size[0], 1], [size[1], size[0], 1]], np.float64).T
    far = float(np.abs(((last - first) @ corners)[:2]).max())
    count = int(np.clip(np.ceil(far / _STEP), 1, _MOMENTS))
    return placing(middle + ((np.arange(count) + 0.5) / count - 0.5) * shutter / frames)


def seen(layer: Layer, size: tuple[int, int], frame: int, shot: Shot) -> Patch | None:
    """The layer in one frame of `size` (H, W), colour and alpha averaged over the exposure; None out of view."""
    look, time = layer.look(frame), float(moments(shot.frames)[frame])
    radius = shot.drift.radius(time, size[0])
    placings = exposure(layer.placing, look.parts.shape[:2], frame, shot.frames, shot.shutter)
    place = _bounds(placings, look.parts.shape[:2], size, int(np.ceil(radius)))
    if place is None:
        return None
    rows, columns = place
    extent = columns.stop - columns.start, rows.stop - rows.start
    moved = placings[:, :2].copy()
    moved[:, :, 2] -= columns.start, rows.start
    parts = cv2.warpAffine(look.parts, moved[len(moved) // 2], extent, flags=cv2.INTER_NEAREST)
    rgba = drifted(_exposed(look.rgba, moved, extent), shot.drift, time, size[0])
    alphas = None if look.alphas is None else defocused(_exposed(look.alphas, moved, extent), radius)
    return Patch(place, rgba, parts, alphas)


def _exposed(plane: np.ndarray, moved: np.ndarray, extent: tuple[int, int]) -> np.ndarray:
    return _mean([cv2.warpAffine(plane, matrix, extent) for matrix in moved])


def _bounds(
    placings: np.ndarray, of: tuple[int, int], size: tuple[int, int], room: int
) -> tuple[slice, slice] | None:  # fmt: skip
    """Rows and columns of the frame that anything within `room` pixels of it may touch."""
    corners = np.array([[-1, -1, 1], [of[1], -1, 1], [-1, of[0], 1], [of[1], of[0], 1]], np.float64).T
    x, y = np.moveaxis(placings[:, :2] @ corners, 1, 0)
    left, right = max(0, int(np.floor(x.min())) - room), min(size[1], int(np.ceil(x.max())) + 1 + room)
    top, bottom = max(0, int(np.floor(y.min())) - room), min(size[0], int(np.ceil(y.max())) + 1 + room)
    return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


class Stack:
    """All layers of one frame. Premultiplied colours (H, W, 3) float32, visible alpha of everybody (P, H, W) float32,
    parts (H, W) uint8, and which layer shows most (H, W) int16, -1 where none does."""

    def __init__(self, size: tuple[int, int], people: int) -> None:
        self.colours = np.zeros((*size, 3), np.float32)
        self.alphas = np.zeros((people, *size), np.float32)
        self.parts = np.zeros(size, np.uint8)
        self.front = np.full(size, -1, np.int16)
        self._most = np.zeros(size, np.float32)  # the alpha of the layer that shows most

    def lay(self, patch: Patch, owner: int, number: int) -> None:
        """In front of all laid before."""
        at, alpha = patch.place, cv2.extractChannel(patch.rgba, 3)
        behind = 1 - alpha
        self.colours[at] = cv2.add(cv2.multiply(self.colours[at], in_colour(behind)), patch.rgba[..., :3])
        self.alphas[:, *at] *= behind
        if patch.alphas is None:
            self.alphas[owner - 1, *at] += alpha
        else:
            self.alphas[owner - 1 : owner - 1 + patch.alphas.shape[2], *at] += np.moveaxis(patch.alphas, 2, 0)
        self._most[at] *= behind
        more = alpha > self._most[at]
        self._most[at][more] = alpha[more]
        self.front[at][more] = number
        self.parts[at][more] = patch.parts[more]


def plate_seen(plate: np.ndarray, placing: Placing, size: tuple[int, int], frame: int, shot: Shot) -> np.ndarray:
    """The plate (h, w, 3) float32 in one frame, as (H, W, 3) uint8: whole numbers, so that composites are exact."""
    placings = exposure(placing, plate.shape[:2], frame, shot.frames, shot.shutter)[:, :2]
    extent = size[1], size[0]
    some = [cv2.warpAffine(plate, matrix, extent, borderMode=cv2.BORDER_REFLECT_101) for matrix in placings]
    now = drifted(_mean(some), shot.plate_drift, float(moments(shot.frames)[frame]), size[0])
    return now.round().clip(0, 255).astype(np.uint8)


def _mean(images: list[np.ndarray]) -> np.ndarray:
    """Of float32 images of one shape; the first of them is spent."""
    total = images[0]
    for image in images[1:]:
        total += image
    return total if len(images) == 1 else total * np.float32(1 / len(images))
