"""Job kinds by name. Upper apps join in AppConfig.ready; the work itself is imported when first run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from koutu.jobs.models import Job
    from koutu.jobs.run import JobRun


@dataclass(frozen=True)
class JobKind:
    """`work(run: JobRun)` and `gave_up(job: Job)` are dotted names, imported when first called.

    Importing them may bring in OpenCV or PyAV, which the web process never needs. `quiet`: whoever asked waits for it
    with a hand on the mouse and is told by other means, so it stands in no list of background work.
    """

    name: str
    queue: str
    work: str
    gave_up: str = ""
    max_attempts: int = 5
    quiet: bool = False

    def do(self, run: "JobRun") -> None:
        import_string(self.work)(run)

    def give_up(self, job: "Job") -> None:
        """Let the app that owns the kind tidy up after a job that failed or was cancelled."""
        if self.gave_up:
            import_string(self.gave_up)(job)


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> JobKind:
    """Return the kind; raises KeyError for a name that no app has registered."""
    return _kinds[name]


def quiet() -> list[str]:
    """Names of the kinds that stand in no list."""
    return [name for name, kind in _kinds.items() if kind.quiet]
