"""What a training is: one TOML file, read into frozen records and refused with what to do where it makes no sense."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from models.faults import Faulty
from models.networks.config import PRESETS, REFINERS

from .weights import MATTE, STAGE_ONE

STEP = 32  # what the side of a frame is a multiple of
SCHEDULES = ("cosine", "flat")
PRECISIONS = ("float32", "bfloat16", "float16")
T = TypeVar("T")
_KINDS: dict[Any, Any] = {
    int: int, float: (int, float), str: str, str | None: str, dict[str, float]: dict, tuple[str, ...]: list,
}  # fmt: skip


class Fault(StrEnum):
    """What was wrong, for a caller that has to tell cases apart."""

    CONFIG = "config"
    DATA = "data"
    RUN = "run"


class TrainingError(Faulty):
    """A training that cannot be begun or taken up."""


@dataclass(frozen=True)
class Data:
    """One data set: a `kind` of `opening.KINDS`, or MODULE:FUNCTION, and the folder it reads where it wants one.

    What the generator makes takes as `path` a folder of further plates: pictures that hold nobody.
    `without` names portraits that are kept back, to judge by them; of what the generator makes.
    """

    kind: str
    path: str | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """`steps` steps alike, each on `batch` films of `frames` frames, `size` pixels a side.

    `data` are the weights of data sets by name; `matting` those for every second step, where given. Of all steps the
    share `clicks` sees pictures that are clicked at, the share `follows` films in which something is followed from its
    first frame on, and of the others the share `stills` sees `batch` times `frames` pictures. Of what is clicked at or
    followed the share `worn` is something worn or held. `priors` is the share of
    samples that are given a spoilt mask to mend, `anchors` that of the film steps whose first frame is shown with its
    truth, and of those that follow whose last frame is too. `window` is after how many frames the gradient through time
    is cut. `rate` is the highest learning rate, reached after `warmup` steps. `losses` are weights by name
    (`models.training.weights`) where they are not to be the usual ones; 0 leaves one out.
    """

    steps: int
    data: dict[str, float]
    matting: dict[str, float] = field(default_factory=dict)
    frames: int = 1
    size: int = 256
    batch: int = 8
    rate: float = 1e-3
    schedule: str = "cosine"
    warmup: int = 100
    window: int = 4
    stills: float = 0.5
    clicks: float = 0.0
    follows: float = 0.0
    worn: float = 0.0
    priors: float = 0.7
    anchors: float = 0.25
    losses: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    """All of a training but where its files lie.

    `network` is a preset of `models.networks.config`. `parent` is a checkpoint to start from. `prior` is the back end
    whose answers the network is to mend: most of the priors are its own, the others the truth spoilt. Of stage 1 the
    card names it, and it is asked where the weights are used; a refiner's bands lie along its masks. `precision` holds
    on GPUs, CPUs compute in float32. `ema` is the decay of the running mean of weights, `clip` the largest norm of a
    gradient, `decay` that of weights.
    """

    network: str
    version: str
    data: dict[str, Data]
    stage: tuple[Stage, ...]
    seed: int = 0
    licence: str = "Apache-2.0"
    notes: str = ""
    parent: str | None = None
    prior: str | None = None
    precision: str = "bfloat16"
    ema: float = 0.999
    clip: float = 1.0
    decay: float = 0.01

    @property
    def refines(self) -> bool:
        """Whether this trains stage 2."""
        return self.network in REFINERS

    @property
    def steps(self) -> int:
        """Of all stages together."""
        return sum(stage.steps for stage in self.stage)

    def as_json(self) -> dict[str, Any]:
        """For a card and for the check that a run goes on with what it was begun with."""
        return asdict(self)


def read_config(path: Path) -> Config:
    """The config in the TOML file at `path`. Raises TrainingError."""
    try:
        values = tomllib.loads(path.read_text())
    except OSError as error:
        raise _wrong(
            f"{path} cannot be read: {error.strerror}. Give a config such as models/training/configs/"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"{path} is no TOML: {error}") from error
    return config_of(values)


def config_of(values: Mapping[str, Any]) -> Config:
    """A config from what TOML holds. Raises TrainingError, naming the key."""
    values = dict(values)
    stages = values.get("stage", [])
    if not isinstance(stages, list) or not isinstance(values.get("data", {}), dict):
        raise _wrong("write data sets as [data.NAME] and stages as [[stage]]")
    values["data"] = {name: _record(Data, one, f"data.{name}") for name, one in values.get("data", {}).items()}
    values["stage"] = tuple(_record(Stage, one, f"stage {place}") for place, one in enumerate(stages, 1))
    config = _record(Config, values, "the config")
    _check(config)
    for place, stage in enumerate(config.stage, 1):
        _check_stage(config, stage, f"stage {place}")
    return config


def _record(kind: type[T], values: Any, where: str) -> T:
    """`values` as a record, every key known and of its type; whole numbers do for others."""
    if not isinstance(values, Mapping):
        raise _wrong(f"{where} is {values!r}: write it as a table")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(values.keys() - known.keys()):
        raise _wrong(f"{where} has the unknown key {unknown[0]}: it is one of {', '.join(known)}")
    needed = [one.name for one in known.values() if one.default is MISSING and one.default_factory is MISSING]
    if missing := [name for name in needed if name not in values]:
        raise _wrong(f"{where} lacks {missing[0]}: add it")
    return kind(**{name: _typed(value, known[name].type, f"{where}: {name}") for name, value in values.items()})


def _typed(value: Any, kind: Any, where: str) -> Any:
    wanted = _KINDS.get(kind)
    if wanted is None:
        return value
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise _wrong(f"{where} is {value!r}: give {kind.__name__ if isinstance(kind, type) else kind}")
    if wanted is dict:
        return {name: _typed(one, float, f"{where}.{name}") for name, one in value.items()}
    if wanted is list:
        return tuple(_typed(one, str, where) for one in value)
    return float(value) if kind is float else value


def _check(config: Config) -> None:
    if config.network not in PRESETS and config.network not in REFINERS:
        raise _wrong(f"there is no network {config.network}: it is one of {', '.join([*PRESETS, *REFINERS])}")
    if config.precision not in PRECISIONS:
        raise _wrong(f"precision is {config.precision!r}: give one of {', '.join(PRECISIONS)}")
    if not config.stage:
        raise _wrong("there is no stage: add a [[stage]]")
    if not 0 <= config.ema < 1 or config.clip <= 0 or config.decay < 0 or config.seed < 0:
        raise _wrong("give ema from 0 to below 1, clip above 0, decay and seed of 0 or more")


def _check_stage(config: Config, stage: Stage, where: str) -> None:
    for name in ("steps", "frames", "batch", "window"):
        if getattr(stage, name) < 1:
            raise _wrong(f"{where}: {name} is {getattr(stage, name)}: give 1 or more")
    for name in ("stills", "clicks", "follows", "worn", "priors", "anchors"):
        if not 0 <= getattr(stage, name) <= 1:
            raise _wrong(f"{where}: {name} is {getattr(stage, name)}: give a share from 0 to 1")
    if stage.size % STEP or stage.size < 2 * STEP or (config.refines and stage.size < 4 * STEP):
        raise _wrong(f"{where}: size is {stage.size}: give a multiple of {STEP}, 64 or more, for refiners 128 or more")
    if stage.schedule not in SCHEDULES or stage.rate <= 0 or stage.warmup < 0:
        raise _wrong(f"{where}: give schedule as one of {', '.join(SCHEDULES)}, rate above 0, warmup of 0 or more")
    if config.refines and (stage.clicks or stage.follows):
        raise _wrong(f"{where}: a refiner sees no clicks and follows nothing: leave them out")
    if stage.clicks + stage.follows > 1 or (stage.follows and stage.frames < 2):
        raise _wrong(f"{where}: give clicks and follows of 1 together at most, and 2 frames or more to follow in")
    _check_mix(config, stage.data, f"{where}: data")
    if stage.matting:
        _check_mix(config, stage.matting, f"{where}: matting")
    known = MATTE if config.refines else STAGE_ONE | MATTE
    if unknown := sorted(stage.losses.keys() - known.keys()):
        raise _wrong(f"{where}: there is no loss {unknown[0]} here: it is one of {', '.join(known)}")


def _check_mix(config: Config, mix: Mapping[str, float], where: str) -> None:
    if unknown := sorted(mix.keys() - config.data.keys()):
        raise _wrong(f"{where} names {unknown[0]}: add [data.{unknown[0]}], or take one of {', '.join(config.data)}")
    if not mix or min(mix.values()) < 0 or sum(mix.values()) <= 0:
        raise _wrong(f"{where} is {dict(mix)}: give each data set a weight of 0 or more, one of them above 0")


def _wrong(message: str) -> TrainingError:
    return TrainingError(Fault.CONFIG, message)
