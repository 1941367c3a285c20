"""From an outline drawn by hand to the labels of a frame: the polygon decides, the picture's edge refines it."""

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np

VOID = 255
MOST_PEOPLE = 20
_SNAP = 3  # pixels to either side of a polygon within which the picture's edge may be followed
_MARGIN = 24  # pixels round a person from which GrabCut learns the background's colours
_ROUNDS = 2

Shape = Any  # a ring [[x, y], ...], or {"line": [[x, y], ...], "width": pixels}


class OutlineError(ValueError):
    """An outline cannot be read or does not fit its frame. The message names the file."""


@dataclass(frozen=True)
class Person:
    """Rings (even-odd, so a ring within a ring is a hole) and lines (added to them); `snap` in pixels, 0 for off."""

    shapes: list[Shape]
    snap: int


@dataclass(frozen=True)
class Outline:
    """What `outlines/NAME.json` holds: people front to back, and where nobody is judged.

    Coordinates are full-frame pixels; pixel (x, y) covers x..x+1, y..y+1, so its centre lies at x + 0.5.
    """

    clip: str
    index: int
    people: list[Person]
    void: list[Shape]
    note: str

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"{Path(self.clip).stem}_{self.index:05d}"


def read_outline(path: Path) -> Outline:
    """The outline of one frame. Raises OutlineError where the file says no such thing, or is named otherwise."""
    try:
        said = json.loads(path.read_text())
        people = [_person(one, said.get("snap", _SNAP)) for one in said["people"]]
        outline = Outline(said["clip"], int(said["index"]), people, said.get("void", []), said.get("note", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutlineError(f"{path} is no outline: {error!r}") from error
    if outline.name != path.stem or len(people) > MOST_PEOPLE:
        raise OutlineError(f"{path}: name it {outline.name}.json, and put at most {MOST_PEOPLE} people into it")
    return outline


def _person(said: Any, snap: Any) -> Person:
    if isinstance(said, dict):
        said, snap = said["rings"], said.get("snap", snap)
    return Person(said, _SNAP if snap is True else int(snap))


def as_drawn(outline: Outline) -> Outline:
    """The same without snapping."""
    return replace(outline, people=[replace(person, snap=0) for person in outline.people])


def mask_of(image: np.ndarray, outline: Outline) -> np.ndarray:
    """Labels (H, W) uint8 of an RGB `image` (H, W, 3) uint8: 0 nobody, 1, 2, ... people front to back, 255 void."""
    labels = np.zeros(image.shape[:2], np.uint8)
    for number, person in enumerate(outline.people, 1):
        labels[snapped(image, raster(person.shapes, labels.shape), person.snap) & (labels == 0)] = number
    labels[raster(outline.void, labels.shape)] = VOID
    return labels


def raster(shapes: list[Shape], size: tuple[int, ...]) -> np.ndarray:
    """Bool (H, W): pixels whose centre lies within the rings by the even-odd rule, and those under the lines."""
    drawn = _even_odd([shape for shape in shapes if isinstance(shape, list)], size)
    for shape in shapes:
        if isinstance(shape, dict):
            drawn |= _stroke(shape["line"], shape["width"] / 2, size)
    return drawn


def _stroke(points: list[list[float]], radius: float, size: tuple[int, ...]) -> np.ndarray:
    """Bool (H, W): pixels whose centre is within `radius` of the line, whose ends are round."""
    drawn = np.zeros(size, bool)
    for start, end in pairwise(np.array(points, float)):
        left, top = np.maximum(np.floor(np.minimum(start, end) - radius), 0).astype(int)
        right, bottom = np.maximum(np.ceil(np.maximum(start, end) + radius), 0).astype(int)
        here = drawn[top:bottom, left:right]
        y, x = np.ogrid[top : top + here.shape[0], left : left + here.shape[1]]
        here |= _distance(x + 0.5 - start[0], y + 0.5 - start[1], end - start) <= radius**2
    return drawn


def _distance(x: np.ndarray, y: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Squared, of points (x, y) from the segment between (0, 0) and `along`; `x` and `y` broadcast."""
    share = np.clip((x * along[0] + y * along[1]) / max(along @ along, 1e-9), 0, 1)
    return (x - share * along[0]) ** 2 + (y - share * along[1]) ** 2


def _even_odd(rings: list[Shape], size: tuple[int, ...]) -> np.ndarray:
    """Each edge flips all that lies right of it; OpenCV's fillPoly would add half a pixel all round."""
    flips = np.zeros((size[0], size[1] + 1), bool)
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]):
            low, high = sorted((y0, y1))
            rows = np.arange(max(0, np.ceil(low - 0.5)), min(size[0], np.ceil(high - 0.5)), dtype=int)
            if rows.size:
                cross = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
                flips[rows, np.clip(np.ceil(cross - 0.5), 0, size[1]).astype(int)] ^= True
    return np.logical_xor.accumulate(flips, axis=1)[:, :-1]


def snapped(image: np.ndarray, drawn: np.ndarray, width: int) -> np.ndarray:
    """`drawn` (H, W) bool with its edge moved to the image's by at most `width` pixels, by GrabCut round about.

    What is thinner than the band, such as a barrel or a gap between two fingers, stays as drawn: it has no sure
    middle that GrabCut could hold on to.
    """
    if not (width and drawn.any()):
        return drawn
    box = _box(drawn, _MARGIN)
    here = drawn[box].astype(np.uint8)
    seeds = _seeds(here, width)
    if (seeds == cv2.GC_FGD).any() and (seeds == cv2.GC_BGD).any():
        cv2.setRNGSeed(0)  # the colours are clustered from a random start
        models = np.zeros((1, 65)), np.zeros((1, 65))
        picture = np.ascontiguousarray(image[box])
        cv2.grabCut(picture, seeds, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
        here = _without_specks(seeds)
    whole = np.zeros_like(drawn)
    whole[box] = here
    return whole


def _without_specks(classes: np.ndarray) -> np.ndarray:
    """GrabCut's person (H, W) bool without what hangs on nothing sure: specks off it and pinholes in it."""
    person = _holding((classes == cv2.GC_FGD) | (classes == cv2.GC_PR_FGD), classes == cv2.GC_FGD)
    return ~_holding(~person, classes == cv2.GC_BGD)


def _holding(region: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Bool (H, W): the connected parts of `region` (H, W) bool that hold a `sure` pixel."""
    _, parts = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
    return np.isin(parts, np.unique(parts[sure & region])) & region


def _seeds(drawn: np.ndarray, width: int) -> np.ndarray:
    """GrabCut's four classes (H, W) uint8 for a drawn person 0/1: likely in the band, sure elsewhere."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    thin = _more_than_corners(drawn & (cv2.morphologyEx(drawn, cv2.MORPH_OPEN, disc) == 0), width)
    gap = _more_than_corners(cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, disc) & (drawn == 0), width)
    side = np.where(drawn, np.uint8(cv2.GC_FGD), np.uint8(cv2.GC_BGD))
    likely = np.where(drawn, np.uint8(cv2.GC_PR_FGD), np.uint8(cv2.GC_PR_BGD))
    band = (cv2.dilate(drawn, disc) != cv2.erode(drawn, disc)) & (cv2.dilate(thin | gap, disc) == 0)
    return np.where(band, likely, side)


def _more_than_corners(thin: np.ndarray, width: int) -> np.ndarray:
    """The parts of `thin` (H, W) uint8 0/1 that are no mere corner which the disc of `width` does not reach into."""
    _, parts, figures, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    large = figures[:, cv2.CC_STAT_AREA] > 4 * width
    large[0] = False
    return large[parts].astype(np.uint8)


def _box(drawn: np.ndarray, margin: int) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(drawn.any(axis=axis)) for axis in (1, 0))
    return tuple(slice(max(0, int(ends[0]) - margin), int(ends[-1]) + margin + 1) for ends in (rows, columns))  # type: ignore[return-value]
