"""The first page: three next steps out of real work, and what this machine can do."""

import fcntl
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from koutu.accounts.roles import Role
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage import hold
from koutu.storage.models import Hold
from tests import factories
from tests.releases import labelling


@pytest.fixture
def project(db):
    return factories.project()


@pytest.fixture
def annotator(client, project):
    person = factories.person(Role.ANNOTATOR, project)
    client.force_login(person)
    return person


def steps(client) -> dict:
    return {step["key"]: step for step in client.get("/api/home").json()["steps"]}


def line(client, key: str) -> dict:
    return next(line for line in client.get("/api/home").json()["machine"] if line["key"] == key)


def test_an_empty_place_has_nothing_to_open(client, annotator):
    for step in steps(client).values():
        assert (step["done"], step["task"], step["thumb"]) == (False, None, None)
    counts = client.get("/api/home").json()["counts"]
    assert {"clips", "tasks", "releases", "jobs"} == set(counts)


def test_steps_lead_to_real_tasks_and_are_ticked_off(client, annotator, project):
    clip = factories.clip(factories.show(project), frames=9, cuts=(3, 6))
    one, two, three = clip.shots.order_by("first")
    people = labelling.subject(two, 1)
    base = [labelling.accept(shot, "base") for shot in (one, two)]
    review = labelling.accept(three, "review")
    seen = steps(client)
    assert seen["mend"]["task"] == str(base[1].uuid), "a shot with people comes before an empty one"
    assert seen["mend"]["thumb"] == f"/api/clips/{clip.uuid}/frames/4/thumb"
    assert client.get(seen["mend"]["thumb"]).status_code == 200
    assert seen["review"]["task"] == str(review.uuid)
    labelling.label(people, {3: labelling.box(0, 0, 9, 9)})
    review.stage = "accepted"
    review.save()
    seen = steps(client)
    assert (seen["mend"]["done"], seen["review"]["done"], seen["release"]["done"]) == (True, True, False)
    labelling.build(factories.person(Role.LEAD, project), project)
    assert steps(client)["release"]["done"]


def test_ones_own_task_comes_first_and_others_are_left_alone(client, annotator, project):
    clip = factories.clip(factories.show(project), frames=9, cuts=(3, 6))
    held, rejected, own = [labelling.accept(shot, "base") for shot in clip.shots.order_by("first")]
    type(own).objects.filter(pk=rejected.pk).update(rejected_at=Now())
    later = timezone.now() + timezone.timedelta(minutes=5)
    type(own).objects.filter(pk=held.pk).update(
        holder=factories.person(Role.ANNOTATOR, project), lease_until=later
    )
    assert steps(client)["mend"]["task"] == str(rejected.uuid)
    type(own).objects.filter(pk=own.pk).update(holder=annotator, lease_until=later)
    assert steps(client)["mend"]["task"] == str(own.uuid)


def test_another_organisation_lends_no_step(client, annotator):
    labelling.accepted_clip(factories.project())
    assert not any(step["done"] or step["thumb"] for step in steps(client).values())


def test_a_job_that_nobody_takes_shows_silent_workers(client, annotator, project):
    assert line(client, "web")["state"] == "ok"
    job = enqueue("release", project, factories.show(project), by=None)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timezone.timedelta(minutes=1))
    assert line(client, "web") == {
        "key": "web", "state": "bad", "text_code": "workers_silent", "detail": {"running": 0, "waiting": 1},
    }  # fmt: skip
    later = timezone.now() + timezone.timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(state="running", owner=job.uuid, lease_until=later)
    assert line(client, "web")["state"] == "ok"


def test_the_supervisor_is_known_by_its_lock(client, annotator, settings, tmp_path):
    settings.DATA = tmp_path
    assert line(client, "web")["text_code"] == "web_only"
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert line(client, "web")["text_code"] == "supervised"
    assert line(client, "web")["text_code"] == "web_only"


def test_backups_are_looked_up(client, annotator):
    none = "backup_none" if connection.vendor == "sqlite" else "backup_by_operator"
    assert line(client, "backup")["text_code"] == none
    with hold.held():
        hold.note_backup()
    assert line(client, "backup")["text_code"] == "backup_made"
    Hold.objects.update(backed_up_at=Now() - timedelta(days=30))
    assert line(client, "backup")["text_code"] == "backup_old"


def test_a_full_disk_is_bad(client, annotator, settings):
    assert line(client, "storage")["detail"]["free"] > 0
    settings.KEEP_FREE_BYTES = 10**18
    assert (line(client, "storage")["state"], line(client, "storage")["text_code"]) == ("bad", "storage_full")


def test_missing_weights_say_what_to_do(client, annotator, monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    seen = line(client, "prelabel")
    assert (seen["state"], seen["text_code"]) == ("bad", "model_missing")
    assert "npm ci" in seen["detail"]["reason"]


def test_what_serves_in_the_place_of_the_best_says_so(client, annotator, monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_POSE_WEIGHTS", str(tmp_path))
    seen = line(client, "prelabel")
    assert (seen["state"], seen["text_code"]) == ("warn", "model_second")
    assert (seen["detail"]["name"], seen["detail"]["best"]) == ("MediaPipe selfie", "MediaPipe mean4")


def test_it_costs_the_same_however_much_there_is(client, annotator, project, django_assert_max_num_queries):
    for _ in range(4):
        labelling.accepted_clip(project)
    with django_assert_max_num_queries(20):
        client.get("/api/home")
