"""Targets of teachers as files, in a folder of the user's: made once, taken up again, read as a data set.

distilled.json              who taught, and how; a folder begun otherwise is refused
done.jsonl                  a line a piece: its name and frames, or why it was refused
images/NAME/00000.jpg       the pictures, as they are learnt from
person/NAME/00000.png       8-bit grey of 32 levels: what the teachers make of them
void/NAME/00000.png         white where they do not agree
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from models.training.datasets.errors import DatasetError, Fault
from models.training.datasets.filming import filmed
from models.training.datasets.labelled import Labelled, Take, read_image, read_plane
from models.training.samples import Draw

from .agreement import Target
from .unlabelled import Piece

_QUALITY, _LEVELS = 90, 31


@dataclass(frozen=True)
class Making:
    """What all files of a folder share: the teacher with its version, and pixels of a picture's shorter side."""

    teacher: str
    version: str
    side: int


@dataclass(frozen=True)
class Done:
    """One piece: how many frames were kept, or why none."""

    name: str
    frames: int = 0
    refused: str = ""


class Store:
    """A folder of targets. Raises DatasetError where it was begun by another making."""

    def __init__(self, folder: Path, making: Making) -> None:
        self._folder, self._making = folder, making
        about = folder / "distilled.json"
        if about.exists() and (begun := json.loads(about.read_text())) != asdict(making):
            raise DatasetError(
                Fault.PLACE, f"{folder} was begun with {begun}, not {asdict(making)}: give another folder, or ask alike"
            )
        folder.mkdir(parents=True, exist_ok=True)
        about.write_text(json.dumps(asdict(making)))
        self.done = {one.name: one for one in read_done(folder)}

    def refuse(self, name: str, reason: str) -> None:
        """Remember why there is nothing to learn from a piece."""
        self._tell(Done(name, refused=reason))

    def add(self, piece: Piece, targets: list[Target]) -> None:
        """Write a piece with the target of each frame; it counts from when all its files are there."""
        for kind in ("images", "person", "void"):
            (self._folder / kind / piece.name).mkdir(parents=True, exist_ok=True)
        for place, (image, target) in enumerate(zip(piece.frames, targets, strict=True)):
            self._write(f"{piece.name}/{place:05d}", image, target)
        self._tell(Done(piece.name, frames=len(targets)))

    def _write(self, stem: str, image: np.ndarray, target: Target) -> None:
        size = _size(image.shape, self._making.side)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        person = cv2.resize(target.person, size, interpolation=cv2.INTER_AREA)
        void = cv2.resize(target.void.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.25
        quality = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        # Of opinions that agree to a tenth no more levels mean anything, and noise is most of a PNG.
        levels = np.rint(np.rint(person * _LEVELS) * (255 / _LEVELS)).astype(np.uint8)
        files = {
            f"images/{stem}.jpg": cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), quality)[1],
            f"person/{stem}.png": cv2.imencode(".png", levels)[1],
            f"void/{stem}.png": cv2.imencode(".png", void.astype(np.uint8) * 255)[1],
        }
        for name, data in files.items():
            (self._folder / name).write_bytes(data.tobytes())

    def _tell(self, done: Done) -> None:
        with (self._folder / "done.jsonl").open("a") as file:
            # The end of the line before first: that one may have been cut off.
            file.write("\n" + json.dumps(asdict(done)))
        self.done[done.name] = done


def read_done(folder: Path) -> Iterator[Done]:
    """All pieces told of; a line cut off by a kill is as if it had not been begun."""
    path = folder / "done.jsonl"
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            yield Done(**json.loads(line))
        except (ValueError, TypeError):
            continue


def distilled(path: Path) -> Draw:
    """The data set of such a folder. Raises DatasetError where it holds nothing to learn from."""
    takes = [_take(path, one) for one in read_done(path) if one.frames]
    if not takes:
        raise DatasetError(
            Fault.EMPTY, f"{path} holds no targets: make some with python -m models.training.teachers --out {path}"
        )
    return filmed(takes, exact=False)


def _take(folder: Path, one: Done) -> Take:
    stems = [f"{one.name}/{place:05d}" for place in range(one.frames)]
    return Take(one.name, tuple(partial(_labelled, folder, stem) for stem in stems))


def _labelled(folder: Path, stem: str) -> Labelled:
    person = read_plane(folder / "person" / f"{stem}.png").astype(np.float32) / np.float32(255)
    void = read_plane(folder / "void" / f"{stem}.png") > 0
    return Labelled(stem, read_image(folder / "images" / f"{stem}.jpg"), person, void)


def _size(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """(width, height) with the shorter side at most `side`."""
    scale = min(1.0, side / min(shape[:2]))
    return max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale))
