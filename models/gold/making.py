"""Outlines and clips to masks, and how well two outlines of one frame agree."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.metrics import boundary_accuracy, region_similarity, tight_boundary_accuracy
from models.predict.video import Video

from .outlining import VOID, Outline, as_drawn, mask_of, read_outline
from .store import AGAIN, MASKS, OUTLINES, png_of


class Agreement(NamedTuple):
    """Of everybody in one frame outlined twice: J, F as DAVIS has it, F at the tight tolerance of 2 pixels."""

    name: str
    j: float
    f: float
    tight_f: float


def pictures(clip: Path, indices: list[int]) -> Iterator[np.ndarray]:
    """The frames of a clip at rising `indices`, counted from 0 as presented, as RGB (H, W, 3) uint8.

    Raises PredictError where the clip cannot be read, IndexError where it has no such frame.
    """
    wanted, last = set(indices), -1
    for frame in islice(Video(clip).frames(), max(indices) + 1):
        last = frame.index
        if frame.index in wanted:
            yield frame.image()
    if last < max(indices):
        raise IndexError(f"{clip} has no frame {max(indices)}: it ends at {last}")


def outlines(folder: Path = OUTLINES) -> dict[str, list[Outline]]:
    """By clip, by rising index. Raises OutlineError."""
    by_clip = defaultdict(list)
    for outline in map(read_outline, folder.glob("*.json")):
        by_clip[outline.clip].append(outline)
    return {clip: sorted(some, key=lambda outline: outline.index) for clip, some in sorted(by_clip.items())}


def masks(clip: Path, some: list[Outline]) -> Iterator[tuple[str, np.ndarray]]:
    """Name and labels (H, W) uint8 of each outline of one clip, by rising index."""
    for outline, image in zip(some, pictures(clip, [outline.index for outline in some]), strict=True):
        yield outline.name, mask_of(image, outline)


def build(samples: Path, only: str = "", folder: Path = OUTLINES, target: Path = MASKS) -> list[str]:
    """Write the masks of all outlines whose names begin with `only`; returns the names."""
    done = []
    for clip, some in outlines(folder).items():
        chosen = [outline for outline in some if outline.name.startswith(only)]
        for name, mask in masks(samples / clip, chosen) if chosen else ():
            (target / f"{name}.png").write_bytes(png_of(mask))
            done.append(name)
    return done


def agreement(samples: Path, snap: bool = True) -> list[Agreement]:
    """Of each frame that `outlines/again` holds a second outline of, without what either calls void.

    Without `snap` the polygons are compared as drawn: what GrabCut moves to one edge agrees more than the hands did.
    """
    rows = []
    for clip, seconds in outlines(AGAIN).items():
        firsts = [read_outline(OUTLINES / f"{second.name}.json") for second in seconds]
        both = (masks(samples / clip, some if snap else list(map(as_drawn, some))) for some in (firsts, seconds))
        rows += [_agreement(name, first, second) for (name, first), (_, second) in zip(*both, strict=True)]
    return rows


def _agreement(name: str, first: np.ndarray, second: np.ndarray) -> Agreement:
    void = ((first == VOID) | (second == VOID))[None]
    pair = (first > 0)[None] & ~void, (second > 0)[None] & ~void
    measures = region_similarity, boundary_accuracy, tight_boundary_accuracy
    return Agreement(name, *(float(measure(*pair, void=void)[0]) for measure in measures))
