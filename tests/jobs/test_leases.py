"""A job may run twice and is never lost: claims, leases and tokens, by several threads on a real database."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from koutu.jobs import actions, lease
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.jobs.run import Cancelled, JobRun, LeaseLost

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, act) -> list:
    """Call `act()` in so many threads at the same moment, each with a connection of its own."""
    gate = threading.Barrier(count)

    def wait_and_act():
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(wait_and_act) for _ in range(count)]]


def lose(job: Job) -> None:
    """As after kill -9 and the time of a lease."""
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_of_many_workers_one_gets_the_job(enqueue):
    job = enqueue()
    claimed = [taken for taken in at_once(8, lambda: lease.claim(job.uuid)) if taken]
    assert len(claimed) == 1
    assert (claimed[0].state, claimed[0].attempts) == ("running", 1)


def test_two_runs_at_once_do_the_work_once(enqueue, written):
    job = enqueue(steps=5, pause=0.02)
    at_once(4, lambda: jobs.run(job.uuid))
    assert (state(job), job.attempts, written(job)) == ("done", 1, 5)


def test_a_lost_job_is_taken_over_and_its_first_owner_commits_no_more(enqueue, written, project):
    job = enqueue()
    first = JobRun(lease.claim(job.uuid))
    assert lease.claim(job.uuid) is None
    lose(job)
    jobs.run(job.uuid)
    with pytest.raises(LeaseLost), first.commit():
        pytest.fail("a commit without the lease must not begin")
    with pytest.raises(LeaseLost):
        first.progress("steps", 1, 3)
    assert not lease.finish(job.uuid, first.token, Job.State.FAILED)
    assert (state(job), job.attempts, written(job)) == ("done", 2, 3)


def test_a_second_run_goes_on_where_the_commits_of_the_first_end(enqueue, written):
    from tests.jobs import work

    job = enqueue(steps=6)
    first = JobRun(lease.claim(job.uuid))
    first.job.params = {"steps": 4}
    work.steps(first)
    lose(job)
    jobs.run(job.uuid)
    assert (state(job), written(job)) == ("done", 6)


def test_the_heartbeat_keeps_a_long_step(enqueue, written, settings):
    settings.JOB_LEASE_SECONDS = 1
    job = enqueue("long_step", pause=2.5)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(_run_and_close, job)
        tried = []
        while not working.done():
            tried.append(lease.claim(job.uuid) if state(job) == "running" else None)
            time.sleep(0.2)
        working.result()
    assert not any(tried)
    assert len(tried) > 5
    assert (state(job), job.attempts, written(job)) == ("done", 1, 1)


def _run_and_close(job: Job) -> None:
    try:
        jobs.run(job.uuid)
    finally:
        connection.close()


def test_a_cancelled_job_stops_at_its_next_commit_and_keeps_what_it_has(enqueue, written, annotator):
    job = enqueue(steps=1000, pause=0.05)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(_run_and_close, job)
        while written(job) < 3:
            time.sleep(0.02)
        asked = time.monotonic()
        actions.cancel(annotator, job)
        working.result()
        took = time.monotonic() - asked
    assert took < 5
    assert state(job) == "cancelled"
    assert 3 <= written(job) < 1000
    assert written(job, "gave_up") == 1


def test_a_cancelled_run_may_not_commit(enqueue, annotator):
    job = enqueue()
    run = JobRun(lease.claim(job.uuid))
    actions.cancel(annotator, job)
    with pytest.raises(Cancelled), run.commit():
        pytest.fail("a commit after the cancel must not begin")


def test_the_lease_is_counted_by_the_clock_of_the_database(enqueue, settings, monkeypatch):
    """A worker whose own clock is a day ahead neither loses its job nor takes another's."""
    from django.utils import timezone

    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=1))
    job = enqueue()
    assert lease.claim(job.uuid)
    assert lease.claim(job.uuid) is None
    within = timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
    assert Job.objects.filter(pk=job.pk, lease_until__gt=Now(), lease_until__lt=Now() + within).exists()


def test_a_job_that_keeps_losing_its_worker_is_given_up_with_a_reason(enqueue, written):
    job = enqueue()
    for _ in range(3):
        assert lease.claim(job.uuid)
        lose(job)
    jobs.run(job.uuid)
    assert (state(job), job.error_code) == ("failed", "gave_up")
    assert "3 times" in job.error
    assert (written(job), written(job, "gave_up")) == (0, 1)
