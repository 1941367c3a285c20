"""OUT/looks.jsonl: whom the networks saw on each frame, kept so that a second call need not look again.

One line a frame: {"change": 0.01, "people": [{"sure": true, "size": [height, width], "counts": "..."}]}, masks as
COCO's compressed run lengths, some kilobytes a frame.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.planes import PlaneError, rle
from models.prelabel.people import Person

from . import files
from .errors import Fault, PredictError

NAME = "looks.jsonl"


@dataclass(frozen=True)
class Look:
    """What was seen on a frame: how much it differs from the one before (0..1), and everybody on it."""

    change: float
    people: list[Person]


class Looks:
    """The file of one output folder: what stands in it is gone through first, then more is added."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._cut_half_a_line()

    def stored(self) -> Iterator[Look]:
        """The frames looked at so far. Raises PredictError where the file is damaged."""
        if not self.path.exists():
            return
        with self.path.open(encoding="ascii") as lines:
            for number, line in enumerate(lines):
                try:
                    yield from_line(line)
                except (ValueError, KeyError, TypeError, PlaneError) as error:
                    reason = f"{self.path} is damaged at line {number + 1}: remove it, and all is looked at anew"
                    raise PredictError(Fault.CHANGED, reason) from error

    def add(self, look: Look) -> None:
        """Keep the next frame's."""
        try:
            with self.path.open("a", encoding="ascii") as file:
                file.write(to_line(look))
        except OSError as error:
            raise files.unwritable(self.path, error) from error

    def _cut_half_a_line(self) -> None:
        """What was being written when the power went is looked at again."""
        if self.path.exists():
            data = self.path.read_bytes()
            whole = data.rfind(b"\n") + 1
            if whole < len(data):
                files.write(self.path, data[:whole])


def to_line(look: Look) -> str:
    """A line of the file, with its end."""
    held = [
        {"sure": person.sure, "size": person.mask.shape, "counts": rle.to_ascii(rle.run_lengths(person.mask)).decode()}
        for person in look.people
    ]
    return json.dumps({"change": look.change, "people": held}) + "\n"


def from_line(line: str) -> Look:
    """What a line says."""
    said, people = json.loads(line), []
    for held in said["people"]:
        height, width = held["size"]
        mask: np.ndarray = rle.fill(rle.from_ascii(held["counts"].encode("ascii")), height, width) > 0
        if not isinstance(held["sure"], bool):
            raise ValueError("written by an older Koutu")
        people.append(Person(mask, held["sure"]))
    return Look(float(said["change"]), people)
