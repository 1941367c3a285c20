"""What is done at each step: from the config, the seed and the step's number alone, alike in every process."""

from dataclasses import dataclass
from math import cos, pi

import numpy as np

from .config import Config, Stage


@dataclass(frozen=True)
class Plan:
    """One step: `count` samples of `frames` frames, of all processes together, from data sets by their weights `mix`.

    `kind` is "film", "still", "click" or "follow"; `anchored` shows the first frame of a film with its truth, and of
    something followed the last one too; `rounds` of clicks are made.
    """

    step: int
    stage: Stage
    kind: str
    frames: int
    count: int
    mix: dict[str, float]
    rate: float
    anchored: bool = False
    rounds: int = 0


def plan_of(config: Config, step: int) -> Plan:
    """The plan of `step`, from 0 to below `config.steps`."""
    stage, local = _stage_of(config, step)
    rng = np.random.default_rng([config.seed, step])
    chance, anchored, rounds = rng.random(), rng.random() < stage.anchors, int(rng.integers(1, 5))
    mix = stage.matting if stage.matting and local % 2 else stage.data
    kind = _kind(stage, chance)
    frames = stage.frames if kind in ("film", "follow") else 1
    count = stage.batch * stage.frames if kind == "still" else stage.batch
    shown = anchored and frames > 1
    return Plan(step, stage, kind, frames, count, mix, rate(stage, local), shown, rounds if kind == "click" else 0)


def _kind(stage: Stage, chance: float) -> str:
    """By `chance`, from 0 to 1. Of the steps without clicks and without following the share of stills is kept."""
    if chance < stage.clicks:
        return "click"
    told = stage.clicks + stage.follows
    if chance < told:
        return "follow"
    return "still" if stage.frames == 1 or chance < told + stage.stills * (1 - told) else "film"


def _stage_of(config: Config, step: int) -> tuple[Stage, int]:
    """The stage of a step and the number of the step in it."""
    for stage in config.stage:
        if step < stage.steps:
            return stage, step
        step -= stage.steps
    raise ValueError(f"there is no such step: the config has {config.steps}")


def rate(stage: Stage, step: int) -> float:
    """The learning rate: rising evenly over the warm-up, then flat or down half a cosine (Loshchilov and Hutter, ICLR
    2017) to nothing at the end."""
    risen = min(1.0, (step + 1) / (stage.warmup + 1))
    if stage.schedule == "flat":
        return stage.rate * risen
    done = max(0, step - stage.warmup) / max(1, stage.steps - stage.warmup)
    return stage.rate * risen * (1 + cos(pi * done)) / 2
