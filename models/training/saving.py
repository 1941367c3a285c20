"""A run's checkpoints: folders that are whole or not there, the newest and the one before.

    step-00001200/  weights.safetensors  mean.safetensors  optimiser.safetensors

Nothing is drawn by chance but from the config's seed and a step's number, so that no generator has to be kept.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from models import checkpoints
from models.checkpoints import Card, CheckpointError

from .config import Fault, TrainingError
from .trainer import Trainer

WEIGHTS, MEAN, OPTIMISER = "weights.safetensors", "mean.safetensors", "optimiser.safetensors"
_KEPT = 2


def card_of(trainer: Trainer, step: int, figures: dict[str, Any]) -> Card:
    """What a checkpoint of this run says of itself after `step` steps."""
    config = trainer.config
    return Card(
        network=str(trainer.network.name),
        version=config.version,
        licence=config.licence,
        config=trainer.network.config.as_json(),  # type: ignore[union-attr, operator]
        parent=trainer.parent,
        prior=None if config.refines else config.prior,
        figures={"step": step, "steps": config.steps, **figures},
        notes=config.notes,
    )


def save(run: Path, trainer: Trainer, step: int, figures: dict[str, Any]) -> Path:
    """Write all that the training needs to go on after `step` steps into `run`, and drop what is older than the one
    before. Raises TrainingError where it cannot be written."""
    target = folder(run, step)
    if target.exists():
        return target
    try:
        _write(target, trainer, step, figures)
    except (OSError, CheckpointError) as error:
        raise TrainingError(Fault.RUN, f"{target} cannot be written: {error}. Make room, and call again") from error
    for old in steps(run)[:-_KEPT]:
        shutil.rmtree(folder(run, old))
    return target


def folder(run: Path, step: int) -> Path:
    """Of the checkpoint after `step` steps."""
    return run / f"step-{step:08d}"


def steps(run: Path) -> list[int]:
    """After how many steps there are checkpoints, rising."""
    return sorted(int(one.name.removeprefix("step-")) for one in run.glob("step-*"))


def _write(target: Path, trainer: Trainer, step: int, figures: dict[str, Any]) -> None:
    beside = target.with_name(f".{target.name}")
    shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed while it wrote
    beside.mkdir(parents=True)
    card = card_of(trainer, step, figures)
    checkpoints.save(beside / WEIGHTS, trainer.network, card)
    checkpoints.save(beside / MEAN, trainer.average.state, card)
    metadata = {"scaler": json.dumps(trainer.scaler.state_dict())}
    save_file(_moments(trainer), beside / OPTIMISER, metadata)
    for path in (beside / OPTIMISER, beside):
        _synced(path)
    beside.rename(target)
    _synced(target.parent)


def _synced(path: Path) -> None:
    """What the system still holds of it goes to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _moments(trainer: Trainer) -> dict[str, Tensor]:
    """The optimiser's state by place of the parameter and name."""
    state = trainer.optimiser.state_dict()["state"]
    return {
        f"{place}.{name}": torch.as_tensor(value).detach().cpu().contiguous()
        for place, values in state.items()
        for name, value in values.items()
    }


def restore(run: Path, trainer: Trainer) -> int:
    """Go on from the newest checkpoint in `run` that can be read, and say after how many steps that is; 0 for none.

    Raises TrainingError where there are some and none can be read.
    """
    troubles = []
    for step in reversed(steps(run)):
        try:
            _read(folder(run, step), trainer)
        except (CheckpointError, SafetensorError, OSError, KeyError, ValueError) as error:
            troubles.append(str(error))
        else:
            return step
    if troubles:
        raise TrainingError(Fault.RUN, f"no checkpoint of {run} can be read: {troubles[0]}. Begin in another folder")
    return 0


def _read(source: Path, trainer: Trainer) -> None:
    """All is read before anything changes."""
    moments = load_file(source / OPTIMISER)
    with safe_open(source / OPTIMISER, "pt") as file:
        scaler = json.loads(file.metadata()["scaler"])
    mean, _ = checkpoints.load(source / MEAN)
    checkpoints.load_into(trainer.network, source / WEIGHTS)
    trainer.average.load(mean)
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in moments.items():
        place, name = key.split(".", 1)
        state.setdefault(int(place), {})[name] = value
    groups = trainer.optimiser.state_dict()["param_groups"]
    trainer.optimiser.load_state_dict({"state": state, "param_groups": groups})
    if trainer.scaler.is_enabled():
        trainer.scaler.load_state_dict(scaler)
