"""One attempt at a job: the handle that the work is given, and the loop around it."""

import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from koutu.accounts.errors import Refused
from koutu.jobs import kinds, lease, states
from koutu.jobs.models import Job
from koutu.storage.errors import FULL, DiskFull, StoreDown

log = structlog.get_logger(__name__)

Item = TypeVar("Item")

# Seconds between two looks at the row: often enough for a bar that moves and a cancel that is felt.
TOLD_EVERY = 0.5


class Stopped(Exception):
    """The work must end here: cancelled, or the lease went to another worker. What was committed stays."""


class Cancelled(Stopped):
    pass


class LeaseLost(Stopped):
    pass


class Interrupted(Refused):
    """Something outside ended the work, which says nothing against it: another attempt may well succeed."""


class JobRun:
    """What the work of a job sees: its row, progress, and commits that hold only while the job is ours."""

    def __init__(self, job: Job) -> None:
        if job.owner is None:
            raise ValueError("a job without an owner is not being run")
        self.job = job
        self.token: uuid.UUID = job.owner
        self._stage: str | None = None

    @contextmanager
    def commit(self) -> Iterator[None]:
        """A transaction that begins with the check of the owner token; raises Cancelled or LeaseLost."""
        with transaction.atomic():
            self._require_ours()
            yield

    def progress(self, stage: str, done: int, total: int, unit: str = "") -> None:
        """Show how far the work is; raises Cancelled or LeaseLost, so that the work ends within a step."""
        self._require_ours()
        entered = {} if stage == self._stage else {"stage_since": Now(), "stage_from": done}
        self._stage = stage
        Job.objects.filter(uuid=self.job.uuid, owner=self.token).update(
            stage=stage, done=done, total=total, unit=unit, changed_at=Now(), **entered
        )

    def count(self, items: Iterable[Item], stage: str, total: int, unit: str) -> Iterator[Item]:
        """The items one by one, while those that were worked on are shown as progress."""
        done, told = 0, time.monotonic()
        for done, item in enumerate(items, 1):
            yield item
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                self.progress(stage, done, total, unit)
        self.progress(stage, done, total, unit)

    def check(self) -> None:
        """Raise Cancelled or LeaseLost if the work must end."""
        self._require_ours()

    def put_down(self, pieces: Iterable[bytes | memoryview]) -> None:
        """Leave these bytes, joined, for a later attempt at this job, in place of what was left before.

        They save time, no more: where they cannot be written, as on a full disk, the log says so and nothing is raised
        but Cancelled and LeaseLost.
        """
        try:
            with states.draft(self.job.uuid, self.token, pieces) as draft, self.commit():
                draft.replace(states.path_of(self.job.uuid))
        except (OSError, DiskFull) as error:
            log.warning("not_put_down", error=str(error))

    def taken_up(self) -> memoryview | None:
        """What an earlier attempt put down, where it is there and whole."""
        return states.read(self.job.uuid)

    def _require_ours(self) -> None:
        if not lease.check(self.job.uuid, self.token):
            raise LeaseLost(str(self.job.uuid))
        if Job.objects.filter(uuid=self.job.uuid, cancel_requested=True).exists():
            raise Cancelled(str(self.job.uuid))


def run(job_id: uuid.UUID) -> None:
    """Claim the job and do its work. Safe to call twice, late, or for a job that is gone."""
    job = lease.claim(job_id)
    if job is None:
        return
    kind = kinds.get(job.kind)
    attempt = JobRun(job)
    with structlog.contextvars.bound_contextvars(job=str(job.uuid), kind=job.kind, attempt=job.attempts):
        if job.attempts > kind.max_attempts:
            _fail(attempt, kind, "gave_up", f"The worker was lost {kind.max_attempts} times in this job.")
            return
        with _heartbeat(attempt):
            _work(attempt, kind)


def _work(attempt: JobRun, kind: kinds.JobKind) -> None:
    try:
        attempt.check()
        kind.do(attempt)
    except Cancelled:
        _end(attempt, Job.State.CANCELLED)
        _after_giving_up(attempt, kind)
    except LeaseLost:
        log.warning("lease_lost")
    except StoreDown as down:
        # It comes back by itself, and nobody should have to find the jobs that met it and ring for them.
        _put_off(attempt, down, counted=False)
    except Interrupted as refusal:
        if attempt.job.attempts < kind.max_attempts:
            _put_off(attempt, refusal, counted=True)
        else:
            _fail(attempt, kind, refusal.code, refusal.message, refusal.detail)
    except Refused as refusal:
        _fail(attempt, kind, refusal.code, refusal.message, refusal.detail)
    except Exception as error:  # noqa: BLE001 whatever the work raises must end up in the row, where people see it
        log.exception("job_failed")
        _fail(attempt, kind, _code_of(error), f"{type(error).__name__}: {error}")
    else:
        _end(attempt, Job.State.DONE)
        log.info("job_done")


def _put_off(attempt: JobRun, refusal: Refused, counted: bool) -> None:
    log.warning("put_off", code=refusal.code, error=refusal.message)
    lease.put_off(attempt.job.uuid, attempt.token, refusal.code, refusal.message[:4000], counted)


def _code_of(error: Exception) -> str:
    """A disk that is full is told as such, whoever met it: a file or SQLite."""
    met = isinstance(error, OSError) and error.errno in FULL
    return "disk_full" if met or "disk is full" in str(error) else "internal"


def _fail(attempt: JobRun, kind: kinds.JobKind, code: str, message: str, detail: dict | None = None) -> None:
    fault = {"error_code": code, "error": message[:4000], "error_detail": detail or {}}
    if _end(attempt, Job.State.FAILED, **fault):
        _after_giving_up(attempt, kind)


def _end(attempt: JobRun, state: str, **fields) -> bool:
    """False when another owner has it by now, who may need what was put down."""
    ended = lease.finish(attempt.job.uuid, attempt.token, state, **fields)
    if ended:
        states.remove(attempt.job.uuid)
    return ended


def _after_giving_up(attempt: JobRun, kind: kinds.JobKind) -> None:
    attempt.job.refresh_from_db()
    kind.give_up(attempt.job)


@contextmanager
def _heartbeat(attempt: JobRun) -> Iterator[None]:
    """Extend the lease from a thread, so that long steps without a commit keep the job."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(attempt, over), name=f"heartbeat-{attempt.job.uuid}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def _beat(attempt: JobRun, over: threading.Event) -> None:
    try:
        while not over.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                if not lease.extend(attempt.job.uuid, attempt.token):
                    return
            except DatabaseError as error:
                # One beat may be missed: the lease outlasts two, and every commit checks the token itself.
                log.warning("heartbeat_missed", error=str(error))
    finally:
        connection.close()
