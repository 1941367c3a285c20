"""The training part of the street-fashion pictures: whole photographs, labelled by hand."""

from functools import partial
from pathlib import Path

import numpy as np

from models.training.generator.reading import FASHION_PARTS, training_pictures
from models.training.samples import Draw

from .errors import DatasetError, Fault
from .filming import filmed
from .labelled import Labelled, Take, read_image, read_plane


def pictures(samples: Path) -> Draw:
    """The data set of images_people/ in `samples`: one labelled person each, parts, and void where others may stand.

    The validation part is left out. Raises DatasetError where there are none.
    """
    home = samples / "images_people"
    files = training_pictures(home)
    if not files:
        raise DatasetError(Fault.EMPTY, f"{home / 'images'} holds no pictures: give the samples folder")
    return filmed([Take(file.stem, (partial(_read, home, file),)) for file in files], exact=False)


def _read(home: Path, file: Path) -> Labelled:
    mask, void, parts = (read_plane(home / kind / f"{file.stem}.png") for kind in ("masks", "void", "parts"))
    person = mask > 0
    return Labelled(
        str(file), read_image(file), person.astype(np.float32), (void > 0) & ~person,
        person.astype(np.uint8), FASHION_PARTS[parts],
    )  # fmt: skip
