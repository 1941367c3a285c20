"""The one Celery task: somebody rings, the worker looks at the row."""

import uuid

from celery import shared_task

from koutu.jobs.run import run


@shared_task(name="koutu.jobs.ring")
def ring(job_id: str) -> None:
    run(uuid.UUID(job_id))
