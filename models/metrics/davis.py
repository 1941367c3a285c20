"""DAVIS 2017: J and F of sequences with several objects (Pont-Tuset et al., 2017; Caelles et al., 2019).

``semi``: the first mask was given, so that the first and the last frame are not scored; an object is its id; void is
background. ``unsupervised``: every frame is scored; at most 20 proposals are assigned to the objects (Hungarian, on
the mean of J and F over the sequence); void counts for nobody. The objects are those of the truth's first frame, in
both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from .arrays import VOID, MetricError
from .boundary import DAVIS_TOLERANCE, boundary_keys, keys_f_measure, pixels_of
from .files import Sequence, read_labels, sequences
from .region import jaccard
from .statistics import Statistics, statistics
from .workers import workers

Task = Literal["semi", "unsupervised"]

MOST_PROPOSALS = 20
_AT_ONCE = 32


@dataclass(frozen=True)
class ObjectScore:
    """J and F of one object: (T,) each, over the frames that the task scores."""

    j: np.ndarray
    f: np.ndarray

    @property
    def statistics(self) -> tuple[Statistics, Statistics]:
        return statistics(self.j), statistics(self.f)


@dataclass(frozen=True)
class SequenceScore:
    name: str
    objects: dict[int, ObjectScore]


def evaluate(truth: Path, pred: Path, task: Task = "semi", processes: int | None = None) -> Iterator[SequenceScore]:
    """Score the sequences of two folders one by one, in the order of their names.

    Frames are read one by one and spread over `processes` (all cores by default; 1 stays in this one), so that
    memory does not grow with the length. Raises MetricError.
    """
    found = [_Plan.of(sequence, task) for sequence in sequences(truth, pred)]
    parts = [part for plan in found for part in plan.parts()]
    with workers(processes, len(parts)) as work:
        scored = iter(work(_score_part, parts))
        for plan in found:
            yield plan.joined(islice(scored, plan.part_count))


def summary(scores: Iterable[SequenceScore]) -> dict[str, float]:
    """The seven figures of DAVIS, each a mean over all objects of all sequences."""
    each = [one.statistics for score in scores for one in score.objects.values()]
    means = np.mean(np.array(each), axis=0)
    (j_mean, j_recall, j_decay), (f_mean, f_recall, f_decay) = means.tolist()
    return {
        "J&F-Mean": (j_mean + f_mean) / 2,
        "J-Mean": j_mean, "J-Recall": j_recall, "J-Decay": j_decay,
        "F-Mean": f_mean, "F-Recall": f_recall, "F-Decay": f_decay,
    }  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """A stretch of a sequence, for one process."""

    task: Task
    objects: int
    true: tuple[Path, ...]
    pred: tuple[Path, ...]


@dataclass(frozen=True)
class _Plan:
    """A sequence with what its first frame says."""

    sequence: Sequence
    task: Task
    objects: int

    @classmethod
    def of(cls, sequence: Sequence, task: Task) -> "_Plan":
        if task == "semi" and len(sequence.true) < 3:
            raise MetricError(
                f"{sequence.name} has {len(sequence.true)} frames, of which the first and the last are not scored: "
                f"give 3 or more, or --task unsupervised, which scores all"
            )
        first = read_labels(sequence.true[0])
        ids = np.setdiff1d(first, [0, VOID])
        if not ids.size:
            raise MetricError(f"{sequence.true[0]} {_why_empty(first)}")
        gaps = np.setdiff1d(np.arange(1, ids[-1]), ids)
        if gaps.size:
            raise MetricError(
                f"{sequence.true[0]} holds no object {gaps[0]}, but object {ids[-1]}: ids are 1 to N without gaps "
                f"(the official code counts a missing one as perfect)"
            )
        return cls(sequence, task, int(ids[-1]))

    @property
    def frames(self) -> slice:
        return slice(1, -1) if self.task == "semi" else slice(None)

    @property
    def part_count(self) -> int:
        return -(-len(self.sequence.true[self.frames]) // _AT_ONCE)

    def parts(self) -> Iterator[_Part]:
        true, pred = self.sequence.true[self.frames], self.sequence.pred[self.frames]
        for start in range(0, len(true), _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            yield _Part(self.task, self.objects, true[here], pred[here])

    def joined(self, parts: Iterable["_PartScore"]) -> SequenceScore:
        """The scores of all frames, of each object with the proposal that stands for it."""
        scored = list(parts)
        j, f = (np.concatenate([getattr(part, name) for part in scored]) for name in ("j", "f"))
        if self.task == "unsupervised":
            proposals = max(self.objects, *(part.proposals for part in scored))
            j, f = assigned(j[:, :proposals], f[:, :proposals])
        objects = {number + 1: ObjectScore(j[:, number], f[:, number]) for number in range(self.objects)}
        return SequenceScore(self.sequence.name, objects)


def _why_empty(first: np.ndarray) -> str:
    if (first == VOID).any():
        return f"holds only 0 and {VOID} (void): write ids 1..N, 1 where a mask of one object has {VOID}"
    return "holds no object: DAVIS counts those of the first frame"


def assigned(j: np.ndarray, f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, objects) of (T, proposals, objects): each object's proposal, none twice, with the best mean of J and F."""
    from scipy.optimize import linear_sum_assignment

    proposals, objects = linear_sum_assignment(-((j + f) / 2).mean(axis=0))
    chosen = proposals[np.argsort(objects)], np.arange(j.shape[2])
    return j[:, *chosen], f[:, *chosen]


@dataclass(frozen=True)
class _PartScore:
    """J and F of a stretch: (T, objects), or (T, proposals, objects) where they are still to be assigned."""

    j: np.ndarray
    f: np.ndarray
    proposals: int


def _score_part(part: _Part) -> _PartScore:
    score = {"semi": _given, "unsupervised": _every}[part.task]
    found, most = [], 0
    for true_path, pred_path in zip(part.true, part.pred, strict=True):
        true, pred = _read_pair(true_path, pred_path)
        most = max(most, int(pred.max()))
        _check_id(part, int(pred.max()), pred_path)
        found.append(score(true, pred, part.objects))
    j, f = np.moveaxis(np.array(found), 1, 0)
    return _PartScore(j, f, most)


def _read_pair(true_path: Path, pred_path: Path) -> tuple[np.ndarray, np.ndarray]:
    true, pred = read_labels(true_path), read_labels(pred_path)
    if true.shape != pred.shape:
        raise MetricError(
            f"{pred_path} is {pred.shape[1]}x{pred.shape[0]}, its truth {true.shape[1]}x{true.shape[0]}: save it at "
            f"the truth's size, enlarged without new values between the ids (nearest neighbour)"
        )
    return true, pred


def _check_id(part: _Part, most: int, path: Path) -> None:
    if part.task == "semi" and most > part.objects:
        raise MetricError(
            f"{path} holds id {most}, but the truth's first frame has {part.objects} objects: save the ids of that "
            f"frame, 0, 1, 2 ... (a mask of one object: 0 and 1, not {VOID})"
        )
    if most > MOST_PROPOSALS and part.task == "unsupervised":
        raise MetricError(
            f"{path} holds id {most}: at most {MOST_PROPOSALS} proposals are allowed; save the ids 0, 1, 2 ... (a mask "
            f"of one object: 0 and 1, not {VOID})"
        )


def _given(true: np.ndarray, pred: np.ndarray, objects: int) -> np.ndarray:
    """J and F (2, objects): the mask of an id against the truth's mask of that id."""
    pairs = [(_Shape(true == number), _Shape(pred == number)) for number in range(1, objects + 1)]
    return np.array([scores(*pair) for pair in pairs]).T


def _every(true: np.ndarray, pred: np.ndarray, objects: int) -> np.ndarray:
    """J and F (2, proposals, objects): each proposal against each object, where nothing is void."""
    pred = np.where(true == VOID, 0, pred)
    truths = [_Shape(true == number) for number in range(1, objects + 1)]
    found = np.empty((2, max(MOST_PROPOSALS, objects), objects))
    found[:] = _against(truths, np.zeros(true.shape, bool))[:, None]
    for number in np.flatnonzero(np.bincount(pred.ravel())[1:]):
        found[:, number] = _against(truths, pred == number + 1)
    return found


def _against(truths: list["_Shape"], mask: np.ndarray) -> np.ndarray:
    """J and F (2, objects) of one proposal."""
    shape = _Shape(mask)
    return np.array([scores(truth, shape) for truth in truths]).T


class _Shape:
    """A bool (H, W) with its boundary, which is found once for all comparisons."""

    def __init__(self, mask: np.ndarray) -> None:
        self.mask = mask
        self.radius = pixels_of(DAVIS_TOLERANCE, mask.shape)
        self.boundary = boundary_keys(mask, self.radius)


def scores(true: _Shape, pred: _Shape) -> tuple[float, float]:
    width = true.mask.shape[1]
    return jaccard(true.mask, pred.mask), keys_f_measure(true.boundary, pred.boundary, true.radius, width)
