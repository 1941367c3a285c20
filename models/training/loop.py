"""The training from its first step, or the one after its last checkpoint, to its end or that of its time."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import torch

from . import saving
from .batches import Batch, Batches, Place, loader
from .config import Config, Fault, TrainingError
from .journal import Journal
from .planning import plan_of
from .processes import agreed, joined
from .trainer import Trainer

BEGUN = "config.json"


@dataclass(frozen=True)
class Means:
    """What a run has, beside what it is: none of it changes a weight.

    `samples` is the folder of docs/samples.md, `workers` processes draw samples, a checkpoint is written every
    `save_minutes` and every `save_steps` steps (0: by time alone). So many `minutes` after the call it stops, to be
    taken up later.
    """

    samples: Path | None = None
    device: str = "cpu"
    workers: int = 0
    save_minutes: float = 10.0
    save_steps: int = 0
    minutes: float | None = None


def train(config: Config, run: Path, means: Means) -> tuple[Trainer, int]:
    """Train in the folder `run`, going on where an earlier call stopped; the trainer and its steps done.

    Raises TrainingError, also where `run` was begun with another config, and CheckpointError for a parent.
    """
    device, began = torch.device(means.device), monotonic()
    with joined(device) as place:
        _check_place(config, place)
        if place.rank == 0:
            begin(run, config)
        trainer = Trainer(config, device, place)
        step = saving.restore(run, trainer)
        batches = Batches(config, means.samples, place)
        ends = None if means.minutes is None else began + means.minutes * 60
        with _told() as told:
            drawn = loader(batches, step, config.steps, means.workers)
            return trainer, _run(trainer, run, means, drawn, step, _Limit(told, ends))


def begin(run: Path, config: Config) -> None:
    """Note what `run` is, or check that it is still the same. Raises TrainingError."""
    said = json.loads(json.dumps(config.as_json()))
    note = run / BEGUN
    if note.exists():
        begun = json.loads(note.read_text())
        changed = sorted(key for key in begun.keys() | said.keys() if begun.get(key) != said.get(key))
        if changed:
            raise TrainingError(
                Fault.RUN, f"{run} was begun with another {', '.join(changed)}: give that config, or another folder"
            )
        return
    run.mkdir(parents=True, exist_ok=True)
    beside = run / f".{BEGUN}"
    beside.write_text(json.dumps(said, indent=1))
    beside.replace(note)


class _Told:
    """Whether somebody asked the run to stop."""

    stop = False


@contextmanager
def _told() -> Iterator[_Told]:
    """SIGINT and SIGTERM let the step end and a checkpoint be written."""
    told = _Told()

    def stop(_signal: int, _frame: object) -> None:
        told.stop = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class _Limit:
    """What ends a run before its last step: somebody's word, or the clock (`monotonic`)."""

    told: _Told
    ends: float | None

    def reached(self) -> bool:
        return self.told.stop or (self.ends is not None and monotonic() >= self.ends)


def _run(trainer: Trainer, run: Path, means: Means, batches: Iterator[Batch], step: int, limit: _Limit) -> int:
    """The steps done in the end."""
    config, place, saved = trainer.config, trainer.place, monotonic()
    with Journal(run, step, config.steps) if place.rank == 0 else nullcontext() as journal:
        for batch in batches:
            plan = plan_of(config, step)
            losses, answer = trainer.step(batch, plan)
            step += 1
            ends = step == config.steps or agreed(limit.reached(), place, trainer.device)
            if journal is not None:
                journal.note(plan, losses)
                journal.picture(plan, batch, answer)
                if ends or _due(means, step, saved):
                    saving.save(run, trainer, step, {"losses": journal.last})
                    saved = monotonic()
            if ends:
                break
    return step


def _due(means: Means, step: int, saved: float) -> bool:
    by_steps = means.save_steps > 0 and step % means.save_steps == 0
    return by_steps or monotonic() - saved >= means.save_minutes * 60


def _check_place(config: Config, place: Place) -> None:
    for number, stage in enumerate(config.stage, 1):
        if stage.batch % place.world:
            raise TrainingError(
                Fault.CONFIG,
                f"stage {number}: batch {stage.batch} is of all processes together, and {place.world} cannot share it",
            )
