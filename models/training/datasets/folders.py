"""Image and mask folders of anybody.

    images/0001.jpg + masks/0001.png                      stills
    images/NAME/00000.jpg + masks/NAME/00000.png          films, a folder each
    NAME/images/00000.jpg + NAME/masks/00000.png          the same the other way round

`alphas/` in place of `masks/` says that the labels are true alpha. `void/`, where there is one, is white where nobody
is judged. Frames are numbered; where a number is missing a take ends.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from models import gold
from models.evaluate.cases import is_validation
from models.predict.sources import SUFFIXES
from models.training.samples import Draw

from .errors import DatasetError, Fault
from .filming import filmed
from .judging import refuse_judged
from .labelled import Labelled, Take, read_frame

# Whole films that `models.evaluate` judges by under these names.
_SEQUENCES = frozenset(("one_by_one_a", "one_by_one_b", "asl_eat", "asl_sorry"))


def folder(path: Path, samples: Path | None = None) -> Draw:
    """The data set of such a folder.

    Of the stills a fifth, by name, is kept for judging as everywhere (`models.evaluate.cases.is_validation`). Raises
    DatasetError where there is nothing to train on, a label is missing, a film is one that is judged by its name, or,
    with `samples`, anything is a copy of what is judged.
    """
    inner = not (path / "images").is_dir()
    homes = sorted(home for home in path.glob("*") if (home / "images").is_dir()) if inner else [path]
    takes = [take for home in homes for take in (_film(home) if inner else _films_and_stills(home))]
    if not takes:
        raise DatasetError(
            Fault.EMPTY,
            f"{path} holds nothing to train on: give a folder with images/ and masks/ (or alphas/), files of one stem; "
            "a fifth of the stills, by name, is kept for judging",
        )
    kinds = {_labels(home).name for home in homes}
    if len(kinds) > 1:
        raise DatasetError(Fault.LABEL, f"{path} has films with masks/ and with alphas/: give them as two data sets")
    if samples:
        refuse_judged(takes, samples)
    return filmed(takes, kinds == {"alphas"})


def takes_of(name: str, images: list[Path], labels: Path, void: Path | None = None) -> Iterator[Take]:
    """The frames of one film, files by name, as takes: a new one where numbers leave a gap.

    Raises DatasetError for a frame that has no label of its stem in the folder `labels`.
    """
    numbered = sorted((_number(file), file) for file in images)
    for _, part in groupby(enumerate(numbered), key=lambda item: item[1][0] - item[0]):
        frames = tuple(_frame(file, labels, void) for _, (_, file) in part)
        yield Take(name, frames)


def _films_and_stills(home: Path) -> Iterator[Take]:
    """Of images/ and its folders."""
    labels, void = _labels(home), home / "void"
    for film in sorted(inner for inner in (home / "images").iterdir() if inner.is_dir()):
        yield from _kept(takes_of(film.name, _images(film), labels / film.name, void / film.name), film)
    stills = [file for file in _images(home / "images") if not is_validation(file.stem)]
    yield from (Take(file.stem, (_frame(file, labels, void),)) for file in stills)


def _film(home: Path) -> Iterator[Take]:
    """Of a folder that is one film."""
    files = _images(home / "images")
    yield from _kept(takes_of(home.name, files, _labels(home), home / "void"), home)


def _kept(takes: Iterator[Take], film: Path) -> Iterator[Take]:
    """The takes. Raises DatasetError for a film that `models.evaluate` judges by, known by its folder's name."""
    if film.name in _SEQUENCES or any(Path(frame.clip).stem == film.name for frame in gold.frames()):
        raise DatasetError(Fault.JUDGED, f"{film} is kept for judging, so it must not be trained on: take it out")
    return takes


def _labels(home: Path) -> Path:
    """masks/ or alphas/ of a folder. Raises DatasetError where there is not one of them."""
    there = [home / name for name in ("masks", "alphas") if (home / name).is_dir()]
    if len(there) != 1:
        raise DatasetError(
            Fault.LABEL, f"{home} has images/ and {len(there)} of masks/ and alphas/: give one of the two"
        )
    return there[0]


def _images(home: Path) -> list[Path]:
    return sorted(file for file in home.iterdir() if file.suffix.lower() in SUFFIXES and file.name[0] != ".")


def _number(file: Path) -> int:
    """The last run of digits in its name. Raises DatasetError where there is none."""
    digits = re.findall(r"[0-9]+", file.stem)
    if not digits:
        raise DatasetError(Fault.LABEL, f"{file} has no number: number the frames of a film")
    return int(digits[-1])


def _frame(image: Path, labels: Path, void: Path | None) -> Callable[[], Labelled]:
    """A reader. Raises DatasetError at once where the label is missing."""
    label = labels / f"{image.stem}.png"
    if not label.is_file():
        raise DatasetError(Fault.LABEL, f"{image} has no label: {label} is missing; give one for every picture")
    unjudged = void / f"{image.stem}.png" if void else None
    return partial(read_frame, image, label, unjudged if unjudged and unjudged.is_file() else None)
