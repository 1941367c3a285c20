"""A task goes its way: claimed, submitted, accepted or rejected, opened again."""

import pytest

from annotation.actions import subjects, tasks
from annotation.models import Draft, Task, Verdict
from koutu.accounts.errors import Forbidden, Locked, Refused
from koutu.accounts.roles import Role
from tests import factories
from tests.annotation.saving import disc, full, head, put, send_draft

pytestmark = pytest.mark.django_db


def paint_all(client, clip, subject, frames=range(8)):
    for frame in frames:
        assert put(client, clip, frame, subject, disc(clip, 40, 50)).status_code == 201


def test_a_long_shot_is_cut_into_even_spans():
    shot = factories.clip(factories.show(factories.project()), frames=7).shots.get()
    assert tasks.spans(shot, length=3) == [(0, 1), (2, 3), (4, 6)]
    assert tasks.spans(shot, length=300) == [(0, 6)]


def test_a_task_is_held_by_one_person(annotator, task, clip):
    other = factories.person(Role.ANNOTATOR, clip.project)
    tasks.claim(annotator, task)
    with pytest.raises(Locked) as refusal:
        tasks.claim(other, task)
    assert refusal.value.detail["holder"] == annotator.shown_name
    tasks.release(annotator, task)
    assert tasks.claim(other, task).holder == other


def test_a_lapsed_lease_frees_the_task(annotator, task, clip):
    tasks.claim(annotator, task)
    Task.objects.filter(pk=task.pk).update(lease_until="2020-01-01T00:00Z")
    other = factories.person(Role.ANNOTATOR, clip.project)
    assert tasks.claim(other, task).holder == other


def test_a_lapsed_lease_is_shown_as_free_and_the_task_offered_again(client, annotator, task, clip):
    tasks.claim(annotator, task)
    other = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(other)
    path = f"/api/tasks/{task.uuid}"
    assert client.get(path).json()["holder"]["id"] == str(annotator.uuid)
    assert client.get("/api/tasks/next").json()["id"] != str(task.uuid)
    Task.objects.filter(pk=task.pk).update(lease_until="2020-01-01T00:00Z")
    assert (client.get(path).json()["holder"], client.get(path).json()["lease_until"]) == (None, None)
    assert client.get("/api/tasks/next").json()["id"] == str(task.uuid)
    assert client.post(f"{path}/heartbeat").status_code == 200
    client.force_login(annotator)
    assert client.post(f"{path}/heartbeat").status_code == 423


def test_only_its_holder_gives_a_task_back(annotator, task, clip):
    tasks.claim(annotator, task)
    tasks.release(factories.person(Role.ANNOTATOR, clip.project), task)
    task.refresh_from_db()
    assert task.holder == annotator


def test_the_whole_way(client, annotator, reviewer, clip, subject, task):
    client.force_login(annotator)
    paint_all(client, clip, subject)
    assert tasks.act(annotator, task, "submit").stage == "review"
    rejected = tasks.act(reviewer, task, "reject", "the sleeve")
    assert (rejected.stage, rejected.reject_reason, rejected.rejected_by) == ("base", "the sleeve", reviewer)
    tasks.act(annotator, task, "submit")
    accepted = tasks.act(reviewer, task, "accept")
    assert (accepted.stage, accepted.holder) == ("accepted", None)
    assert Verdict.objects.filter(accepted=True).count() == 8
    assert tasks.act(reviewer, task, "reopen").stage == "base"


def test_an_annotator_does_not_accept(annotator, task):
    with pytest.raises(Forbidden):
        tasks.act(annotator, task, "accept")


def test_what_is_missing_is_said_with_its_frames(client, annotator, reviewer, clip, subject, task):
    client.force_login(annotator)
    paint_all(client, clip, subject, frames=range(5))
    tasks.act(annotator, task, "submit")
    client.force_login(reviewer)
    answer = client.post(f"/api/tasks/{task.uuid}/accept")
    assert answer.status_code == 409
    (reason,) = answer.json()["error"]["detail"]["reasons"]
    assert (reason["code"], reason["frames"], reason["count"]) == ("unknown_presence", [5, 6, 7], 3)
    assert client.post(
        f"/api/tasks/{task.uuid}/absent", {"subject": str(subject.uuid)}, "application/json"
    ).json()["frames"] == [5, 6, 7]
    assert client.post(f"/api/tasks/{task.uuid}/accept").json()["stage"] == "accepted"


def test_no_frame_named_is_no_frame_marked(client, annotator, subject, task):
    client.force_login(annotator)
    wish = {"subject": str(subject.uuid), "frames": []}
    assert client.post(f"/api/tasks/{task.uuid}/absent", wish, "application/json").json() == {"frames": []}
    wish["frames"] = [2, 2, 12, 9999]
    assert client.post(f"/api/tasks/{task.uuid}/absent", wish, "application/json").json() == {"frames": [2]}


def test_an_open_draft_holds_up_acceptance_until_it_is_sent_or_saved_over(
    client, annotator, reviewer, clip, subject, task
):
    client.force_login(annotator)
    paint_all(client, clip, subject)
    below = head(clip, 3, subject)
    send_draft(client, clip, 3, subject, disc(clip, 60, 50), parent=below.uuid)
    tasks.release(annotator, task)
    with pytest.raises(Refused) as refusal:
        tasks.act(reviewer, task, "accept")
    (reason,) = refusal.value.detail["reasons"]
    assert (reason["code"], reason["frames"]) == ("draft_open", [3])
    client.force_login(reviewer)
    assert put(client, clip, 3, subject, disc(clip, 70, 50), parent=below.uuid).status_code == 201
    assert tasks.act(reviewer, task, "accept").stage == "accepted"
    assert Draft.objects.count() == 1


def test_a_stale_matte_and_a_person_without_a_mask_are_not_accepted(client, annotator, reviewer, clip, subject, task):
    client.force_login(annotator)
    paint_all(client, clip, subject)
    put(client, clip, 2, subject, full(clip), layer="mask", parent=head(clip, 2, subject).uuid)
    head(clip, 5, subject).planes.all().delete()
    tasks.release(annotator, task)
    with pytest.raises(Refused) as refusal:
        tasks.act(reviewer, task, "accept")
    assert {row["code"]: row["frames"] for row in refusal.value.detail["reasons"]} == {"stale": [2], "no_mask": [5]}


def test_nobody_comes_or_goes_once_it_is_accepted(client, annotator, reviewer, clip, shot, subject, task):
    client.force_login(annotator)
    paint_all(client, clip, subject)
    gone = subjects.add(annotator, shot, "Gone")
    subjects.delete(annotator, gone)
    tasks.release(annotator, task)
    tasks.act(reviewer, task, "accept")
    for act in (
        lambda: subjects.add(annotator, shot),
        lambda: subjects.delete(annotator, subject),
        lambda: subjects.restore(annotator, gone),
    ):
        with pytest.raises(Locked, match="accepted"):
            act()
    assert subjects.update(annotator, subject, name="The rifleman").name == "The rifleman"


def test_nobody_puts_away_the_person_that_another_works_on(annotator, clip, subject, task):
    tasks.claim(annotator, task)
    with pytest.raises(Locked, match="working"):
        subjects.delete(factories.person(Role.ANNOTATOR, clip.project), subject)
    subjects.delete(annotator, subject)
    subject.refresh_from_db()
    assert subject.deleted_by == annotator


def test_a_task_without_anybody_can_be_accepted(reviewer, task):
    assert tasks.act(reviewer, task, "accept").stage == "accepted"


def test_acts_out_of_order_are_refused(reviewer, task):
    with pytest.raises(Refused, match="stage base"):
        tasks.act(reviewer, task, "reopen")


def test_nobody_accepts_under_the_hands_of_another(annotator, reviewer, task):
    tasks.claim(annotator, task)
    with pytest.raises(Locked):
        tasks.act(reviewer, task, "accept")


def test_subject_numbers_are_never_used_again(annotator, shot, subject):
    subjects.delete(annotator, subject)
    second = subjects.add(annotator, shot)
    assert (second.number, second.colour) == (2, 2)
    assert subjects.restore(annotator, subject).deleted_at is None


def test_the_queue_shows_what_is_done(client, annotator, clip, subject, task, django_assert_max_num_queries):
    client.force_login(annotator)
    paint_all(client, clip, subject, frames=range(3))
    with django_assert_max_num_queries(8):
        rows = client.get("/api/tasks?stage=base").json()
    row = next(row for row in rows if row["id"] == str(task.uuid))
    assert (row["subjects"], row["labelled"], row["frames"], row["shot_number"]) == (1, 3, 8, 1)
    assert client.get("/api/tasks/next").json()["id"] == str(task.uuid)
    assert len(client.get("/api/tasks?mine=true").json()) == 1


def test_shots_with_a_lead_come_first(client, annotator, clip, shot, subject):
    """Of those that are neither one's own nor sent back."""
    client.force_login(annotator)
    later = clip.shots.get(first=8)
    subjects.add(annotator, later)
    assert client.get("/api/tasks/next").json()["shot"] == str(shot.uuid)
    subjects.update(annotator, subject, role="crowd")
    assert client.get("/api/tasks/next").json()["shot"] == str(later.uuid)
    tasks.claim(annotator, shot.tasks.get())
    assert client.get("/api/tasks/next").json()["shot"] == str(shot.uuid)


def test_a_shot_opens_with_its_neighbours(client, annotator, clip, shot, subject):
    client.force_login(annotator)
    seen = client.get(f"/api/shots/{shot.uuid}").json()
    later = clip.shots.get(first=8)
    assert (seen["previous"], seen["next"]) == (None, str(later.uuid))
    assert [row["name"] for row in seen["subjects"]] == ["Rifleman"]
    assert seen["clip"]["width"] == 150
