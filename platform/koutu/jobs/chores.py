"""Small things to do again and again, in the sweeper's process. Upper apps join in AppConfig.ready.

A chore is short and may be done twice: long work is a job, which a chore may enqueue.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


@dataclass
class _Chore:
    every: float
    work: str
    next: float = 0.0


_chores: dict[str, _Chore] = {}


def register(name: str, every: float, work: str) -> None:
    """`work` is the dotted name of a function without arguments, called every so many seconds."""
    _chores[name] = _Chore(every, work)


def do_due() -> None:
    """Do what is due. One that fails is told in the log and tried again at its next time."""
    now = time.monotonic()
    for name, chore in _chores.items():
        if chore.next <= now:
            chore.next = now + chore.every
            _do(name, import_string(chore.work))


def _do(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 one app's trouble must not stop the ringing for jobs
        log.exception("chore_failed", chore=name)
