"""Whether people keep their identity over a shot: IDF1 (Ristani et al., ECCV 2016 workshops, section 3) and swaps."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from .arrays import MetricError

HELD = 0.5  # J from which a track is on a person


@dataclass(frozen=True)
class IdentityScore:
    """Of one shot. `true`, `pred` count regions of people and of tracks over all frames, `kept` those pairs of them
    that lie on one another where every person has one track and every track one person, chosen for the most;
    `found` the pairs whoever they are. `swaps` counts how often a person was on another track than when last found.
    """

    true: int
    pred: int
    kept: int
    found: int
    swaps: int

    @property
    def idf1(self) -> float:
        """2 kept / (true + pred), 0..1; 1 where nobody is and nobody was found."""
        return _f1(self.kept, self.true + self.pred)

    @property
    def found_f1(self) -> float:
        """What IDF1 would be if everybody found kept their identity: the rest is not the tracker's fault."""
        return _f1(self.found, self.true + self.pred)

    def __add__(self, other: "IdentityScore") -> "IdentityScore":
        """Both shots together, as published figures sum over sequences."""
        pairs = zip(self._counts(), other._counts(), strict=True)
        return IdentityScore(*(one + more for one, more in pairs))

    def _counts(self) -> tuple[int, ...]:
        return self.true, self.pred, self.kept, self.found, self.swaps


NOTHING = IdentityScore(0, 0, 0, 0, 0)


@dataclass
class _Counts:
    """What is summed frame by frame: `held` by (person, track), and who was last on which track."""

    true: int = 0
    pred: int = 0
    found: int = 0
    swaps: int = 0
    held: dict[tuple[int, int], int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)


def identity(true: Iterable[np.ndarray], pred: Iterable[np.ndarray], least: int = 1) -> IdentityScore:
    """Compare numbered people with numbered tracks, frame by frame.

    Both give (H, W) integers a frame, 0 for nobody; the numbers of one have nothing to do with the other's. A region
    of fewer than `least` pixels is nobody: who is hidden all but a finger is not missed. A track is on a person
    from J 0.5 on. Raises MetricError where frames are of unlike size or number.
    """
    counts = _Counts()
    frames = iter(pred)
    for labels in true:
        tracks = next(frames, None)
        if tracks is None or tracks.shape != labels.shape:
            given = "none" if tracks is None else tracks.shape
            raise MetricError(f"a frame of truth is {labels.shape}, of tracks {given}: give one of the same size each")
        _count(counts, labels, tracks, least)
    if next(frames, None) is not None:
        raise MetricError("there are more frames of tracks than of truth: give as many")
    return IdentityScore(counts.true, counts.pred, _kept(counts.held), counts.found, counts.swaps)


def _count(counts: _Counts, labels: np.ndarray, tracks: np.ndarray, least: int) -> None:
    people, regions = _areas(labels, least), _areas(tracks, least)
    counts.true += len(people)
    counts.pred += len(regions)
    for person, held in _on_one_another(labels, tracks, people, regions).items():
        counts.found += 1
        for track in held:
            counts.held[person, track] = counts.held.get((person, track), 0) + 1
        before = counts.last.get(person, held[0])
        counts.last[person] = before if before in held else held[0]
        counts.swaps += before not in held


def _areas(labels: np.ndarray, least: int) -> dict[int, int]:
    pairs = zip(*_counted(labels[labels != 0]), strict=True)
    return {number: size for number, size in pairs if size >= least}


def _counted(numbers: np.ndarray) -> tuple[list[int], list[int]]:
    """The numbers that are there, and how many of each."""
    found, sizes = np.unique(numbers, return_counts=True)
    return found.tolist(), sizes.tolist()


def _on_one_another(labels: np.ndarray, tracks: np.ndarray, people: dict, regions: dict) -> dict[int, list[int]]:
    """The tracks on each person that has some: one, or two that share the person in halves."""
    both = (labels != 0) & (tracks != 0)
    many = int(tracks.max()) + 1
    found: dict[int, list[int]] = {}
    for pair, shared in zip(*_counted(labels[both].astype(np.int64) * many + tracks[both]), strict=True):
        person, track = divmod(pair, many)
        if person in people and track in regions:
            if shared >= HELD * (people[person] + regions[track] - shared):
                found.setdefault(person, []).append(track)
    return found


def _kept(held: dict[tuple[int, int], int]) -> int:
    """The most frames that one-to-one pairs of people and tracks have (Hungarian method, Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    if not held:
        return 0
    people, tracks = (sorted(set(numbers)) for numbers in zip(*held, strict=True))
    table = np.zeros((len(people), len(tracks)), np.int64)
    for (person, track), frames in held.items():
        table[people.index(person), tracks.index(track)] = frames
    return int(table[linear_sum_assignment(-table)].sum())


def _f1(right: int, all_: int) -> float:
    return 2 * right / all_ if all_ else 1.0
