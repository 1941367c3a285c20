"""What an attempt puts down for the next: whole or not there, by the owner alone, and gone with the job."""

import pytest
from django.db.models.functions import Now

from koutu.jobs import actions, lease, states
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.jobs.run import Cancelled, JobRun, LeaseLost

pytestmark = pytest.mark.django_db


def attempt(job) -> JobRun:
    """A worker takes the job, where need be from one that is not heard of any more."""
    Job.objects.filter(pk=job.pk, state="running").update(lease_until="2000-01-01T00:00Z")
    return JobRun(lease.claim(job.uuid))


def files(job):
    return [path.name for path in states.path_of(job.uuid).parent.glob(f"{job.uuid.hex}*")]


def test_the_next_attempt_takes_up_what_was_put_down_last(enqueue):
    job = enqueue()
    first = attempt(job)
    assert first.taken_up() is None
    first.put_down([b"once"])
    first.put_down([b"and ", b"again"])
    assert attempt(job).taken_up() == b"and again"
    assert files(job) == [job.uuid.hex]


def test_who_lost_the_job_leaves_what_the_other_put_down(enqueue):
    job = enqueue()
    first = attempt(job)
    second = attempt(job)
    second.put_down([b"second"])
    with pytest.raises(LeaseLost):
        first.put_down([b"first"])
    assert second.taken_up() == b"second"
    assert files(job) == [job.uuid.hex], "nor does a draft stay"


def test_who_is_to_stop_puts_nothing_down(enqueue, annotator):
    job = enqueue()
    run = attempt(job)
    actions.cancel(annotator, job)
    with pytest.raises(Cancelled):
        run.put_down([b"late"])
    assert files(job) == []


@pytest.mark.parametrize(("kind", "state"), [("steps", "done"), ("refuses", "failed"), ("breaks", "failed")])
def test_nothing_stays_once_the_job_is_over(enqueue, kind, state):
    job = enqueue(kind)
    attempt(job).put_down([b"state"])
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, files(job)) == (state, [])


def test_what_is_put_off_goes_on_later(enqueue):
    job = enqueue("struck", times=2)
    attempt(job).put_down([b"state"])
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    jobs.run(job.uuid)
    assert attempt(job).taken_up() == b"state"


def test_nothing_stays_of_one_that_is_stopped_while_it_waits(enqueue, annotator, django_capture_on_commit_callbacks):
    job = enqueue()
    attempt(job).put_down([b"state"])
    Job.objects.filter(pk=job.pk).update(state="queued", owner=None)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(annotator, job)
    assert files(job) == []


def test_what_a_killed_worker_could_not_tidy_up_is_swept(enqueue):
    ended, running = enqueue(), enqueue()
    attempt(ended).put_down([b"state"])
    attempt(running).put_down([b"state"])
    Job.objects.filter(pk=ended.pk).update(state="done", finished_at=Now())
    states.sweep()
    assert (files(ended), files(running)) == ([], [running.uuid.hex])
