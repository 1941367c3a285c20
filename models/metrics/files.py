"""Folders of masks and mattes as the command line is given them: one folder a sequence, one PNG a frame."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .arrays import MetricError


@dataclass(frozen=True)
class Sequence:
    """A sequence that both sides have: its name, and the paths of each frame in order."""

    name: str
    true: tuple[Path, ...]
    pred: tuple[Path, ...]


def sequences(truth: Path, pred: Path, kind: str = "prediction") -> list[Sequence]:
    """The truth's sequences with the predictions for them, sorted by name.

    A folder of PNGs is one sequence; a folder of such folders many. What the predictions have beyond the truth is
    passed over. `kind` is what an error calls the second side. Raises MetricError for a folder without PNGs, and
    naming the first sequence or frame that has no prediction.
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
            raise MetricError(f"there is no {kind} for frame {frame.stem} of {name}: {wanted} is missing")
    return Sequence(name, tuple(frames), tuple(pred / frame.name for frame in frames))


def _pngs(folder: Path) -> list[Path]:
    return sorted(path for path in _listed(folder) if path.suffix.lower() == ".png")


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise MetricError(f"{folder} cannot be read: {error.strerror}") from error
