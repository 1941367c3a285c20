"""Pictures with their labels as files hold them, and takes: pictures that follow each other."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from models.gold.outlining import VOID
from models.gold.store import read_labels
from models.metrics.arrays import MetricError
from models.metrics.files import read_alpha
from models.predict import PredictError
from models.predict.sources import read_picture

from .errors import DatasetError, Fault

_FAINTEST = 24  # a mask whose brightest level is below is one of numbers, saved without a palette


@dataclass(frozen=True)
class Labelled:
    """One picture (h, w, 3) uint8 RGB and what is known of it.

    `person` (h, w) float32 from 0 to 1, `void` (h, w) bool; `instances` and `parts` (h, w) uint8 as of a sample, or
    None. Raises DatasetError where they are not of one size.
    """

    name: str
    picture: np.ndarray
    person: np.ndarray
    void: np.ndarray
    instances: np.ndarray | None = None
    parts: np.ndarray | None = None

    def __post_init__(self) -> None:
        planes = {"person": self.person, "void": self.void, "instances": self.instances, "parts": self.parts}
        for name, plane in planes.items():
            if plane is not None and plane.shape != self.picture.shape[:2]:
                raise DatasetError(
                    Fault.SIZES,
                    f"{self.name}: the picture is {self.picture.shape[:2]} and {name} {plane.shape}, height first: "
                    "give labels of the picture's own size",
                )


@dataclass(frozen=True)
class Take:
    """A still, or frames that follow each other without a cut, each read when it is wanted."""

    name: str
    frames: tuple[Callable[[], Labelled], ...]

    def read(self, places: list[int]) -> list[Labelled]:
        """Its frames at `places`. Raises DatasetError where they are not of one size or cannot be read."""
        read = {place: self.frames[place]() for place in sorted(set(places))}
        if len(sizes := {frame.picture.shape for frame in read.values()}) > 1:
            raise DatasetError(Fault.SIZES, f"{self.name} has frames of {sorted(sizes)}: give frames of one size")
        return [read[place] for place in places]


def read_frame(image: Path, mask: Path, void: Path | None = None) -> Labelled:
    """A picture with its mask, and where nobody is judged.

    A palette mask holds numbers of people, 0 nobody, 255 void; a grey one how much of each pixel is a person, white
    all. Raises DatasetError for what cannot be read or taken so.
    """
    person, instances, unjudged = _read_mask(mask)
    if void is not None:
        further = read_plane(void) > 0
        if further.shape != unjudged.shape:
            raise DatasetError(Fault.SIZES, f"{void} is {further.shape} and {mask} {unjudged.shape}: give one size")
        unjudged = unjudged | (further & (person < 0.5))
    return Labelled(str(image), read_image(image), person, unjudged, instances)


def read_image(file: Path) -> np.ndarray:
    """(h, w, 3) uint8 RGB. Raises DatasetError."""
    try:
        return read_picture(file)
    except PredictError as error:
        raise DatasetError(Fault.LABEL, str(error)) from error


def read_plane(file: Path) -> np.ndarray:
    """The numbers (h, w) of a palette or grey PNG, of 1 bit as bool. Raises DatasetError."""
    try:
        plane = read_labels(file)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise DatasetError(Fault.LABEL, f"{file} cannot be read: {error}. Give another copy") from error
    if plane.ndim != 2:
        raise DatasetError(Fault.LABEL, f"{file} has colours: save it as a grey or palette PNG")
    return plane


def _read_mask(file: Path) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Person, instances where known, void."""
    if _has_palette(file):
        numbers = read_plane(file)
        void = numbers == VOID
        instances = np.where(void, 0, numbers).astype(np.uint8)
        return (instances > 0).astype(np.float32), instances, void
    try:
        person = read_alpha(file)
    except MetricError as error:
        raise DatasetError(Fault.LABEL, str(error)) from error
    if 0 < (brightest := round(255 * float(person.max()))) < _FAINTEST:
        raise DatasetError(
            Fault.LABEL,
            f"{file} is grey and no brighter than {brightest} of 255: save numbers of people with a palette, or a "
            "mask as 0 and 255",
        )
    return person, None, np.zeros(person.shape, bool)


def _has_palette(file: Path) -> bool:
    try:
        with Image.open(file) as image:
            return image.mode == "P"
    except (OSError, SyntaxError) as error:
        raise DatasetError(Fault.LABEL, f"{file} cannot be read: {error}. Give another copy") from error
