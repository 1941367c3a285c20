"""Subjects merged and split by hand: told before, nothing lost, undone where nobody has worked since."""

import uuid

import numpy as np
import pytest

from annotation.models import Draft, Head, Revision, Task
from koutu.accounts.models import AuditLine
from koutu.accounts.roles import Role
from koutu.clips.models import Frame
from koutu.storage import blobs
from models import planes
from tests import factories
from tests.releases.labelling import box, label
from tests.releases.labelling import subject as add_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store", "signed_in")]


@pytest.fixture
def clip():
    """Eight frames of one shot, open for people."""
    made = factories.clip(factories.show(factories.project()), frames=8)
    Task.objects.create(shot=made.shots.get(), first=0, last=7, stage="base")
    return made


@pytest.fixture
def pair(clip):
    """One person whom the pre-label took for two: the first on frames 0 to 4, the second on 3 to 7."""
    first, second = (add_subject(clip.shots.get(), number) for number in (1, 2))
    label(first, {index: box(10, 10, 20, 30) for index in range(5)})
    label(second, {index: box(18, 10, 30, 30) for index in range(3, 8)})
    return first, second


def by(person, subject, *indices, anchor=False):
    heads = Head.objects.filter(subject=subject, frame__index__in=indices)
    Revision.objects.filter(head_of__in=heads).update(author=person, anchor=anchor)


def plan(client, subject, other) -> dict:
    answer = client.get(f"/api/subjects/{subject.uuid}/merge", {"other": str(other.uuid)})
    assert answer.status_code == 200, answer.content
    return answer.json()


def merge(client, subject, other, state=None):
    sent = {"other": str(other.uuid), "state": state or plan(client, subject, other)["state"]}
    return client.post(f"/api/subjects/{subject.uuid}/merge", sent, "application/json")


def split(client, subject, frame, state=None):
    path = f"/api/subjects/{subject.uuid}/split"
    state = state or client.get(path, {"frame": frame}).json().get("state", "-")
    return client.post(path, {"frame": frame, "state": state}, "application/json")


def undo(client, subject, act):
    return client.post(f"/api/subjects/{subject.uuid}/unjoin", {"act": act}, "application/json")


def states(subject) -> dict[int, tuple]:
    """By frame: presence, and the planes by layer."""
    heads = Head.objects.filter(subject=subject).select_related("frame", "revision")
    return {
        head.frame.index: (head.revision.presence, {n: p.blob.address for n, p in head.revision.layers().items()})
        for head in heads
    }


def mask(subject, index) -> np.ndarray:
    head = Head.objects.get(subject=subject, frame__index=index)
    return planes.decode(blobs.read(head.revision.layers()["mask"].blob))


def test_the_merge_is_told_before_and_does_just_that(client, clip, annotator, pair):
    first, second = pair
    theirs = states(second)
    told = plan(client, first, second)
    assert (told["moved"], told["united"], told["kept"]) == ([5, 6, 7], [3, 4], [])
    done = merge(client, first, second)
    assert done.status_code == 200, done.content
    assert done.json()["frames"] == [3, 4, 5, 6, 7]
    after = states(first)
    assert [after[index][0] for index in range(8)] == ["present"] * 8
    assert after[6] == theirs[6], "planes are carried by reference"
    np.testing.assert_array_equal(mask(first, 3), np.maximum(box(10, 10, 20, 30), box(18, 10, 30, 30)))
    second.refresh_from_db()
    assert second.deleted_by == annotator
    assert states(second) == theirs, "what was put away is whole"
    assert AuditLine.objects.filter(act="subject_merge").exists()


def test_a_persons_state_stands_before_a_models(client, annotator, pair):
    first, second = pair
    mine, theirs = states(first), states(second)
    by(annotator, first, 3)
    by(annotator, second, 4, anchor=True)
    told = plan(client, first, second)
    assert (told["moved"], told["united"], told["kept"]) == ([4, 5, 6, 7], [], [3])
    merge(client, first, second)
    assert states(first)[3] == mine[3]
    assert states(first)[4] == theirs[4]
    head = Head.objects.get(subject=first, frame__index=4).revision
    assert (head.author, head.anchor) == (annotator, True), "an anchor stays one"


def test_a_person_who_said_that_nobody_is_there_stands_before_a_model_too(client, annotator, pair):
    first, second = pair
    by(annotator, first, 3)
    Revision.objects.filter(head_of__subject=first, frame__index=3).update(presence="absent")
    assert plan(client, first, second)["kept"] == [3]


def test_a_merge_is_undone_to_the_last_frame(client, annotator, pair):
    first, second = pair
    mine, theirs = states(first), states(second)
    act = merge(client, first, second).json()["act"]
    assert undo(client, first, act).json() == {"frames": [3, 4, 5, 6, 7]}
    second.refresh_from_db()
    assert second.deleted_at is None
    assert (states(first), states(second)) == (mine, theirs)
    assert undo(client, first, act).status_code == 409, "it is undone once"


def test_a_split_leaves_the_later_frames_to_somebody_new(client, clip, annotator, pair):
    first, _ = pair
    before = states(first)
    done = split(client, first, 3).json()
    (new,) = clip.shots.get().subjects.filter(uuid=done["subject"])
    assert done["frames"] == [3, 4, 5, 6, 7]
    assert states(new) == {index: before[index] for index in range(3, 8)}
    assert [states(first)[index][0] for index in (2, 3, 7)] == ["present", "unknown", "unknown"]
    assert new.created_by == annotator
    assert undo(client, first, done["act"]).json() == {"frames": [3, 4, 5, 6, 7]}
    assert states(first) == before
    new.refresh_from_db()
    assert new.deleted_by == annotator


def test_what_was_split_can_be_merged_again(client, clip, annotator, pair):
    first, _ = pair
    by(annotator, first, 4, anchor=True)
    before = states(first)
    done = split(client, first, 3).json()
    new = clip.shots.get().subjects.get(uuid=done["subject"])
    assert plan(client, first, new)["moved"] == [3, 4, 5, 6, 7]
    assert merge(client, first, new).status_code == 200
    assert states(first) == before


def test_work_on_the_new_subject_is_not_put_away_by_an_undo(client, clip, annotator, pair):
    first, _ = pair
    done = split(client, first, 3).json()
    new = clip.shots.get().subjects.get(uuid=done["subject"])
    label(new, {5: box(1, 1, 9, 9)})
    answer = undo(client, first, done["act"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "worked_on")


def test_what_changed_since_it_was_told_is_looked_at_again(client, annotator, pair):
    first, second = pair
    told = plan(client, first, second)["state"]
    label(second, {5: box(1, 1, 9, 9)})
    answer = merge(client, first, second, told)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "plan_changed")
    assert split(client, first, 3, "old").json()["error"]["code"] == "plan_changed"


def test_accepted_frames_stay_as_they_are(client, clip, annotator, pair):
    first, second = pair
    Task.objects.update(stage="accepted")
    for answer in (merge(client, first, second), split(client, first, 3)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (423, "accepted_frozen")


def test_who_is_at_work_on_the_shot_is_not_disturbed(client, clip, annotator, pair):
    first, second = pair
    other = factories.person(Role.ANNOTATOR, clip.project)
    Task.objects.update(holder=other, lease_until="2099-01-01T00:00Z")
    assert merge(client, first, second).json()["error"]["code"] == "held"


def test_unsent_work_is_not_put_away(client, clip, annotator, pair):
    first, second = pair
    frame = Frame.objects.get(clip=clip, index=6)
    Draft.objects.create(author=annotator, frame=frame, subject=second, presence="present")
    answer = client.get(f"/api/subjects/{first.uuid}/merge", {"other": str(second.uuid)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "draft_open")


def test_what_makes_no_sense_is_refused(client, clip, annotator, pair):
    first, _ = pair
    path = f"/api/subjects/{first.uuid}"
    assert client.get(f"{path}/merge", {"other": str(first.uuid)}).json()["error"]["code"] == "not_together"
    assert client.get(f"{path}/merge", {"other": str(uuid.uuid4())}).status_code == 404
    assert client.get(f"{path}/split", {"frame": 0}).json()["error"]["code"] == "nothing_to_split"
    assert undo(client, first, str(uuid.uuid4())).json()["error"]["code"] == "nothing_to_undo"
