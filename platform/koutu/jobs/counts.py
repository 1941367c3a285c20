"""Counts shown beside the navigation. Upper apps register theirs in AppConfig.ready."""

from collections.abc import Callable

from koutu.accounts.models import User
from koutu.jobs.models import Job

_counters: dict[str, Callable[[User], int]] = {}


def register(name: str, count: Callable[[User], int]) -> None:
    _counters[name] = count


def of(user: User) -> dict[str, int]:
    jobs = Job.objects.visible_to(user)
    own = {
        "jobs_running": jobs.open().count(),
        "jobs_failed": jobs.failed().count(),
    }
    return own | {name: count(user) for name, count in _counters.items()}
