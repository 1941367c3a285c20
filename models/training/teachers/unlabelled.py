"""Pictures and pieces of film without labels in the samples, and what must not be learnt from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models import gold
from models.evaluate.cases import is_validation
from models.predict.sources import SUFFIXES, read_picture
from models.predict.video import Video

from .likeness import Album

LENGTH = 8  # frames of a piece of film
STEP = 12  # frames from the beginning of one to that of the next
_SEEN = 6  # of the frames of films that are judged one in so many is looked at: those between are like them
_CUT = 0.08  # mean change of a small picture, from which on it is another shot
_SMALL = (32, 18)
_FILMS = frozenset((".mp4", ".mkv", ".webm", ".mov", ".avi"))


@dataclass(frozen=True)
class Piece:
    """A still, or frames that follow each other without a cut: (H, W, 3) uint8 RGB each, of one size."""

    name: str
    frames: tuple[np.ndarray, ...]


def judged(samples: Path) -> Iterator[tuple[str, np.ndarray]]:
    """All that models are judged by, by name: pictures, sequences, and one in six frames of each shot with gold
    frames. What is not in `samples` is left out. Raises PredictError."""
    pictures = samples / "images_people" / "images"
    kept = [file for file in _pictures(pictures) if is_validation(file.stem)]
    for sequence in sorted((samples / "sequences").glob("*/images")):
        kept += _pictures(sequence)[::_SEEN]
    for file in kept:
        yield str(file.relative_to(samples)), read_picture(file)
    for clip in sorted({frame.clip for frame in gold.frames()}):
        if (samples / clip).is_file():
            yield from _judged_frames(samples / clip)


def album_of(samples: Path) -> Album:
    """What nothing to learn from may be a copy of. Raises PredictError."""
    album = Album()
    for name, image in judged(samples):
        album.add(name, image)
    return album


def stills(samples: Path) -> Iterator[tuple[str, Path]]:
    """Name and file of every picture without labels."""
    for folder in (samples / "images_people" / "unlabelled", samples / "stills_unlabelled"):
        yield from ((f"{folder.name}-{file.stem}", file) for file in _pictures(folder))


def pieces(clip: Path) -> Iterator[Piece]:
    """Of every half second of a film some frames that follow each other, none of a shot that is judged. Raises
    PredictError."""
    taken: list[np.ndarray] = []
    for frame in Video(clip).frames():
        if gold.barred(clip.name, frame.index) or frame.index % STEP >= LENGTH:
            continue
        image = frame.image()
        if frame.index % STEP == 0 or not taken or _is_cut(taken[-1], image):
            taken = []
        taken.append(image)
        if len(taken) == LENGTH:
            yield Piece(f"{clip.stem}-{frame.index - LENGTH + 1:05d}", tuple(taken))


def clips(samples: Path) -> list[Path]:
    """All films."""
    folder = samples / "clips"
    return sorted(file for file in folder.iterdir() if file.suffix in _FILMS) if folder.is_dir() else []


def still(name: str, file: Path) -> Piece:
    """Read it. Raises PredictError."""
    return Piece(name, (read_picture(file),))


def _pictures(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.suffix.lower() in SUFFIXES)


def _judged_frames(clip: Path) -> Iterator[tuple[str, np.ndarray]]:
    for frame in Video(clip).frames():
        if frame.index % _SEEN == 0 and gold.barred(clip.name, frame.index):
            yield f"{clip.name} frame {frame.index}", frame.image()


def _is_cut(before: np.ndarray, after: np.ndarray) -> bool:
    small = [cv2.resize(image, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32) for image in (before, after)]
    return float(np.abs(small[0] - small[1]).mean()) > _CUT * 255
