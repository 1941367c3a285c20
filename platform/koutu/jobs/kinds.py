"""Job kinds by name. Upper apps join in AppConfig.ready; the work itself is imported when first run."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from koutu.jobs.run import JobRun


class Work(Protocol):
    def __call__(self, run: "JobRun") -> None: ...


@dataclass(frozen=True)
class JobKind:
    """`work` and `gave_up` are dotted names: importing them may bring in torch, OpenCV or PyAV."""

    name: str
    queue: str
    work: str
    gave_up: str = ""
    max_attempts: int = 5

    def load(self, name: str) -> Work:
        module, _, function = name.rpartition(".")
        return getattr(import_module(module), function)


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> JobKind:
    """Return the kind; raises KeyError for a name that no app has registered."""
    return _kinds[name]
