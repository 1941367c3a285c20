"""Pictures with truth, set by set."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from models import gold
from models.gold.making import pictures
from models.gold.store import read_labels
from models.predict import Fault, PredictError
from models.predict.sources import read_picture


@dataclass(frozen=True)
class Case:
    """One picture: (H, W, 3) uint8 RGB, everybody on it (H, W) bool, and where nobody is judged (H, W) bool.

    `group` is what its neighbours share, such as a clip: figures of one group are not independent; `follows` says that
    this picture comes right after the case before it. `parts` are masks (H, W) bool of what people wear and hold, by
    name. `people` (H, W) uint8 numbers everybody from 1, 0 for nobody, and `alpha` (H, W) float32 is true alpha in
    0..1: None where not known.
    """

    name: str
    group: str
    image: np.ndarray
    truth: np.ndarray
    void: np.ndarray
    parts: dict[str, np.ndarray] = field(default_factory=dict)
    people: np.ndarray | None = None
    alpha: np.ndarray | None = None
    follows: bool = False


def gold_cases(samples: Path) -> Iterator[Case]:
    """The film frames outlined by hand, clip by clip; `samples` is the folder that holds clips/.

    Raises PredictError where a clip is missing or broken.
    """
    for clip, some in groupby(gold.frames(), key=lambda frame: frame.clip):
        frames = list(some)
        images = pictures(samples / clip, [frame.index for frame in frames])
        for frame, image in zip(frames, images, strict=True):
            labels = gold.labels(frame)
            void = labels == gold.VOID
            people = np.where(void, np.uint8(0), labels)
            yield Case(frame.name, Path(clip).stem, image, people > 0, void, people=people)


def sequence_cases(samples: Path) -> Iterator[Case]:
    """The sequences with a mask on every frame, DAVIS-like; truth made by networks and a clean plate. Raises
    PredictError."""
    for folder in sorted((samples / "sequences").glob("*/images")):
        name = folder.parent.name
        for place, file in enumerate(sorted(folder.glob("*.jpg"))):
            truth = labels_of(folder.parent / "masks" / f"{file.stem}.png") > 0
            void = np.zeros_like(truth)
            yield Case(f"{name}/{file.stem}", name, read_picture(file), truth, void, follows=place > 0)


def picture_cases(samples: Path) -> Iterator[Case]:
    """The validation part of the street-fashion pictures, labelled by hand, with their parts; passers-by are void.

    Raises PredictError.
    """
    home = samples / "images_people"
    for file in sorted((home / "images").glob("*.jpg")):
        if is_validation(file.stem) and file.stem not in _TWINS:
            truth, void = (labels_of(home / kind / f"{file.stem}.png") > 0 for kind in ("masks", "void"))
            held = labels_of(home / "parts" / f"{file.stem}.png")
            parts = {name: held == number for name, number in _PARTS.items() if (held == number).any()}
            yield Case(file.stem, "pictures", read_picture(file), truth, void & ~truth, parts)


def is_validation(name: str) -> bool:
    """Whether a picture belongs to the fifth that is never trained on nor tuned to, by its name alone."""
    return name in _TWINS or hashlib.sha256(name.encode()).digest()[0] % 5 == 0


def labels_of(path: Path) -> np.ndarray:
    """The numbers (H, W) uint8 of a grey or palette PNG. Raises PredictError."""
    try:
        return read_labels(path)
    except OSError as error:
        raise PredictError(Fault.PICTURE, f"{path} cannot be read: {error}. Give another copy") from error


# The street-fashion picture 0183 is 0730 over again: neither trained on nor judged by twice.
_TWINS = frozenset(("0183",))
_PARTS = {"hair": 2, "hat": 3, "bag": 4, "scarf": 5}  # as images_people/parts.json numbers them
