"""What a person said on one frame, carried through a real shot by the real networks, and over nobody's work."""

import json

import numpy as np
import pytest

from annotation import prelabel
from annotation.actions import revisions, subjects, tasks
from annotation.models import Head, Revision, Subject, Task
from annotation.propagate import reader
from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from models.video.propagation import Propagation
from tests import factories
from tests.annotation import excerpts
from tests.annotation.propagating import ask, hold_a_sword, mask_of, plan
from tests.annotation.saving import head, put

pytestmark = pytest.mark.django_db
FRAMES = 8


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return excerpts.excerpt(tmp_path_factory.mktemp("excerpt"), FRAMES)


@pytest.fixture(scope="module")
def labels(film):
    return excerpts.labels_of(film)


@pytest.fixture
def clip(db, film, labels, monkeypatch):
    """The excerpt, pre-labelled."""
    monkeypatch.setattr(prelabel, "prelabel_shot", lambda *_: iter(labels))
    made = excerpts.taken_in(film)
    jobs.run(Job.objects.get(kind="prelabel").uuid)
    return made


@pytest.fixture
def subject(clip):
    return Subject.objects.live().get(shot__clip=clip)


@pytest.fixture
def person(clip, client):
    somebody = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(somebody)
    return somebody


def test_one_anchor_mends_the_shot_and_says_before_what_it_will_change(client, clip, subject, person):
    mine = hold_a_sword(client, clip, 2, subject)
    told = plan(client, subject, 2).json()
    assert told == [
        {"first": 0, "last": 1, "left": None, "right": 2}, {"first": 3, "last": 7, "left": 2, "right": None}
    ]  # fmt: skip
    asked = ask(client, subject, 2)
    assert asked.status_code == 202, asked.json()
    jobs.run(asked.json()["id"])
    job = Job.objects.get(uuid=asked.json()["id"])
    assert (job.state, job.done, job.total) == ("done", 7, 7)
    for frame in (0, 1, 3, 7):
        found = mask_of(clip, frame, subject)
        assert (found & mine).sum() > 0.85 * mine.sum(), frame
        assert found[30:90, 31:39].mean() > 0.9, "the sword is there"
        revision = head(clip, frame, subject)
        assert (revision.source, revision.author) == ("propagation", None)
        assert not revision.anchor
        assert not revision.stale
        assert revision.model_version.name.startswith("carried-")
        # The first frame of each way came at once, and once more when it was held steady.
        before = revision.parent.parent if frame in (1, 3) else revision.parent
        assert before.source == "model"
        assert revision.tools[0]["job"] == str(job.uuid)
    assert head(clip, 2, subject).author == person


def test_what_is_not_as_it_was_told_any_more_is_looked_at_again(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    told = plan(client, subject, 2).json()
    hold_a_sword(client, clip, 5, subject)
    answer = ask(client, subject, 2, spans=told)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "plan_changed")
    assert not Job.objects.filter(kind="propagate").exists()
    assert ask(client, subject, 2, spans=plan(client, subject, 2).json()).status_code == 202


def test_only_that_way_and_never_past_another_anchor(client, clip, subject, person):
    hold_a_sword(client, clip, 1, subject)
    hold_a_sword(client, clip, 4, subject)
    before = {frame: head(clip, frame, subject) for frame in range(FRAMES)}
    assert plan(client, subject, 1, "later").json() == [{"first": 2, "last": 3, "left": 1, "right": 4}]
    jobs.run(ask(client, subject, 1, "later").json()["id"])
    changed = {frame for frame in range(FRAMES) if head(clip, frame, subject) != before[frame]}
    assert changed == {2, 3}


def test_all_that_lies_between_anchors_at_once(client, clip, subject, person):
    for frame in (1, 4, 6):
        hold_a_sword(client, clip, frame, subject)
    spans = [(span["first"], span["last"]) for span in plan(client, subject, 4, "all").json()]
    assert spans == [(0, 0), (2, 3), (5, 5), (7, 7)]
    asked = ask(client, subject, 4, "all").json()
    jobs.run(asked["id"])
    assert Job.objects.get(uuid=asked["id"]).state == "done"
    assert {head(clip, frame, subject).source for frame in (0, 2, 3, 5, 7)} == {"propagation"}


def test_another_subject_is_not_touched(client, clip, subject, person):
    other = subjects.add(person, subject.shot, "Guard")
    put(client, clip, 5, other, np.full((clip.height, clip.width), 255, np.uint8), anchor=True)
    before = list(Head.objects.filter(subject=other).values_list("revision", flat=True))
    hold_a_sword(client, clip, 2, subject)
    jobs.run(ask(client, subject, 2).json()["id"])
    assert list(Head.objects.filter(subject=other).values_list("revision", flat=True)) == before


def test_what_a_person_gave_to_another_is_not_taken(client, clip, subject, person):
    other = subjects.add(person, subject.shot, "Guard")
    mine = hold_a_sword(client, clip, 2, subject)
    left = np.zeros((clip.height, clip.width), np.uint8)
    left[:, :60] = 255
    put(client, clip, 4, other, left)
    jobs.run(ask(client, subject, 2, "later").json()["id"])
    assert mask_of(clip, 3, subject)[:, :60].sum() > 0.5 * mine[:, :60].sum()
    assert not mask_of(clip, 4, subject)[:, :50].any(), "but for the band along the border between them"


def test_a_person_who_confirms_a_frame_meanwhile_keeps_it(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    hold_a_sword(client, clip, 5, subject)
    mine = head(clip, 5, subject)
    jobs.run(job)
    assert head(clip, 5, subject) == mine
    assert head(clip, 4, subject).source == head(clip, 6, subject).source == "propagation"


def test_a_person_who_paints_a_frame_meanwhile_keeps_it_confirmed_or_not(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    hold_a_sword(client, clip, 4, subject, anchor=False)
    mine = head(clip, 4, subject)
    jobs.run(job)
    assert not mine.anchor
    assert head(clip, 4, subject) == mine
    assert head(clip, 5, subject).source == "propagation"


def test_what_was_painted_before_and_never_confirmed_is_passed_and_stays_in_the_history(client, clip, subject, person):
    hold_a_sword(client, clip, 4, subject, anchor=False)
    mine = head(clip, 4, subject)
    hold_a_sword(client, clip, 2, subject)
    jobs.run(ask(client, subject, 2, "later").json()["id"])
    assert head(clip, 4, subject).source == "propagation"
    assert head(clip, 4, subject).parent == mine


def test_a_worker_that_dies_on_the_way_loses_nothing_and_doubles_nothing(client, clip, subject, person, monkeypatch):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    step, steps = Propagation.step, []

    def dies(self):
        steps.append(1)
        if len(steps) == 4:
            raise KeyboardInterrupt
        return step(self)

    monkeypatch.setattr(Propagation, "step", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job)
    monkeypatch.undo()
    kept = {frame: head(clip, frame, subject) for frame in (3, 4)}
    assert {revision.source for revision in kept.values()} == {"propagation"}
    assert head(clip, 5, subject).source == "model", "a frame waits for the one after it"
    Job.objects.filter(uuid=job).update(lease_until="2000-01-01T00:00Z")
    jobs.run(job)
    assert Job.objects.get(uuid=job).state == "done"
    assert {frame: head(clip, frame, subject) for frame in kept} == kept
    assert head(clip, 7, subject).source == "propagation"
    made = Revision.objects.filter(subject=subject, source="propagation")
    assert made.count() == 6, "the first frame at once, and once more when it is held steady"


def test_the_first_frame_is_there_before_the_second_is_done(client, clip, subject, person, monkeypatch):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    step, seen = Propagation.step, []

    def looks(self):
        seen.append((head(clip, 3, subject).source, Job.objects.get(uuid=job).done))
        return step(self)

    monkeypatch.setattr(Propagation, "step", looks)
    jobs.run(job)
    assert seen[:2] == [("model", 0), ("propagation", 0)]
    assert Job.objects.get(uuid=job).done == 5


def test_a_click_meanwhile_is_answered_between_two_frames(client, clip, subject, person, monkeypatch):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    step, told = Propagation.step, []

    def clicks(self):
        followed = step(self)
        if followed.index == 4:
            now = str(head(clip, 2, subject).uuid)
            said = {"clip": str(clip.uuid), "frame": 2, "subject": str(subject.uuid), "parent": now}
            said["points"] = [{"x": 70, "y": 60, "inside": False}]
            told.append(client.post("/api/prompts", {"meta": json.dumps(said)}).json())
        if followed.index == 6:
            told.append(client.get(f"/api/prompts/{told[0]['id']}").json())
        return followed

    monkeypatch.setattr(Propagation, "step", clicks)
    jobs.run(job)
    assert [one["state"] for one in told] == ["queued", "done"], told
    assert Job.objects.get(uuid=job).state == "done"


def test_many_anchors_set_meanwhile_do_not_push_out_the_ones_it_goes_from(client, clip, subject, person):
    hold_a_sword(client, clip, 0, subject)
    job = ask(client, subject, 0, "later").json()["id"]
    for frame in range(1, FRAMES - 1):
        hold_a_sword(client, clip, frame, subject)
    jobs.run(job)
    assert Job.objects.get(uuid=job).state == "done"


def test_cancelling_keeps_what_is_done(client, clip, subject, person, monkeypatch):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    step = Propagation.step

    def cancels(self):
        followed = step(self)
        if followed.index == 5:
            client.post(f"/api/jobs/{job}/cancel")
        return followed

    monkeypatch.setattr(Propagation, "step", cancels)
    jobs.run(job)
    assert Job.objects.get(uuid=job).state == "cancelled"
    assert [head(clip, frame, subject).source for frame in (3, 4, 5)] == ["propagation", "model", "model"]


def undo(client, subject, job):
    return client.post(f"/api/shots/{subject.shot.uuid}/propagations/undo", {"job": job}, "application/json")


def layers_of(revision):
    return {name: (plane.blob_id, plane.solved_on_id, plane.level) for name, plane in revision.layers().items()}


def test_a_propagation_is_undone_as_a_whole_and_what_a_person_did_since_stays(client, clip, subject, person):
    hold_a_sword(client, clip, 1, subject, anchor=False)
    hold_a_sword(client, clip, 2, subject)
    hold_a_sword(client, clip, 5, subject)
    before = {frame: head(clip, frame, subject) for frame in range(FRAMES)}
    job = ask(client, subject, 2).json()["id"]
    assert undo(client, subject, job).json()["error"]["code"] == "still_running"
    jobs.run(job)
    hold_a_sword(client, clip, 4, subject)
    mine = head(clip, 4, subject)
    undone = undo(client, subject, job)
    assert (undone.status_code, undone.json()) == (200, {"frames": [0, 1, 3]})
    for frame in (0, 1, 3):
        now = head(clip, frame, subject)
        assert now.parent.source == "propagation", "nothing is lost: it is in the history"
        assert (now.source, now.author, now.presence) == (
            before[frame].source, before[frame].author, before[frame].presence
        )  # fmt: skip
        assert layers_of(now) == layers_of(before[frame])
    assert head(clip, 4, subject) == mine
    assert undo(client, subject, job).json()["error"]["code"] == "nothing_to_undo"


def test_where_nothing_was_known_before_nothing_is_known_after_undoing(client, clip, person, subject):
    other = subjects.add(person, subject.shot, "Guard")
    put(client, clip, 2, other, np.full((clip.height, clip.width), 255, np.uint8), anchor=True)
    job = ask(client, other, 2, "later").json()["id"]
    jobs.run(job)
    assert undo(client, other, job).json()["frames"] == [3, 4, 5, 6, 7]
    assert {head(clip, frame, other).presence for frame in range(3, 8)} == {"unknown"}


def test_what_was_accepted_meanwhile_is_not_undone(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2).json()["id"]
    jobs.run(job)
    made = head(clip, 3, subject)
    Task.objects.filter(shot=subject.shot).update(stage="accepted", holder=None, lease_until=None)
    assert undo(client, subject, job).status_code == 423
    assert head(clip, 3, subject) == made


def test_whoever_opens_the_shot_again_sees_what_is_under_way(client, clip, subject, person, monkeypatch):
    hold_a_sword(client, clip, 2, subject)
    job = ask(client, subject, 2, "later").json()["id"]
    seen, step = [], Propagation.step

    def looks(self):
        seen.append(client.get(f"/api/shots/{subject.shot.uuid}/propagations").json())
        return step(self)

    monkeypatch.setattr(Propagation, "step", looks)
    jobs.run(job)
    (one,) = seen[2]
    assert (one["job"]["id"], one["job"]["state"]) == (job, "running")
    assert (one["subject"], one["frame"]) == (str(subject.uuid), 2)
    assert one["spans"] == [{"first": 3, "last": 7, "left": 2, "right": None}]
    assert one["changed"] == [3]
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    assert client.get(f"/api/shots/{subject.shot.uuid}/propagations").json() == []


def test_who_is_said_to_be_absent_is_not_propagated_there(client, clip, subject, person):
    hold_a_sword(client, clip, 1, subject)
    put(client, clip, 6, subject, parent=head(clip, 6, subject).uuid, presence="absent", anchor=True)
    jobs.run(ask(client, subject, 6, "later").json()["id"])
    assert head(clip, 7, subject).presence == "absent"


def test_who_was_known_to_be_hidden_is_still_hidden_where_nothing_of_them_is_seen(client, clip, subject, person):
    Revision.objects.filter(pk=head(clip, 7, subject).pk).update(presence="occluded")
    put(client, clip, 6, subject, parent=head(clip, 6, subject).uuid, presence="occluded", anchor=True)
    jobs.run(ask(client, subject, 6, "later").json()["id"])
    hidden = head(clip, 7, subject)
    assert (hidden.presence, hidden.source) == ("occluded", "propagation")


def test_a_persons_word_that_somebody_is_hidden_goes_on_until_they_are_seen(client, clip, subject, person):
    for frame in (4, 7):
        put(client, clip, frame, subject, parent=head(clip, frame, subject).uuid, presence="occluded", anchor=True)
    jobs.run(ask(client, subject, 4, "later").json()["id"])
    assert [head(clip, frame, subject).presence for frame in (5, 6)] == ["occluded"] * 2


def test_asked_twice_it_waits_once_and_what_others_are_asked_for_waits_beside_it(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    first = ask(client, subject, 2, "later").json()["id"]
    assert ask(client, subject, 2, "later").json()["id"] == first
    hold_a_sword(client, clip, 5, subject)
    again = ask(client, subject, 2, "later").json()["id"]
    assert [Job.objects.get(uuid=job).params["spans"][0]["last"] for job in (first, again)] == [7, 4]


def test_what_cannot_be_propagated_says_why(client, clip, subject, person):
    refused = plan(client, subject, 2)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_anchor")
    assert "Confirm this frame as an anchor first" in refused.json()["error"]["message"]
    hold_a_sword(client, clip, 0, subject)
    assert ask(client, subject, 0, "earlier").json()["error"]["code"] == "nothing_between"
    assert ask(client, subject, 0, "sideways").status_code == 400
    revisions.unpin(person, head(clip, 0, subject))
    assert ask(client, subject, 0).json()["error"]["code"] == "no_anchor"


def test_it_ends_where_frames_are_accepted_or_in_anothers_hands_and_says_so_before(client, clip, subject, person):
    Task.objects.filter(shot=subject.shot).delete()
    spans = ((0, 1, "accepted"), (2, 4, "base"), (5, 7, "base"))
    for first, last, stage in spans:
        Task.objects.create(shot=subject.shot, first=first, last=last, stage=stage)
    hold_a_sword(client, clip, 3, subject)
    other = factories.person(Role.ANNOTATOR, clip.project)
    tasks.claim(other, Task.objects.get(first=5))
    assert [(span["first"], span["last"]) for span in plan(client, subject, 3).json()] == [(2, 2), (4, 4)]
    jobs.run(ask(client, subject, 3).json()["id"])
    sources = [head(clip, frame, subject).source for frame in range(FRAMES)]
    assert sources == ["model", "model", "propagation", "person", "propagation", "model", "model", "model"]
    Task.objects.filter(first=2).update(last=3)
    Task.objects.create(shot=subject.shot, first=4, last=4, stage="accepted")
    assert ask(client, subject, 3, "later").json()["error"]["code"] == "nothing_open"


def test_nobody_propagates_over_what_another_holds_or_what_is_accepted(client, clip, subject, person):
    hold_a_sword(client, clip, 2, subject)
    task = Task.objects.get(shot=subject.shot)
    tasks.release(person, task)
    tasks.claim(factories.person(Role.ANNOTATOR, clip.project), task)
    assert ask(client, subject, 2).status_code == 423
    assert not Job.objects.filter(kind="propagate").exists()


def test_a_frame_is_read_by_its_index(clip, subject):
    picture = reader(subject.shot)
    assert picture(3).shape == (clip.height, clip.width, 3)
    assert not np.array_equal(picture(3), picture(7))
