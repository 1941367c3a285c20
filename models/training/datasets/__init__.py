"""What there is to train on, by name: each data set gives samples that depend on (seed, index, frames, size) alone."""

from collections.abc import Callable, Collection
from pathlib import Path

from models.training.samples import Draw

from .composites import generated, pasted
from .errors import DatasetError, Fault
from .folders import folder
from .pictures import pictures
from .release import release

MADE: dict[str, Callable[[Path, Collection[str], Path | None], Draw]] = {"generated": generated, "pasted": pasted}
OF_SAMPLES: dict[str, Callable[[Path], Draw]] = {"pictures": pictures}
OF_PATHS: dict[str, Callable[[Path, Path | None], Draw]] = {"folder": folder, "release": release}

__all__ = ["MADE", "OF_PATHS", "OF_SAMPLES", "DatasetError", "Fault", "open_dataset"]


def open_dataset(
    kind: str, samples: Path | None = None, path: Path | None = None, without: Collection[str] = ()
) -> Draw:
    """The data set of a kind: one of `MADE` or `OF_SAMPLES` in the samples folder, or one of `OF_PATHS` at `path`.

    What is made is made `without` some portraits, over the plates at `path` too, where it is given. What comes from
    `path` is compared with what the samples keep for judging, where they are given.

    Raises DatasetError for another kind, for a place that is not there, and where there is nothing to train on.
    """
    if kind in MADE:
        plates = None if path is None else _there(path, "Give as path a folder of pictures that hold nobody")
        return MADE[kind](_samples(kind, samples), without, plates)
    if kind in OF_SAMPLES:
        return OF_SAMPLES[kind](_samples(kind, samples))
    if kind in OF_PATHS:
        return OF_PATHS[kind](_there(path, f"{kind} is read from a folder of your own: give its path"), samples)
    raise DatasetError(Fault.KIND, f"{kind} is no data set: {', '.join(sorted([*MADE, *OF_SAMPLES, *OF_PATHS]))}")


def _samples(kind: str, samples: Path | None) -> Path:
    return _there(samples, f"{kind} is read from samples: give --samples or set KOUTU_SAMPLES")


def _there(place: Path | None, wanted: str) -> Path:
    if place is None:
        raise DatasetError(Fault.PLACE, wanted)
    if not place.is_dir():
        raise DatasetError(Fault.PLACE, f"{place} is no folder. {wanted}")
    return place
