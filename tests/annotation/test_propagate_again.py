"""An anchor that is changed, unpinned or set: what was propagated before is offered anew, and only what it reaches."""

import numpy as np
import pytest

from annotation.actions import revisions, subjects
from annotation.models import Revision, Task
from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from tests import factories
from tests.annotation.propagating import ask, plan
from tests.annotation.saving import head, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed_in")]


def somebody(clip, left=40):
    matte = np.zeros((clip.height, clip.width), np.uint8)
    matte[20:90, left : left + 50] = 255
    return matte


def confirm(client, clip, frame, subject, left=40):
    before = head(clip, frame, subject)
    saved = put(client, clip, frame, subject, somebody(clip, left), parent=before and before.uuid, anchor=True)
    assert saved.status_code == 201, saved.json()


def propagate(client, subject, frame, reach="both"):
    asked = ask(client, subject, frame, reach)
    assert asked.status_code == 202, asked.json()
    jobs.run(asked.json()["id"])
    assert Job.objects.get(uuid=asked.json()["id"]).state == "done"
    return asked.json()["id"]


def join(client, path, said):
    """Merge or split as it was told."""
    told = client.get(path, said).json()
    return client.post(path, said | {"state": told["state"]}, "application/json")


def offered(client, subject, frame=0):
    return [(span["first"], span["last"]) for span in plan(client, subject, frame, "changed").json()]


@pytest.fixture
def between(client, clip, subject, signed_in):
    """Frames 0 to 7, propagated between the anchors 2 and 5."""
    for frame in (2, 5):
        confirm(client, clip, frame, subject)
    propagate(client, subject, 2, "all")


@pytest.mark.usefixtures("between")
def test_nothing_is_offered_while_the_anchors_are_what_they_were(client, clip, subject):
    assert offered(client, subject) == []
    confirm(client, clip, 5, subject)
    assert offered(client, subject) == [], "confirmed once more as it was"
    assert ask(client, subject, 0, "changed").json()["error"]["code"] == "nothing_changed"


@pytest.mark.usefixtures("between")
def test_a_changed_anchor_reaches_both_its_spans_and_no_other(client, clip, subject):
    confirm(client, clip, 5, subject, left=44)
    assert offered(client, subject) == [(3, 4), (6, 7)]
    before = head(clip, 0, subject)
    propagate(client, subject, 0, "changed")
    assert offered(client, subject) == []
    assert head(clip, 0, subject) == before, "what it does not reach stays"


@pytest.mark.usefixtures("between")
def test_an_anchor_that_is_unpinned_offers_the_whole_span_it_leaves(client, clip, subject, annotator):
    revisions.unpin(annotator, head(clip, 5, subject))
    assert offered(client, subject) == [(3, 7)]


@pytest.mark.usefixtures("between")
def test_a_new_anchor_offers_what_lies_round_it_until_each_side_is_done(client, clip, subject):
    confirm(client, clip, 7, subject)
    assert offered(client, subject) == [(6, 6)]
    confirm(client, clip, 1, subject)
    assert offered(client, subject) == [(0, 0), (6, 6)]
    propagate(client, subject, 7, "earlier")
    assert offered(client, subject) == [(0, 0)]


@pytest.mark.usefixtures("between")
def test_what_a_person_painted_over_is_not_offered(client, clip, subject):
    for frame in (6, 7):
        confirm(client, clip, frame, subject)
    confirm(client, clip, 7, subject, left=30)
    assert offered(client, subject) == []


def test_what_was_undone_is_no_longer_offered_and_what_stands_again_is(client, clip, shot, subject):
    confirm(client, clip, 2, subject)
    propagate(client, subject, 2, "later")
    confirm(client, clip, 2, subject, left=44)
    job = propagate(client, subject, 2, "later")
    assert offered(client, subject) == []
    client.post(f"/api/shots/{shot.uuid}/propagations/undo", {"job": job}, "application/json")
    assert offered(client, subject) == [(3, 7)], "they come from the anchor as it was"


def test_only_frames_that_were_propagated_are_counted_and_offered(client, clip, subject):
    confirm(client, clip, 1, subject)
    propagate(client, subject, 1, "later")
    for frame in (2, 6, 7):
        put(client, clip, frame, subject, somebody(clip), parent=head(clip, frame, subject).uuid)
    confirm(client, clip, 1, subject, left=44)
    assert offered(client, subject) == [(2, 5)], "from the anchor to the last of them"
    last = head(clip, 6, subject)
    propagate(client, subject, 1, "changed")
    assert offered(client, subject) == []
    assert head(clip, 6, subject) == last


def test_merged_with_another_they_are_still_offered(client, clip, shot, subject, annotator):
    confirm(client, clip, 2, subject)
    propagate(client, subject, 2, "later")
    other = subjects.add(annotator, shot, "Found twice")
    left = np.zeros((clip.height, clip.width), np.uint8)
    left[:, :20] = 255
    put(client, clip, 4, other, left)
    Revision.objects.filter(subject=other).update(author=None, source="model")
    done = join(client, f"/api/subjects/{subject.uuid}/merge", {"other": str(other.uuid)})
    assert (done.status_code, head(clip, 4, subject).tools[0]["tool"]) == (200, "merge")
    assert offered(client, subject) == []
    confirm(client, clip, 2, subject, left=44)
    assert offered(client, subject) == [(3, 7)]


def test_whose_frames_a_propagation_changes_are_not_merged_or_split_meanwhile(client, clip, shot, subject, annotator):
    other = subjects.add(annotator, shot, "Found twice")
    for frame in (2, 6):
        confirm(client, clip, frame, other)
        confirm(client, clip, frame, subject)
    job = ask(client, other, 2, "later").json()["id"]
    merge, split = f"/api/subjects/{subject.uuid}/merge", f"/api/subjects/{other.uuid}/split"
    ways = (merge, {"other": str(other.uuid)}), (split, {"frame": 4})
    for path, said in ways:
        refused = join(client, path, said)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "being_propagated")
    client.post(f"/api/jobs/{job}/cancel")
    assert join(client, *ways[0]).status_code == 200


def test_of_many_spans_only_those_round_an_anchor_that_changed_are_left(client, clip, subject):
    for frame in (1, 3, 6):
        confirm(client, clip, frame, subject)
    job = ask(client, subject, 1, "all").json()["id"]
    confirm(client, clip, 6, subject, left=44)
    jobs.run(job)
    ended = Job.objects.get(uuid=job)
    assert (ended.state, ended.error_code) == ("failed", "plan_changed")
    assert [bool(head(clip, frame, subject)) for frame in (0, 2, 4, 5, 7)] == [True, True, False, False, False]


@pytest.mark.parametrize("changes", ["painted", "unpinned"])
def test_an_anchor_that_changes_while_it_waits_ends_it_for_another_look(client, clip, subject, annotator, changes):
    confirm(client, clip, 2, subject)
    job = ask(client, subject, 2).json()["id"]
    if changes == "painted":
        confirm(client, clip, 2, subject, left=44)
    else:
        revisions.unpin(annotator, head(clip, 2, subject))
    jobs.run(job)
    ended = Job.objects.get(uuid=job)
    assert (ended.state, ended.error_code) == ("failed", "plan_changed")
    assert head(clip, 3, subject) is None


def test_a_frame_of_another_shot_is_refused(client, clip, subject):
    refused = plan(client, subject, 12, "changed")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "outside_shot")


@pytest.mark.usefixtures("between")
def test_it_ends_where_frames_are_not_ones_own_to_change(client, clip, subject, task):
    Task.objects.filter(pk=task.pk).update(last=5)
    Task.objects.create(shot=subject.shot, first=6, last=7, stage="accepted")
    confirm(client, clip, 5, subject, left=44)
    assert offered(client, subject) == [(3, 4)]


def test_one_that_was_told_to_stop_is_not_taken_for_what_is_asked_again(client, clip, subject):
    confirm(client, clip, 2, subject)
    asked = []
    for _ in range(3):
        job = ask(client, subject, 2).json()["id"]
        assert job not in asked
        assert ask(client, subject, 2).json()["id"] == job
        Job.objects.filter(uuid=job).update(state="running", owner=job, lease_until="2999-01-01T00:00Z")
        client.post(f"/api/jobs/{job}/cancel")
        asked.append(job)
        Job.objects.filter(uuid=asked[0]).update(state="cancelled", owner=None, lease_until=None)


def test_asked_again_from_an_anchor_that_changed_meanwhile_it_is_not_the_same_work(client, clip, subject):
    confirm(client, clip, 2, subject)
    first = ask(client, subject, 2).json()["id"]
    confirm(client, clip, 2, subject, left=44)
    assert ask(client, subject, 2).json()["id"] != first


@pytest.mark.usefixtures("between")
def test_whoever_comes_back_is_told_what_became_of_their_last_one_for_a_day(client, clip, shot, subject):
    def of_late():
        return client.get(f"/api/shots/{shot.uuid}/propagations").json()

    last = propagate(client, subject, 2, "earlier")
    assert [(one["job"]["id"], one["job"]["state"], one["changed"]) for one in of_late()] == [(last, "done", [0, 1])]
    running = ask(client, subject, 5, "later").json()["id"]
    assert [one["job"]["id"] for one in of_late()] == [running, last]
    Job.objects.update(state="done", finished_at="2000-01-01T00:00Z")
    assert of_late() == []
    Job.objects.filter(uuid=last).update(finished_at="2999-01-01T00:00Z")
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    assert of_late() == []
