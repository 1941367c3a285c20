"""Claiming and keeping a job row. Every change is one conditional UPDATE with the database's own clock."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from koutu.jobs.models import Job


def _until():
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(job_id: uuid.UUID) -> Job | None:
    """Take a queued job, or one whose owner was lost; None when it is not to be had."""
    token = uuid.uuid4()
    taken = (
        Job.objects.due()
        .filter(uuid=job_id)
        .update(
            state=Job.State.RUNNING,
            owner=token,
            lease_until=_until(),
            attempts=F("attempts") + 1,
            error_code="",
            error_detail={},
            error="",
            started_at=Now(),
            changed_at=Now(),
        )
    )
    return Job.objects.select_related("project").get(owner=token) if taken else None


def extend(job_id: uuid.UUID, token: uuid.UUID) -> bool:
    """Keep the lease; False when the job is no longer this owner's."""
    held = Job.objects.filter(uuid=job_id, owner=token, state=Job.State.RUNNING)
    return bool(held.update(lease_until=_until()))


def check(job_id: uuid.UUID, token: uuid.UUID) -> bool:
    """Inside a transaction: true while the job is this owner's. Locks the row until the transaction ends."""
    return extend(job_id, token)


def put_off(job_id: uuid.UUID, token: uuid.UUID, error_code: str, error: str, counted: bool) -> bool:
    """Give the job back, to be rung again after a lease's time; tell whether the attempt counted."""
    attempts = {} if counted else {"attempts": F("attempts") - 1}
    waiting = {"error_code": error_code, "error": error, "rung_at": Now(), **attempts}
    return finish(job_id, token, Job.State.QUEUED, **waiting)


def finish(job_id: uuid.UUID, token: uuid.UUID, state: str, **fields) -> bool:
    """End the job in `state`; False when another owner has it by now."""
    held = Job.objects.filter(uuid=job_id, owner=token, state=Job.State.RUNNING)
    changes = {"state": state, "owner": None, "lease_until": None, "changed_at": Now(), **fields}
    if state not in Job.OPEN:
        changes["finished_at"] = Now()
    return bool(held.update(**changes))
