"""The gold frames of the repository: their labels, their shots, and what those shots bar from training."""

import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np

from .outlining import VOID, OutlineError, read_outline

HOME = Path(__file__).parent
OUTLINES, AGAIN, MASKS = HOME / "outlines", HOME / "outlines" / "again", HOME / "masks"
# Background black, people bright and unlike their neighbours, void grey.
_COLOURS = [(0, 0, 0), (230, 60, 60), (60, 200, 80), (70, 110, 240), (240, 200, 50), (200, 80, 220), (60, 210, 220)]


@dataclass(frozen=True)
class GoldFrame:
    """One frame with truth by hand: `clip` as samples name it, `index` from 0 as presented, `shot` (first, last).

    `people` counts those outlined, `note` says what is doubtful.
    """

    clip: str
    index: int
    people: int
    shot: tuple[int, int]
    note: str

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"{Path(self.clip).stem}_{self.index:05d}"


@cache
def frames() -> tuple[GoldFrame, ...]:
    """All gold frames, by clip and index. Raises OutlineError for an outline that is broken or in no known shot."""
    outlines = (read_outline(path) for path in OUTLINES.glob("*.json"))
    gold = [GoldFrame(o.clip, o.index, len(o.people), _shot(o.clip, o.index), o.note) for o in outlines]
    return tuple(sorted(gold, key=lambda frame: (frame.clip, frame.index)))


def labels(frame: GoldFrame) -> np.ndarray:
    """(H, W) uint8 of a gold frame: 0 nobody, 1, 2, ... people front to back, 255 void."""
    return read_labels(MASKS / f"{frame.name}.png")


def barred(clip: str, index: int) -> bool:
    """Whether a frame stands in a shot that has a gold frame, and so may not be trained on.

    `clip` is known by its file name without folder and ending, so that a copy re-encoded is barred as well.
    """
    stem = PurePosixPath(clip).stem
    return any(PurePosixPath(gold.clip).stem == stem and gold.shot[0] <= index <= gold.shot[1] for gold in frames())


@cache
def shots() -> dict[str, list[tuple[int, int]]]:
    """By clip, the shots as (first, last) frame index, from `shots.json`."""
    said = json.loads((HOME / "shots.json").read_text())
    return {clip: [(first, last) for first, last in ranges] for clip, ranges in said.items()}


def _shot(clip: str, index: int) -> tuple[int, int]:
    for first, last in shots().get(clip, []):
        if first <= index <= last:
            return first, last
    raise OutlineError(f"frame {index} of {clip} is in no shot of {HOME / 'shots.json'}: add its shot there")


def read_labels(path: Path) -> np.ndarray:
    """The numbers (H, W) uint8 of a palette PNG."""
    from PIL import Image

    with Image.open(path) as picture:
        return np.array(picture)


def png_of(mask: np.ndarray) -> bytes:
    """Labels (H, W) uint8 as an 8-bit palette PNG."""
    from PIL import Image

    picture = Image.fromarray(mask, "P")
    picture.putpalette([value for number in range(VOID + 1) for value in _colour(number)])
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _colour(number: int) -> tuple[int, int, int]:
    if number == VOID:
        return 128, 128, 128
    return _COLOURS[1 + (number - 1) % (len(_COLOURS) - 1)] if number else _COLOURS[0]
