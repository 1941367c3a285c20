"""Folders of masks and mattes as the command line is given them: one folder a sequence, one PNG a frame."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from .arrays import MetricError

# What stands before a name's last run of digits, that run, and what stands behind it.
_NUMBER = re.compile(r"(|.*[^0-9])([0-9]+)([^0-9]*)", re.DOTALL)


@dataclass(frozen=True)
class Sequence:
    """A sequence that both sides have: its name, and the paths of each frame in order."""

    name: str
    true: tuple[Path, ...]
    pred: tuple[Path, ...]


def sequences(truth: Path, pred: Path, kind: str = "prediction") -> list[Sequence]:
    """The truth's sequences with the predictions for them, sorted by name.

    A folder of PNGs is one sequence; a folder of such folders many. Frames are in the order of their numbers, the
    last run of digits in each name, where all have one, else in that of their names. What the predictions have beyond
    the truth is passed over. `kind` is what an error calls the second side. Raises MetricError for a folder without
    PNGs, for two frames of one number, and naming the first sequence or frame that has no prediction.
    """
    folders = sorted(folder for folder in _listed(truth) if folder.is_dir() and _pngs(folder))
    if not folders and _pngs(truth):
        return [_sequence(truth.name, truth, pred, kind)]
    if not folders:
        raise MetricError(f"{truth} holds no PNG and no folder of PNGs: give the folder above the sequences")
    return [_sequence(folder.name, folder, pred / folder.name, kind) for folder in folders]


def read_labels(path: Path) -> np.ndarray:
    """The ids of a palette or grey PNG, uint8 (H, W); of 1 bit, 0 and 1.

    Read by Pillow, which gives a palette's numbers; OpenCV would give its colours. Raises MetricError for a PNG
    of colours, of more than 8 bits, or broken.
    """
    mend = "save it with one 8-bit number a pixel: a palette PNG of the object ids"
    return _read(path, ("P", "L", "1"), mend).astype(np.uint8, copy=False)


def read_alpha(path: Path) -> np.ndarray:
    """A grey PNG as float32 (H, W) in 0..1; 8 bits by 255, 16 by 65535, 1 as it is. Raises MetricError otherwise."""
    raster = _read(path, ("L", "I;16", "I", "1"), "save it as a grey PNG without colours or a palette")
    return raster.astype(np.float32) / np.float32({"bool": 1, "uint8": 255}.get(raster.dtype.name, 65535))


def _read(path: Path, modes: tuple[str, ...], mend: str) -> np.ndarray:
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.mode not in modes:
                raise MetricError(f"{path} is of mode {image.mode}: {mend}")
            return np.asarray(image)
    except (OSError, SyntaxError) as error:
        raise MetricError(f"{path} cannot be read: {error}") from error


def _sequence(name: str, truth: Path, pred: Path, kind: str) -> Sequence:
    frames = _pngs(truth)
    for frame in frames:
        wanted = pred / frame.name
        if not wanted.is_file():
            raise MetricError(
                f"there is no {kind} for frame {frame.stem} of {name}: {wanted} is missing; write one for each frame "
                f"of the truth, under the same name"
            )
    return Sequence(name, tuple(frames), tuple(pred / frame.name for frame in frames))


def _pngs(folder: Path) -> list[Path]:
    """The PNGs of a folder in the order of their numbers, where all have one. Raises MetricError for twins."""
    files = sorted(path for path in _listed(folder) if path.suffix.lower() == ".png")
    numbers = [found for file in files if (found := _NUMBER.fullmatch(file.stem))]
    if len(numbers) < len(files):
        return files
    # As if all were padded to one width: names that are padded keep their order, whatever stands round the number.
    width = max((len(found[2]) for found in numbers), default=0)
    padded = [found[1] + found[2].zfill(width) + found[3] for found in numbers]
    return _apart(sorted(zip(padded, files, strict=True)))


def _apart(named: list[tuple[str, Path]]) -> list[Path]:
    """The files of sorted names, no two of one name. Raises MetricError."""
    for (name, file), (other, twin) in pairwise(named):
        if name == other:
            raise MetricError(
                f"{file.name} and {twin.name} of {file.parent} have the same number: rename one, or take it away"
            )
    return [file for _, file in named]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise MetricError(f"{folder} cannot be read: {error.strerror}") from error
