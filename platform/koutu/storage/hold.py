"""While a backup reads them, packs stay: gc and compaction wait for its end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from koutu.accounts.errors import Refused
from koutu.storage.models import Hold

# A backup that was killed holds no longer than this.
LEASE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@contextmanager
def held() -> Iterator[None]:
    """Hold all packs; refuses (`backup_running`) where another does."""
    over = threading.Event()
    _take()
    beat = threading.Thread(target=_beat, args=(over,), name="hold", daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join(timeout=5)
        release()


def release() -> None:
    """Hold nothing: a backup ended, or this database is the copy that one made of itself while it held."""
    Hold.objects.update(until=timezone.now())


def note_backup() -> None:
    """Remember that a whole backup is finished."""
    Hold.objects.update(backed_up_at=timezone.now())


def last_backup() -> datetime | None:
    """When the last whole backup was finished; None where there was none."""
    return Hold.objects.values_list("backed_up_at", flat=True).first()


def is_free() -> bool:
    """Whether no backup reads packs just now."""
    return not Hold.objects.filter(until__gt=timezone.now()).exists()


def require_free() -> None:
    """In a transaction: refuse while a backup runs, and let none begin before the transaction's end."""
    Hold.objects.get_or_create(what=Hold.What.PACKS, defaults={"until": timezone.now()})
    hold = Hold.objects.select_for_update().get()
    if hold.until > timezone.now():
        raise Refused("backup_running", f"A backup runs; it is done or lost by {hold.until:%F %T} UTC. Try again then.")


@transaction.atomic
def _take() -> None:
    require_free()
    _extend()


def _extend() -> None:
    Hold.objects.update(until=timezone.now() + LEASE)


def _beat(over: threading.Event) -> None:
    try:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                _extend()
            except DatabaseError as error:
                log.warning("hold_not_extended", error=str(error))
    finally:
        connection.close()
