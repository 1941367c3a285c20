"""Changes of jobs: enqueue, cancel, retry, and the sweep that rings again for those left lying."""

from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.jobs import kinds, states
from koutu.jobs.models import Job

log = structlog.get_logger(__name__)


class Target(Protocol):
    """A row with a public id that background work is about."""

    uuid: UUID


def enqueue(
    kind: str,
    project: Project,
    target: Target,
    *,
    by: User | None,
    label: str = "",
    key: str = "",
    params: dict[str, Any] | None = None,
) -> Job:
    """Write a job row in the caller's transaction and ring once that is committed.

    While a job of the same `key` (by default kind and target) is open, that one is returned instead.
    """
    key = key or f"{kind}:{target.uuid}"
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                queue=kinds.get(kind).queue,
                project=project,
                key=key,
                params=params or {},
                label=label[:200],
                target_type=type(target).__name__.lower(),
                target_id=target.uuid,
                created_by=by,
            )
    except IntegrityError:
        return Job.objects.open().get(key=key)
    transaction.on_commit(lambda: ring(job))
    return job


def ring(job: Job) -> None:
    """Tell a worker. A lost ring costs time only: the sweeper rings again."""
    from koutu.jobs.tasks import ring as task

    Job.objects.filter(pk=job.pk).update(rung_at=Now())
    try:
        task.apply_async(args=[str(job.uuid)], queue=job.queue)
    except (OSError, task.OperationalError) as error:
        log.warning("doorbell_silent", job=str(job.uuid), error=str(error))


@transaction.atomic
def cancel(actor: User, job: Job) -> Job:
    """Ask a job to stop at its next commit; a queued one stops at once. Work already committed stays."""
    require(actor, job.project, Role.ANNOTATOR)
    audit(actor, job.project, "job_cancel", job)
    Job.objects.filter(pk=job.pk, state__in=Job.OPEN).update(cancel_requested=True, changed_at=Now())
    ended = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=Now())
    job.refresh_from_db()
    if ended:
        transaction.on_commit(lambda: states.remove(job.uuid))
        kinds.get(job.kind).give_up(job)
    return job


@transaction.atomic
def retry(actor: User, job: Job, reason: str) -> Job:
    """Queue a failed or cancelled job again from where its commits end."""
    require(actor, job.project, Role.ANNOTATOR)
    if job.state in Job.OPEN or job.state == Job.State.DONE:
        raise Refused("not_ended", "Only a failed or cancelled job can be tried again.")
    if Job.objects.open().filter(key=job.key).exists():
        raise Refused("already_open", "The same work is already queued.")
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.QUEUED,
        attempts=0,
        cancel_requested=False,
        error="",
        error_code="",
        error_detail={},
        finished_at=None,
        dismissed_at=None,
        retry_reason=reason[:500],
        changed_at=Now(),
    )
    audit(actor, job.project, "job_retry", job, reason=reason[:500])
    job.refresh_from_db()
    transaction.on_commit(lambda: ring(job))
    return job


@transaction.atomic
def dismiss(actor: User, job: Job) -> Job:
    """Take note of a failed job: it counts no more. Trying it again stays possible."""
    require(actor, job.project, Role.ANNOTATOR)
    if job.state != Job.State.FAILED:
        raise Refused("not_failed", "Only a failed job can be dismissed.")
    if Job.objects.filter(pk=job.pk, dismissed_at=None).update(dismissed_at=Now(), changed_at=Now()):
        audit(actor, job.project, "job_dismiss", job)
    job.refresh_from_db()
    return job


def sweep() -> int:
    """Ring for every due job whose last ring went unanswered; return how many."""
    patience = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    unanswered = Q(rung_at=None) | Q(rung_at__lt=Now() - patience) | Q(state=Job.State.RUNNING)
    jobs = list(Job.objects.due().filter(unanswered).order_by("pk")[:100])
    for job in jobs:
        ring(job)
    return len(jobs)
