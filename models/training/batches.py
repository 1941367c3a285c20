"""Samples as tensors: drawn in processes beside the training, each by seed, step and place, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from models.backends.protocol import Segmenter

from .config import Config, Fault, TrainingError
from .opening import drawn, open_data, open_prior
from .planning import Plan, plan_of
from .priors import is_part, priors
from .samples import Draw, Sample
from .truth import centres

_WORTH = 0.003  # of the frame: smaller parts are neither clicked nor followed


@dataclass(frozen=True)
class Batch:
    """B samples of T frames. Planes have a channel: (B, T, C, H, W).

    `picture` and `foreground` uint8 RGB; `person` float in 0..1; `void` bool; `parts` uint8, 255 where unknown;
    `prior` float in 0..1; `heat`, `offset` and `cells` as `truth.Centres`, at 1/4. (B,) bool: `exact`, person is true
    alpha; `coloured`, the foreground is known; `counted`, instances are known; `given`, the prior is shown. `chance`
    (B,) int64 seeds what else is drawn of a sample.
    """

    picture: Tensor
    person: Tensor
    void: Tensor
    parts: Tensor
    foreground: Tensor
    prior: Tensor
    heat: Tensor
    offset: Tensor
    cells: Tensor
    exact: Tensor
    coloured: Tensor
    counted: Tensor
    given: Tensor
    chance: Tensor

    @property
    def frames(self) -> int:
        """T."""
        return self.picture.shape[1]

    def to(self, device: torch.device) -> "Batch":
        """All on `device`."""
        moved = {one.name: getattr(self, one.name).to(device, non_blocking=True) for one in fields(self)}
        return Batch(**moved)

    def window(self, first: int, last: int) -> "Batch":
        """Its frames from `first` to before `last`."""
        planes = {one.name: getattr(self, one.name) for one in fields(self)}
        return Batch(**{name: one[:, first:last] if one.dim() > 1 else one for name, one in planes.items()})

    def cut(self, place: int, top: int, left: int, side: int) -> "Batch":
        """A square of sample `place` as a batch of one; `top`, `left` and `side` are multiples of 4."""
        height = self.picture.shape[-2]

        def square(plane: Tensor) -> Tensor:
            if plane.dim() == 1:
                return plane[place : place + 1]
            step = height // plane.shape[-2]
            rows, columns = (slice(start // step, (start + side) // step) for start in (top, left))
            return plane[place : place + 1, ..., rows, columns]

        return Batch(**{one.name: square(getattr(self, one.name)) for one in fields(self)})


def joined(batches: Sequence[Batch]) -> Batch:
    """One after the other; of one size and length."""
    return Batch(**{one.name: torch.cat([getattr(batch, one.name) for batch in batches]) for one in fields(Batch)})


def flat(planes: Tensor) -> Tensor:
    """(B T, ...) of (B, T, ...): frame by frame."""
    return planes.flatten(0, 1)


def of_samples(
    samples: Sequence[Sample],
    given: Sequence[bool],
    seeds: Sequence[np.random.Generator],
    segmenter: Segmenter | None = None,
) -> Batch:
    """A batch of samples of one shape. Priors are drawn by `seeds`, and shown where `given`: see `priors`."""
    known = [
        centres(np.zeros(one.person.shape, np.uint8) if one.instances is None else one.instances) for one in samples
    ]
    spoilt = [priors(one, rng, segmenter) for one, rng in zip(samples, seeds, strict=True)]
    return Batch(
        picture=_coloured([one.picture for one in samples]),
        person=_plane([one.person for one in samples]).clamp(0, 1),
        void=_plane([one.void for one in samples]),
        parts=_plane([_parts(one) for one in samples]),
        foreground=_coloured([one.picture if one.foreground is None else one.foreground for one in samples]),
        prior=_plane(spoilt),
        heat=_plane([one.heat for one in known]),
        offset=torch.from_numpy(np.stack([one.offset for one in known])),
        cells=_plane([one.cells for one in known]),
        exact=torch.tensor([one.exact for one in samples]),
        coloured=torch.tensor([one.foreground is not None for one in samples]),
        counted=torch.tensor([one.instances is not None for one in samples]),
        given=torch.tensor(list(given)),
        chance=torch.tensor([int(rng.integers(2**31)) for rng in seeds]),
    )


def _parts(sample: Sample) -> np.ndarray:
    return np.full(sample.person.shape, 255, np.uint8) if sample.parts is None else sample.parts


def _plane(planes: Sequence[np.ndarray]) -> Tensor:
    """(B, T, 1, H, W) from (T, H, W) each."""
    return torch.from_numpy(np.stack(planes))[:, :, None]


def _coloured(pictures: Sequence[np.ndarray]) -> Tensor:
    """(B, T, 3, H, W) from (T, H, W, 3) each."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 1, 4, 2, 3).contiguous()


class Place(NamedTuple):
    """Of a process among all: its rank, and how many there are."""

    rank: int = 0
    world: int = 1


ALONE = Place()


class Batches(Dataset[Batch]):
    """The batch of each step as one process needs it, whichever steps were asked for before."""

    def __init__(self, config: Config, samples: Path | None, place: Place = ALONE) -> None:
        self.config, self.samples, self.place = config, samples, place
        self._draws: Mapping[str, Draw] | None = None
        self._segmenter: Segmenter | None = None

    def __getitem__(self, step: int) -> Batch:
        """Its own share of the samples of `step`. Raises TrainingError."""
        plan = plan_of(self.config, step)
        some = [self._example(plan, number) for number in _share(plan.count, self.place)]
        samples, given, seeds = zip(*some, strict=True)
        return of_samples(samples, given, seeds, self._asked())

    def _example(self, plan: Plan, number: int) -> tuple[Sample, bool, np.random.Generator]:
        """Sample `number` of all processes together: that is its rank's first number and its place there."""
        rng = np.random.default_rng([self.config.seed, plan.step, number + 1])
        names, weights = zip(*sorted(plan.mix.items()), strict=True)
        name = str(rng.choice(names, p=np.array(weights) / sum(weights)))
        index, is_given = int(rng.integers(2**31)), bool(rng.random() < plan.stage.priors)
        sample = drawn(self._opened()[name], name, self.config.seed, index, plan.frames, plan.stage.size)
        if plan.kind in ("click", "follow"):
            sample = aimed(sample, rng, plan.stage.worn)
        return sample, is_given, rng

    def _opened(self) -> Mapping[str, Draw]:
        """Data sets are opened where they are used: an open file does not survive the way to another process."""
        if self._draws is None:
            self._draws = open_data(self.config.data, self.samples)
        return self._draws

    def _asked(self) -> Segmenter | None:
        """Opened where it is used, as the data sets are."""
        if self._segmenter is None and self.config.prior is not None:
            self._segmenter = open_prior(self.config.prior)
        return self._segmenter


def _share(count: int, place: Place) -> range:
    each = count // place.world
    return range(place.rank * each, (place.rank + 1) * each)


def aimed(sample: Sample, rng: np.random.Generator, worn: float = 0.0) -> Sample:
    """With what is meant by a click, or followed: something worn or held in the share `worn` of all, where there is
    any; of the others one of several people half of the time, for clicks pick people apart."""
    meant = _worn(sample) if rng.random() < worn else []
    if not meant:
        meant = _people(sample) if rng.random() < 0.5 else []
    if not meant:
        return sample
    return replace(sample, person=sample.person * meant[int(rng.integers(len(meant)))], exact=False)


def _people(sample: Sample) -> list[np.ndarray]:
    """(T, H, W) bool each, where there are several."""
    if sample.instances is None:
        return []
    people = np.unique(sample.instances[sample.instances > 0])
    return [sample.instances == person for person in people] if len(people) > 1 else []


def _worn(sample: Sample) -> list[np.ndarray]:
    """(T, H, W) bool each: each person's parts that are large enough on the first frame."""
    if sample.parts is None:
        return []
    found = []
    for person in _people(sample) or [np.ones(sample.parts.shape, bool)]:
        parts = np.where(person, sample.parts, 0)
        numbers, counts = np.unique(parts[0], return_counts=True)
        found += [parts == part for part in numbers[is_part(numbers) & (counts >= _WORTH * parts[0].size)]]
    return found


class _Failed(NamedTuple):
    """Why there is no batch; an error of ours would not come through from another process as what it is."""

    fault: Fault
    message: str


class _Sent(Dataset["Batch | _Failed"]):
    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __getitem__(self, step: int) -> "Batch | _Failed":
        try:
            return self.batches[step]
        except TrainingError as error:
            return _Failed(Fault(error.fault), str(error))


def loader(batches: Batches, first: int, last: int, workers: int) -> Iterator[Batch]:
    """The batches of the steps from `first` to before `last`, in order. Raises TrainingError at one that fails.

    They are drawn by `workers` processes beside this one, two steps ahead each, or here where there are none.
    """
    beside = {"prefetch_factor": 2, "worker_init_fn": _alone} if workers else {}
    steps = range(first, last)
    sent = DataLoader(_Sent(batches), batch_size=None, sampler=steps, num_workers=workers, **beside)  # type: ignore[arg-type]
    return map(_received, iter(sent))


def _received(sent: "Batch | _Failed") -> Batch:
    if isinstance(sent, _Failed):
        raise TrainingError(sent.fault, sent.message)
    return sent


def _alone(_worker: int) -> None:
    """One thread a process, for the training needs the others; and to be told to stop, as a service manager tells all
    processes at once, is the training's affair: it ends its step, and these with it."""
    import signal

    import cv2

    cv2.setNumThreads(0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
