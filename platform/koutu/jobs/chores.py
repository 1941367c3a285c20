"""Small things to do again and again, in the sweeper's process. Upper apps join in AppConfig.ready.

A chore is short and may be done twice: long work is a job, which a chore may enqueue. One that asks somebody who may
not answer is done aside, in a thread of its own, so that nothing waits for it: neither other chores nor a stop.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


@dataclass
class _Chore:
    every: float
    work: str
    aside: bool = False
    next: float = 0.0
    thread: threading.Thread | None = None


_chores: dict[str, _Chore] = {}


def register(name: str, every: float, work: str, *, aside: bool = False) -> None:
    """`work` is the dotted name of a function without arguments, called every so many seconds.

    `aside`: in a thread of its own; while one round of it lasts no second one begins.
    """
    _chores[name] = _Chore(every, work, aside)


def do_due() -> None:
    """Do what is due. One that fails is told in the log and tried again at its next time."""
    now = time.monotonic()
    for name, chore in _chores.items():
        if chore.next <= now:
            chore.next = now + chore.every
            _do_aside(name, chore) if chore.aside else _do(name, import_string(chore.work))


def wait() -> None:
    """Until nothing is being done aside."""
    for chore in _chores.values():
        if chore.thread:
            chore.thread.join()


def _do_aside(name: str, chore: _Chore) -> None:
    if chore.thread and chore.thread.is_alive():
        return
    # A daemon: the process ends without waiting for it.
    chore.thread = threading.Thread(target=_do_alone, args=(name, chore.work), name=f"chore {name}", daemon=True)
    chore.thread.start()


def _do_alone(name: str, work: str) -> None:
    close_old_connections()
    try:
        _do(name, import_string(work))
    finally:
        connection.close()


def _do(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 one app's trouble must not stop the ringing for jobs
        log.exception("chore_failed", chore=name)
