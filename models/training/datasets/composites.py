"""What the generator makes, as data sets: people with true alpha, and cut-outs of photographs among them.

A fifth of all samples shows nobody, but things of a person's shape. Flow is NaN where it is not known, as at a cut.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import numpy as np

from models.predict.sources import read_picture
from models.training.generator import Clip, Sources, compose, draw
from models.training.generator.everything import sources_of
from models.training.generator.reading import plate_files
from models.training.samples import Draw, Sample

from .errors import DatasetError, Fault
from .judging import refuse_copies

_HARD = "fashion"  # the group cut out by a hard mask: its edge is no true alpha
_MEGABYTES = 1024  # of sources held: all of the samples, so that each is read once


def generated(samples: Path, without: Collection[str] = (), plates: Path | None = None) -> Draw:
    """The data set of people with true alpha, rendered or keyed, over plates; `without` some of the portraits.

    `plates` is a folder of further plates, pictures that hold nobody. Raises DatasetError without samples, for a
    portrait that is not there, and for a plate that is a copy of what models are judged by.
    """
    sources = _sources(samples, frozenset(without), plates)
    soft = {name: some for name, some in sources.groups.items() if name != _HARD}
    if not soft:
        raise DatasetError(Fault.EMPTY, f"{samples} holds nobody with true alpha: rendered/ or alpha/ is needed")
    return composed(Sources(soft, sources.plates), exact=True)


def pasted(samples: Path, without: Collection[str] = (), plates: Path | None = None) -> Draw:
    """The data set of everybody who can be cut out, photographs by their hard masks too; see `generated`."""
    return composed(_sources(samples, frozenset(without), plates), exact=False)


def composed(sources: Sources, exact: bool) -> Draw:
    """The data set of these sources; `exact` says that all of their people are true alpha.

    The same seed and index show other scenes where `exact` differs, so that two data sets do not repeat each other.
    """

    def sample(seed: int, index: int, frames: int, size: int) -> Sample:
        (recipe_seed,) = np.random.SeedSequence([seed, index, exact]).generate_state(1, np.uint64)
        return _sample(compose(draw(int(recipe_seed), (size, size), frames), sources), exact)

    return sample


@lru_cache(maxsize=1)  # both data sets draw from the same people, held once
def _sources(samples: Path, without: frozenset[str], plates: Path | None) -> Sources:
    if plates is not None:
        _check_plates(plates, samples)
    try:
        return sources_of(samples, _MEGABYTES, without, plates)
    except ValueError as error:
        raise DatasetError(Fault.EMPTY, f"{samples}: {error}") from error


def _check_plates(folder: Path, samples: Path) -> None:
    files = plate_files(folder)
    if not files:
        raise DatasetError(Fault.EMPTY, f"{folder} holds no pictures: give a folder of plates")
    refuse_copies(((file.name, read_picture(file)) for file in files), samples)


def _sample(clip: Clip, exact: bool) -> Sample:
    return Sample(
        clip.images, clip.alpha, exact, clip.void, clip.instances, clip.parts, clip.colours, clip.flow
    )  # fmt: skip
