"""Pre-label by the real networks on a real clip: who is there, once, and never over a person's work."""

import pytest

from annotation import checks
from annotation.actions import prelabels, solving, subjects, tasks
from annotation.models import Head, PrelabelledShot, Revision, Subject, Task
from koutu.accounts.errors import Locked
from koutu.accounts.roles import Role
from koutu.clips.actions import cuts
from koutu.clips.models import Clip
from koutu.jobs import lease
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from models.matting.trimap import MASK_LEVEL
from tests import factories
from tests.annotation import excerpts
from tests.annotation.saving import disc, head, put

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return excerpts.excerpt(tmp_path_factory.mktemp("excerpt"), 8)


@pytest.fixture
def clip(db, film):
    return excerpts.taken_in(film)


def waiting() -> Job:
    return Job.objects.get(kind="prelabel", state="queued")


def run_prelabel() -> Job:
    job = waiting()
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def test_a_clip_is_prelabelled_and_its_tasks_open(clip):
    run_prelabel()
    (subject,) = Subject.objects.live().filter(shot__clip=clip)
    heads = Head.objects.filter(subject=subject).select_related("revision__model_version")
    assert heads.count() == subject.shot.length
    assert {row.revision.model_version.name for row in heads} == {"mediapipe-mean4"}
    present = [row for row in heads if row.revision.presence == "present"]
    assert len(present) > 0.8 * len(heads)
    assert all({"mask", "matte"} == row.revision.layers().keys() and not row.revision.stale for row in present)
    assert {row.revision.layers()["mask"].level for row in present} == {MASK_LEVEL}
    assert set(Task.objects.filter(shot__clip=clip).values_list("stage", flat=True)) == {"base"}


def test_asked_again_it_keeps_what_people_did_and_doubles_nobody(client, clip):
    run_prelabel()
    (subject,) = Subject.objects.live().filter(shot__clip=clip)
    person = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(person)
    put(client, clip, 5, subject, disc(clip, 300, 200, 80), parent=head(clip, 5, subject).uuid)
    mine, machines = head(clip, 5, subject), head(clip, 6, subject)
    prelabels.ask(person, clip)
    run_prelabel()
    assert list(Subject.objects.live().filter(shot__clip=clip)) == [subject]
    assert head(clip, 5, subject) == mine
    assert head(clip, 6, subject).parent == machines


def test_somebody_put_away_by_a_person_is_not_found_again(clip):
    run_prelabel()
    (wrong,) = Subject.objects.live().filter(shot__clip=clip)
    person = factories.person(Role.ANNOTATOR, clip.project)
    subjects.delete(person, wrong)
    prelabels.ask(person, clip)
    run_prelabel()
    assert not Subject.objects.live().filter(shot__clip=clip).exists()
    assert Head.objects.filter(subject=wrong, revision__head_of__isnull=False).exists()


def test_somebody_only_machines_put_away_comes_back_under_the_same_number(clip):
    run_prelabel()
    (found,) = Subject.objects.live().filter(shot__clip=clip)
    Subject.objects.filter(pk=found.pk).update(deleted_at="2026-01-01T00:00Z")
    prelabels.ask(factories.person(Role.ANNOTATOR, clip.project), clip)
    run_prelabel()
    assert list(Subject.objects.live().filter(shot__clip=clip)) == [found]


def test_accepted_work_is_not_touched_by_a_later_round(clip):
    run_prelabel()
    reviewer = factories.person(Role.REVIEWER, clip.project)
    tasks.act(reviewer, Task.objects.get(shot__clip=clip), "accept")
    before = set(Head.objects.values_list("frame", "subject", "revision"))
    prelabels.ask(reviewer, clip)
    run_prelabel()
    assert set(Head.objects.values_list("frame", "subject", "revision")) == before
    assert Revision.objects.count() == len(before)


def test_a_cut_set_while_it_runs_leaves_no_shot_behind(clip):
    """The person is quicker than the job: both halves are pre-labelled all the same."""
    from annotation import prelabel

    person = factories.person(Role.ANNOTATOR, clip.project)

    class Overtaken(jobs.JobRun):
        cut = None

        def progress(self, stage, done, total, unit=""):
            self.cut = self.cut or cuts.change(person, clip, "add", 4)
            super().progress(stage, done, total, unit)

    prelabel.work(Overtaken(lease.claim(waiting().uuid)))
    assert [row.shot.first for row in PrelabelledShot.objects.order_by("shot__first")] == [0, 4]
    assert set(Task.objects.filter(deleted_at=None).values_list("first", "stage")) == {(0, "base"), (4, "base")}
    assert Head.objects.filter(frame__clip=clip).count() == clip.frame_count
    assert list(checks.problems()) == []


def test_the_same_round_done_twice_is_done_once(clip):
    run_prelabel()
    count = Revision.objects.count()
    Job.objects.filter(kind="prelabel").update(state="queued", owner=None)
    run_prelabel()
    assert Revision.objects.count() == count
    assert PrelabelledShot.objects.count() == clip.shots.count()


def test_a_worker_that_lost_its_lease_commits_nothing(clip):
    from annotation import prelabel

    late = jobs.JobRun(lease.claim(waiting().uuid))
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    lease.claim(late.job.uuid)
    with pytest.raises(jobs.LeaseLost):
        prelabel.work(late)
    assert not Revision.objects.exists()


def test_cancelled_in_the_middle_it_opens_the_tasks_for_people(clip):
    job = waiting()
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert set(Task.objects.values_list("stage", flat=True)) == {"base"}


def test_without_the_weights_the_job_says_what_to_do(clip, monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    job = waiting()
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "no_model")
    assert "npm ci" in job.error


def test_a_frame_accepted_before_the_solver_came_to_it_stays(client, clip):
    run_prelabel()
    (subject,) = Subject.objects.live().filter(shot__clip=clip)
    person = factories.person(Role.ANNOTATOR, clip.project)
    job = solving.ask(person, subject, 5, 6)
    task = tasks.release(person, Task.objects.get(shot=subject.shot))
    before = head(clip, 5, subject)
    tasks.act(factories.person(Role.REVIEWER, clip.project), task, "accept")
    jobs.run(job.uuid)
    assert head(clip, 5, subject) == before
    with pytest.raises(Locked, match="accepted"):
        solving.ask(person, subject, 5, 6)


def test_the_band_is_solved_again_on_wish(client, clip):
    run_prelabel()
    (subject,) = Subject.objects.live().filter(shot__clip=clip)
    person = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(person)
    tasks.claim(person, Task.objects.get(shot=subject.shot))
    frame = 5
    asked = client.post(
        f"/api/shots/{subject.shot.uuid}/solve",
        {"subject": str(subject.uuid), "first": frame, "last": frame + 1},
        "application/json",
    )
    assert asked.status_code == 202, asked.json()
    jobs.run(asked.json()["id"])
    solved = head(clip, frame, subject)
    assert (solved.source, solved.author, solved.stale) == ("solver", person, False)
    assert solved.layers()["mask"].level == MASK_LEVEL
    assert Clip.objects.get().state == "ready"
