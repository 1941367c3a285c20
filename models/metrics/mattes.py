"""Alpha mattes of whole folders: SAD, MAD, MSE, Grad, Conn and dtSSD of sequences, under one profile."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from .arrays import MetricError
from .files import Sequence, read_alpha, read_labels, sequences
from .matte import PROFILES, connectivity_error, gradient_error, mad, mse, sad
from .temporal import dtssd
from .workers import workers

UNKNOWN = 128
_AT_ONCE = 8
# What 1 is in 8 bits, and 255 in 16: less than the least of 8 bits.
_LEAST = np.float32(1) / np.float32(255)
_LOW_HALF = np.float32(255) / np.float32(65535)
_STILL = {"SAD": sad, "MAD": mad, "MSE": mse, "Grad": gradient_error, "Conn": connectivity_error}


@dataclass(frozen=True)
class MatteScore:
    """The figures of a sequence: name to one value a frame, (T,)."""

    name: str
    values: dict[str, np.ndarray]

    @property
    def means(self) -> dict[str, float]:
        return {name: float(values.mean()) for name, values in self.values.items()}


def evaluate(
    truth: Path, pred: Path, trimaps: Path | None = None, profile: str = "rvm", processes: int | None = None
) -> Iterator[MatteScore]:
    """Score the sequences of two folders of grey PNGs one by one, in the order of their names.

    `trimaps` is a third folder of the same names, with 128 where alpha is unknown: needed by the profiles of the
    unknown region. A frame without any counts as 0, as in the official code; a sequence without any is refused. Memory
    does not grow with the length. Raises MetricError.
    """
    if profile not in PROFILES:
        raise MetricError(f"there is no profile {profile!r}: it is one of {', '.join(PROFILES)}")
    if PROFILES[profile].unknown_only and trimaps is None:
        raise MetricError(f"profile {profile!r} counts inside the unknown region: give the folder of trimaps")
    found = sequences(truth, pred)
    regions = [None] * len(found) if trimaps is None else [one.pred for one in sequences(truth, trimaps, "trimap")]
    parts = [list(_parts(one, region, profile)) for one, region in zip(found, regions, strict=True)]
    with workers(processes, sum(map(len, parts))) as work:
        scored = iter(work(_score_part, [part for own in parts for part in own]))
        for one, own in zip(found, parts, strict=True):
            yield _joined(one.name, profile, list(islice(scored, len(own))))


def summary(scores: Iterable[MatteScore]) -> dict[str, float]:
    """Each figure's mean over sequences of its mean over frames."""
    means = [score.means for score in scores]
    return {name: float(np.mean([one[name] for one in means])) for name in means[0]}


@dataclass(frozen=True)
class _Part:
    """Frames of a sequence for one process, with a neighbour on each side where there is one."""

    profile: str
    true: tuple[Path, ...]
    pred: tuple[Path, ...]
    trimaps: tuple[Path, ...] | None
    own: slice


def _parts(sequence: Sequence, trimaps: tuple[Path, ...] | None, profile: str) -> Iterator[_Part]:
    count = len(sequence.true)
    for start in range(0, count, _AT_ONCE):
        first, end = max(0, start - 1), min(count, start + _AT_ONCE + 1)
        own = slice(start - first, start - first + min(_AT_ONCE, count - start))
        here = slice(first, end)
        yield _Part(profile, sequence.true[here], sequence.pred[here], trimaps and trimaps[here], own)


@dataclass(frozen=True)
class _PartScore:
    """The figures of a part's own frames, and what tells whether its files mean what they should."""

    values: dict[str, np.ndarray]
    unknown_pixels: int
    most_true: float
    most_pred: float


def _score_part(part: _Part) -> _PartScore:
    true, pred = (np.array(_alphas(paths)) for paths in (part.true, part.pred))
    if true.shape != pred.shape:
        raise MetricError(
            f"{part.pred[0]} and on are {pred.shape[1:]} high and wide, their truth {true.shape[1:]}: save them at the "
            f"truth's size"
        )
    unknown = None if part.trimaps is None else np.array([_unknown(path, true.shape[1:]) for path in part.trimaps])
    own = part.own
    region = None if unknown is None else unknown[own]
    found = {name: measure(true[own], pred[own], region, part.profile) for name, measure in _STILL.items()}
    if part.profile != "dim":
        found["dtSSD"] = dtssd(true, pred, unknown, part.profile)[own]
    return _PartScore(found, 0 if region is None else int(np.count_nonzero(region)), true.max(), pred.max())


def _alphas(paths: tuple[Path, ...]) -> list[np.ndarray]:
    alphas = [read_alpha(path) for path in paths]
    for path, alpha in zip(paths, alphas, strict=True):
        if alpha.shape != alphas[0].shape:
            raise MetricError(f"{path} is {alpha.shape} high and wide, the frames before it {alphas[0].shape}")
    return alphas


def _unknown(path: Path, size: tuple[int, ...]) -> np.ndarray:
    trimap = read_labels(path)
    if trimap.shape != size:
        raise MetricError(f"{path} is {trimap.shape} high and wide, its truth {size}")
    odd = np.setdiff1d(trimap, [0, UNKNOWN, 255])
    if odd.size:
        raise MetricError(f"{path} holds {odd[0]}: a trimap holds 0, {UNKNOWN} (unknown) and 255 only")
    return trimap == UNKNOWN


def _joined(name: str, profile: str, parts: list[_PartScore]) -> MatteScore:
    if PROFILES[profile].unknown_only and not any(part.unknown_pixels for part in parts):
        raise MetricError(
            f"the trimaps of {name} hold no {UNKNOWN}: profile {profile!r} has nothing to count; write {UNKNOWN} where "
            f"alpha is unknown"
        )
    _check_reach(name, max(part.most_true for part in parts), max(part.most_pred for part in parts))
    keys = parts[0].values
    return MatteScore(name, {key: np.concatenate([part.values[key] for part in parts]) for key in keys})


def _check_reach(name: str, true: float, pred: float) -> None:
    """Raise MetricError where either side holds 0 and 1 of 255, a mask's ids, or 8 bits saved as 16.

    `true` and `pred` are the greatest alphas of all frames: a faint frame is no fault, and all 0 is a matte of nobody.
    """
    for side, most in (("truth", true), ("predictions", pred)):
        if 0 < most <= _LOW_HALF:
            raise MetricError(
                f"the {side} of {name}: 16 bits, but no value above 255; save alpha as 8-bit grey, 0..255, or as "
                f"0..65535 in 16 bits"
            )
    if true == _LEAST:
        raise MetricError(f"the truth of {name} holds 0 and 1 only: save alpha as 0..255")
    if pred == _LEAST and true > _LEAST:
        raise MetricError(f"the predictions of {name} hold 0 and 1 only, their truth more: save alpha as 0..255")
