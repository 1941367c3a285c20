"""Queueing, ringing, failing, trying again, and what the page is told."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from koutu.accounts.errors import Forbidden, Refused
from koutu.accounts.roles import Role
from koutu.jobs import actions, counts, lease
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_same_work_is_queued_once_while_it_is_open(project, annotator):
    show = factories.show(project)
    first, again = (actions.enqueue("steps", project, show, by=annotator) for _ in range(2))
    assert first == again
    Job.objects.update(state=Job.State.DONE)
    assert actions.enqueue("steps", project, show, by=annotator) != first


def test_the_database_itself_holds_one_open_job_a_key(enqueue):
    job = enqueue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="steps", queue="io", project=job.project, key=job.key)


def test_the_bell_rings_after_the_commit_and_not_before(enqueue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as rings:
        job = enqueue()
    job.refresh_from_db()
    assert job.rung_at is None
    rings[0]()
    job.refresh_from_db()
    assert job.rung_at


def test_the_sweeper_rings_for_what_lies_and_lets_the_others_be(enqueue):
    unheard, fresh, lost, worked_on, done = (enqueue() for _ in range(5))
    long_ago = Now() - timedelta(minutes=5)
    Job.objects.filter(pk=fresh.pk).update(rung_at=Now())
    Job.objects.filter(pk=unheard.pk).update(rung_at=long_ago)
    for job in (lost, worked_on):
        lease.claim(job.uuid)
    Job.objects.filter(pk=lost.pk).update(lease_until=long_ago, rung_at=long_ago)
    Job.objects.filter(pk=done.pk).update(state=Job.State.DONE)
    assert actions.sweep() == 2
    rung = Job.objects.filter(rung_at__gt=Now() - timedelta(seconds=30)).values_list("pk", flat=True)
    assert set(rung) == {unheard.pk, fresh.pk, lost.pk}


def test_a_refusal_ends_in_the_row_in_words_and_can_be_tried_again_with_a_reason(client, enqueue, annotator, written):
    client.force_login(annotator)
    job = enqueue("refuses")
    jobs.run(job.uuid)
    fault = {"code": "disk_full", "message": "The disk is full.", "detail": {"free": 12}}
    assert client.get(f"/api/jobs/{job.uuid}").json()["error"] == fault
    job.refresh_from_db()
    assert job.state == "failed"
    assert written(job, "gave_up") == 1
    job = actions.retry(annotator, job, "made room")
    assert (job.state, job.error_code, job.retry_reason) == ("queued", "", "made room")
    assert job.error_detail == {}
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, written(job)) == ("done", 3)


def test_a_job_that_meets_a_store_without_answer_waits_for_it_however_long(enqueue, written):
    job = enqueue("far", answers=False)
    for _ in range(5):
        jobs.run(job.uuid)
        job.refresh_from_db()
        assert (job.state, job.error_code, job.attempts) == ("queued", "store_down", 0)
    assert actions.sweep() == 0
    Job.objects.filter(pk=job.pk).update(
        params={"answers": True, "steps": 3}, rung_at=Now() - timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
    )
    assert actions.sweep() == 1
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempts, written(job), written(job, "gave_up")) == ("done", "", 1, 3, 0)


@pytest.mark.parametrize(("times", "ending"), [(2, ("done", "", 3)), (3, ("failed", "reader_killed", 3))])
def test_work_that_was_struck_from_outside_has_another_attempt_as_long_as_there_are_any(enqueue, times, ending):
    job = enqueue("struck", times=times)
    for attempt in (1, 2):
        jobs.run(job.uuid)
        job.refresh_from_db()
        assert (job.state, job.error_code, job.attempts) == ("queued", "reader_killed", attempt)
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempts) == ending


def test_a_fault_of_ours_ends_in_the_row_too(enqueue):
    job = enqueue("breaks")
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "internal")
    assert "a fault of ours" in job.error


def test_a_disk_that_filled_up_under_the_work_is_told_as_such(enqueue):
    job = enqueue("breaks", full=True)
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "disk_full")


def test_a_queued_job_is_cancelled_at_once(enqueue, annotator, written):
    job = actions.cancel(annotator, enqueue())
    assert (job.state, written(job, "gave_up")) == ("cancelled", 1)
    jobs.run(job.uuid)
    assert written(job) == 0


def test_a_fault_that_somebody_took_note_of_counts_no_more_until_the_job_fails_again(enqueue, annotator):
    job = enqueue("refuses")
    jobs.run(job.uuid)
    assert counts.of(annotator)["jobs_failed"] == 1
    job.refresh_from_db()
    actions.dismiss(annotator, job)
    assert counts.of(annotator)["jobs_failed"] == 0
    job = actions.retry(annotator, job, "")
    jobs.run(job.uuid)
    assert counts.of(annotator)["jobs_failed"] == 1


def test_only_a_fault_is_taken_note_of(enqueue, annotator):
    with pytest.raises(Refused, match="failed job"):
        actions.dismiss(annotator, enqueue())


def test_what_has_not_failed_is_not_tried_again(enqueue, annotator):
    job = enqueue()
    with pytest.raises(Refused, match="failed or cancelled"):
        actions.retry(annotator, job, "impatience")


def test_a_job_is_not_tried_again_beside_a_newer_one(project, annotator):
    show = factories.show(project)
    old = actions.cancel(annotator, actions.enqueue("steps", project, show, by=annotator))
    actions.enqueue("steps", project, show, by=annotator)
    with pytest.raises(Refused, match="already queued"):
        actions.retry(annotator, old, "")


def test_who_only_looks_cancels_nothing(enqueue, project):
    with pytest.raises(Forbidden):
        actions.cancel(factories.person(Role.VIEWER, project), enqueue())


def test_a_ring_for_a_job_that_is_gone_does_nothing(enqueue):
    job = enqueue()
    identifier = job.uuid
    job.delete()
    jobs.run(identifier)
    assert not Job.objects.exists()


def test_a_running_job_has_an_owner_or_the_database_refuses_it(enqueue):
    job = enqueue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, owner=None)


def test_the_page_is_told_how_far_and_how_many_before(client, enqueue, annotator):
    client.force_login(annotator)
    first, second = enqueue(), enqueue()
    run = jobs.JobRun(lease.claim(first.uuid))
    run.progress("steps", 1, 8, "steps")
    run.progress("steps", 2, 8, "steps")
    told = client.get(f"/api/jobs/{first.uuid}").json()
    assert (told["state"], told["stage"], told["done"], told["total"]) == ("running", "steps", 2, 8)
    assert told["rate"] > 0
    assert told["seconds_left"] >= 0
    assert client.get(f"/api/jobs/{second.uuid}").json()["waiting_for"] == 1


def test_counted_work_shows_its_way_and_ends_at_what_was_worked_on(client, enqueue, annotator, monkeypatch):
    client.force_login(annotator)
    job = enqueue()
    run = jobs.JobRun(lease.claim(job.uuid))
    monkeypatch.setattr(jobs, "TOLD_EVERY", 0)
    big = 3_000_000_000  # more bytes than 32 bits count
    told = []
    for item in run.count([b"a", b"b", b"c"], "fetch", big, "bytes"):
        told.append((item, client.get(f"/api/jobs/{job.uuid}").json()["done"]))
    assert told == [(b"a", 0), (b"b", 1), (b"c", 2)]
    ended = client.get(f"/api/jobs/{job.uuid}").json()
    assert (ended["done"], ended["total"], ended["unit"]) == (3, big, "bytes")


def test_the_rate_leaves_out_what_an_earlier_attempt_or_stage_has_done(client, enqueue, annotator):
    client.force_login(annotator)
    job = enqueue()
    run = jobs.JobRun(lease.claim(job.uuid))
    run.progress("steps", 90, 100, "steps")
    assert client.get(f"/api/jobs/{job.uuid}").json()["rate"] is None
    Job.objects.filter(pk=job.pk).update(stage_since=Now() - timedelta(seconds=10))
    run.progress("steps", 95, 100, "steps")
    told = client.get(f"/api/jobs/{job.uuid}").json()
    assert (told["rate"], told["seconds_left"]) == (pytest.approx(0.5, abs=0.02), 10)


def test_polling_costs_nothing_while_nothing_changes(client, enqueue, annotator):
    client.force_login(annotator)
    job = enqueue()
    cursor = client.get("/api/activity").json()["cursor"]
    quiet = client.get("/api/activity", {"cursor": cursor})
    assert quiet.json()["jobs"] == []
    again = client.get("/api/activity", {"cursor": cursor}, headers={"If-None-Match": quiet["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.cancel(annotator, job)
    news = client.get("/api/activity", {"cursor": cursor}, headers={"If-None-Match": quiet["ETag"]}).json()
    assert [row["state"] for row in news["jobs"]] == ["cancelled"]


def test_jobs_are_listed_newest_first_page_by_page(client, enqueue, annotator):
    client.force_login(annotator)
    made = [str(enqueue().uuid) for _ in range(53)][::-1]
    first = client.get("/api/jobs").json()
    rest = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == made
    assert len(client.get("/api/jobs?state=done").json()["results"]) == 0
