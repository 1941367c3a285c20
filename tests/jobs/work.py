"""Work of kinds that only tests know: each step commits one audit line, so that what was done can be counted."""

import errno
import time

from koutu.accounts.actions import audit
from koutu.accounts.errors import Refused
from koutu.accounts.models import AuditLine
from koutu.jobs.models import Job
from koutu.jobs.run import Interrupted, JobRun
from koutu.storage.errors import StoreDown


def steps(run: JobRun) -> None:
    """Commit `params["steps"]` lines, skipping those that an earlier run has written; rest `pause` seconds between."""
    for number in range(run.job.params["steps"]):
        time.sleep(run.job.params.get("pause", 0))
        with run.commit():
            if not done(run.job, number):
                audit(None, run.job.project, "step", run.job, number=number)
        run.progress("steps", number + 1, run.job.params["steps"], "steps")


def done(job: Job, number: int) -> bool:
    return AuditLine.objects.filter(act="step", object_id=job.uuid, data__number=number).exists()


def long_step(run: JobRun) -> None:
    """One step that commits nothing for longer than the lease."""
    time.sleep(run.job.params["pause"])
    with run.commit():
        audit(None, run.job.project, "step", run.job, number=0)


def refuses(run: JobRun) -> None:
    if not run.job.retry_reason:
        raise Refused("disk_full", "The disk is full.", free=12)
    steps(run)


def far(run: JobRun) -> None:
    """A store that answers from the attempt on that a test wants."""
    run.job.refresh_from_db()
    if run.job.params["answers"]:
        return steps(run)
    raise StoreDown("The blob store does not answer.")


def struck(run: JobRun) -> None:
    """Ended from outside in as many attempts as a test wants."""
    if run.job.attempts <= run.job.params["times"]:
        raise Interrupted("reader_killed", "The reader was killed from outside.")
    steps(run)


def breaks(run: JobRun) -> None:
    if run.job.params.get("full"):
        raise OSError(errno.ENOSPC, "No space left on device")
    raise ZeroDivisionError("a fault of ours")


def gave_up(job: Job) -> None:
    audit(None, job.project, "gave_up", job, code=job.error_code)
