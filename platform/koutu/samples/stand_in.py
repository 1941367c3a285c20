"""Drawing what stands in for a sample that cannot be found."""

import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.samples.catalogue import Drawing, Sample
from koutu.samples.figures import draw_shots
from koutu.samples.video import make_clip

# What every player of that container reads; the codec of the real file may be another.
_CODECS = {".mkv": "mpeg4"}


def draw(sample: Sample, path: Path) -> Path:
    """Draw the stand-in of a sample at ``path``: a video file, or a folder of images and masks."""
    seed = zlib.crc32(sample.name.encode())
    if sample.kind == "sequence":
        return _sequence(sample.drawing, seed, path)
    drawing = sample.drawing
    return make_clip(
        path,
        size=(drawing.width, drawing.height),
        fps=drawing.fps,
        shots=drawing.shots,
        seed=seed,
        codec=_CODECS.get(path.suffix),
    )


def _sequence(drawing: Drawing, seed: int, folder: Path) -> Path:
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for index, drawn in enumerate(draw_shots(list(drawing.shots), (drawing.width, drawing.height), seed)):
        _write(folder / "images" / f"{index:05}.jpg", drawn.image[..., ::-1])
        _write(folder / "masks" / f"{index:05}.png", drawn.mask)
    return folder


def _write(path: Path, image: NDArray[np.uint8]) -> None:
    done, data = cv2.imencode(path.suffix, image)
    if not done:
        raise OSError(f"cannot write {path}")
    path.write_bytes(data.tobytes())
