"""Job kinds by name. Upper apps join in AppConfig.ready; the work itself is imported when first run."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koutu.jobs.models import Job
    from koutu.jobs.run import JobRun


@dataclass(frozen=True)
class JobKind:
    """`work(run: JobRun)` and `gave_up(job: Job)` are dotted names, imported when first called.

    Importing them may bring in OpenCV or PyAV, which the web process never needs.
    """

    name: str
    queue: str
    work: str
    gave_up: str = ""
    max_attempts: int = 5

    def do(self, run: "JobRun") -> None:
        load(self.work)(run)

    def give_up(self, job: "Job") -> None:
        """Let the app that owns the kind tidy up after a job that failed or was cancelled."""
        if self.gave_up:
            load(self.gave_up)(job)


def load(name: str) -> Callable:
    """Import the function of a dotted name."""
    module, _, function = name.rpartition(".")
    return getattr(import_module(module), function)


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> JobKind:
    """Return the kind; raises KeyError for a name that no app has registered."""
    return _kinds[name]
