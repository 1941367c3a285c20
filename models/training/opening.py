"""From a data set's kind to what draws its samples. Nothing of it is loaded before it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from models.backends.protocol import Segmenter, WeightsMissing

from .config import Data, Fault, TrainingError
from .samples import Draw, Sample

_DATASETS = "models.training.datasets"
_MADE = ("generated", "pasted")
KINDS = (*_MADE, "pictures", "release", "folder", "distilled")


def open_data(data: Mapping[str, Data], samples: Path | None) -> dict[str, Draw]:
    """What draws from each data set, by its name in the config; `samples` is laid out as docs/samples.md says.

    Raises TrainingError, naming the data set.
    """
    return {name: _opened(name, one, samples) for name, one in data.items()}


def _opened(name: str, data: Data, samples: Path | None) -> Draw:
    path = None if data.path is None else Path(data.path)
    try:
        if data.without and data.kind not in _MADE:
            raise ValueError(f"without names portraits, and {data.kind} shows none: it is for {', '.join(_MADE)}")
        if ":" in data.kind:
            module, function = data.kind.split(":", 1)
            return getattr(import_module(module), function)(samples, path)
        if data.kind not in KINDS:
            raise ValueError(f"there is no kind {data.kind}: it is one of {', '.join(KINDS)}, or MODULE:FUNCTION")
        if data.kind == "distilled":
            return _distilled(path)
        return import_module(_DATASETS).open_dataset(data.kind, samples, path, data.without)
    except (ImportError, AttributeError, ValueError, OSError) as error:
        raise TrainingError(Fault.DATA, f"data.{name} cannot be opened: {error}") from error


def _distilled(path: Path | None) -> Draw:
    if path is None:
        raise ValueError("give as path the folder that python -m models.training.teachers made")
    return import_module("models.training.teachers").distilled(path)


def open_prior(name: str) -> Segmenter:
    """The back end whose answers are to be mended. Raises TrainingError, and says what it lacks."""
    from models.backends.registry import UnknownBackend, find

    try:
        backend = find(name)
        if backend.task != "segment":
            raise UnknownBackend(f"{name} does not find people by itself: choose a back end that segments")
        return backend.open()
    except (UnknownBackend, WeightsMissing) as error:
        raise TrainingError(Fault.CONFIG, f"prior: {error}") from error


def drawn(draw: Draw, name: str, seed: int, index: int, frames: int, size: int) -> Sample:
    """The sample, looked at. Raises TrainingError, naming data set and index, for one that cannot be trained on."""
    try:
        sample = draw(seed, index, frames, size)
        sample.check()
    except (ValueError, OSError) as error:
        raise TrainingError(Fault.DATA, f"data.{name}, index {index}, {frames} frames of {size}: {error}") from error
    if sample.picture.shape[:3] != (frames, size, size):
        shape = sample.picture.shape[:3]
        raise TrainingError(Fault.DATA, f"data.{name}, index {index} gave {shape}, not {(frames, size, size)}")
    return sample
