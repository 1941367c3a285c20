"""Subjects, heads and tasks follow their frames when a person moves cuts, and undo gives all of it back."""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation import checks
from annotation.actions import subjects, tasks
from annotation.models import Draft, Head, Subject, Task
from koutu.accounts.errors import Locked, Refused
from koutu.accounts.roles import Role
from koutu.clips.actions import cuts
from tests import factories
from tests.annotation.saving import disc, head, put, send_draft

pytestmark = pytest.mark.django_db


def state(clip):
    """Who is where: heads, live subjects, drafts and tasks."""
    heads = set(Head.objects.filter(frame__clip=clip).values_list("frame__index", "subject", "revision"))
    live = Subject.objects.live().filter(shot__clip=clip, shot__deleted_at=None)
    people = set(live.values_list("pk", "shot", "number", "name"))
    drafts = set(Draft.objects.filter(frame__clip=clip).values_list("frame__index", "subject", "parent"))
    work = Task.objects.filter(shot__clip=clip, deleted_at=None, shot__deleted_at=None)
    return heads, people, drafts, set(work.values_list("pk", "shot", "first", "last", "stage", "reject_reason"))


@pytest.fixture
def painted(client, annotator, clip, subject):
    client.force_login(annotator)
    for frame in (1, 3, 5, 6):
        put(client, clip, frame, subject, disc(clip, 10 * frame, 40), anchor=frame == 5)
    return subject


def test_a_person_on_both_sides_goes_on_in_the_later_shot(annotator, clip, painted):
    cuts.change(annotator, clip, "add", 4)
    later = Subject.objects.get(lineage=painted.lineage, shot__first=4)
    assert later.name == "Rifleman"
    assert head(clip, 3, painted) is not None
    assert head(clip, 5, painted) is None
    carried = head(clip, 5, later)
    assert (carried.source, carried.anchor, carried.author) == ("cut", True, annotator)
    assert carried.parent.layers()["matte"].blob == carried.layers()["matte"].blob


def test_undo_gives_back_the_very_same_heads(annotator, clip, painted):
    before = state(clip)
    change = cuts.change(annotator, clip, "add", 4)
    assert state(clip) != before
    cuts.undo(annotator, change)
    assert state(clip) == before


def test_work_done_after_the_cut_is_kept_by_the_undo(client, annotator, clip, painted):
    change = cuts.change(annotator, clip, "add", 4)
    later = Subject.objects.get(lineage=painted.lineage, shot__first=4)
    old = head(clip, 6, later)
    put(client, clip, 6, later, disc(clip, 100, 60), parent=old.uuid)
    newer = head(clip, 6, later)
    cuts.undo(annotator, change)
    kept = head(clip, 6, painted)
    assert kept.layers()["matte"].blob == newer.layers()["matte"].blob


def test_a_person_only_in_the_moved_frames_moves_along_with_all_their_history(client, annotator, clip, shot):
    late = subjects.add(annotator, shot, "Late")
    client.force_login(annotator)
    put(client, clip, 6, late, disc(clip, 60, 40))
    before = state(clip)
    change = cuts.change(annotator, clip, "add", 4)
    late.refresh_from_db()
    assert (late.shot.first, head(clip, 6, late).source) == (4, "person")
    cuts.undo(annotator, change)
    assert state(clip) == before


def test_a_person_whom_nobody_has_painted_yet_is_not_lost(annotator, clip):
    later = clip.shots.get(first=8)
    nobody = subjects.add(annotator, later, "Nobody yet")
    before = state(clip)
    change = cuts.change(annotator, clip, "remove", 8)
    (there,) = Subject.objects.live().filter(shot__clip=clip)
    assert (there.name, there.lineage, there.shot.last) == ("Nobody yet", nobody.lineage, 19)
    cuts.undo(annotator, change)
    assert state(clip) == before


def test_a_name_given_meanwhile_goes_back_with_the_frames(annotator, clip):
    nobody = subjects.add(annotator, clip.shots.get(first=8), "Nobody yet")
    change = cuts.change(annotator, clip, "remove", 8)
    subjects.update(annotator, Subject.objects.live().get(lineage=nobody.lineage), name="The cook")
    cuts.undo(annotator, change)
    nobody.refresh_from_db()
    assert (nobody.name, nobody.deleted_at) == ("The cook", None)


def test_first_strokes_that_are_only_a_draft_follow_too(client, annotator, clip, shot):
    fresh = subjects.add(annotator, shot, "Fresh")
    client.force_login(annotator)
    put(client, clip, 1, fresh, disc(clip, 60, 40))
    send_draft(client, clip, 6, fresh, disc(clip, 60, 40))
    before = state(clip)
    change = cuts.change(annotator, clip, "add", 4)
    draft = Draft.objects.get()
    assert (draft.subject.shot.first, draft.subject.lineage) == (4, fresh.lineage)
    cuts.undo(annotator, change)
    assert state(clip) == before


def test_a_draft_still_stands_on_the_state_it_was_painted_on(client, annotator, clip, painted):
    send_draft(client, clip, 6, painted, disc(clip, 70, 40), parent=head(clip, 6, painted).uuid)
    cuts.change(annotator, clip, "add", 4)
    draft = Draft.objects.get()
    assert draft.parent == head(clip, 6, draft.subject)


def test_somebody_put_away_stays_so_and_can_come_back_where_the_frames_are(annotator, clip, painted):
    subjects.delete(annotator, painted)
    cuts.change(annotator, clip, "add", 4)
    away = Subject.objects.get(lineage=painted.lineage, shot__first=4)
    assert away.deleted_at
    assert subjects.restore(annotator, away).deleted_at is None
    assert head(clip, 6, away) is not None


def test_a_state_of_before_the_cut_is_restored_in_the_other_shot(client, annotator, clip, painted):
    old = head(clip, 6, painted)
    cuts.change(annotator, clip, "add", 4)
    later = Subject.objects.get(lineage=painted.lineage, shot__first=4)
    put(client, clip, 6, later, disc(clip, 100, 60), parent=head(clip, 6, later).uuid)
    history = client.get(f"/api/frames/{clip.uuid}/6/history?subject={later.uuid}").json()
    assert history[-1]["id"] == str(old.uuid)
    answer = client.post(f"/api/revisions/{old.uuid}/restore", {"id": str(uuid.uuid4())}, "application/json")
    assert (answer.status_code, answer.json()["subject"]) == (201, str(later.uuid))
    assert head(clip, 6, later).layers()["matte"].blob == old.layers()["matte"].blob


def test_tasks_take_the_least_advanced_stage_and_get_theirs_back_by_the_undo(annotator, reviewer, clip, task):
    tasks.act(annotator, task, "submit")
    before = state(clip)
    change = cuts.change(annotator, clip, "remove", 8)
    joined = Task.objects.get(shot=task.shot, deleted_at=None)
    assert (joined.last, joined.stage) == (19, "base")
    cuts.undo(annotator, change)
    assert state(clip) == before
    task.refresh_from_db()
    assert task.stage == "review"


def test_cuts_upon_cuts_are_no_work_and_cost_no_stage(annotator, clip, task):
    tasks.act(annotator, task, "submit")
    before = state(clip)
    done = [cuts.change(annotator, clip, op, at) for op, at in (("remove", 8), ("add", 16), ("add", 8))]
    task.refresh_from_db()
    assert (task.deleted_at, task.stage) == (None, "review")
    for change in reversed(done):
        cuts.undo(annotator, change)
    assert state(clip) == before


def test_work_since_the_cut_is_asked_for_again(client, annotator, clip, painted, task):
    tasks.act(annotator, task, "submit")
    change = cuts.change(annotator, clip, "remove", 8)
    put(client, clip, 2, painted, disc(clip, 30, 40))
    cuts.undo(annotator, change)
    task.refresh_from_db()
    assert task.stage == "base"


def test_a_rejection_is_not_forgotten(annotator, reviewer, clip, task):
    tasks.act(annotator, task, "submit")
    tasks.act(reviewer, task, "reject", "the sleeve")
    cuts.change(annotator, clip, "add", 4)
    for half in Task.objects.filter(shot__clip=clip, deleted_at=None, last__lt=8):
        assert (half.reject_reason, half.rejected_by) == ("the sleeve", reviewer)


def test_who_holds_the_task_goes_on_holding_what_comes_of_it(annotator, clip, task):
    tasks.claim(annotator, task)
    cuts.change(annotator, clip, "add", 4)
    halves = Task.objects.filter(shot__clip=clip, deleted_at=None, last__lt=8)
    assert {half.holder for half in halves} == {annotator}
    with pytest.raises(Locked, match="replaced"):
        tasks.act(annotator, task, "submit")


def test_accepted_work_and_work_in_other_hands_are_left_alone(annotator, reviewer, clip, painted, task):
    other = factories.person(Role.ANNOTATOR, clip.project)
    tasks.release(annotator, task)
    tasks.claim(other, task)
    with pytest.raises(Locked, match="working"):
        cuts.change(annotator, clip, "add", 4)
    Task.objects.filter(pk=task.pk).update(stage="accepted", holder=None, lease_until=None)
    with pytest.raises(Locked, match="accepted"):
        cuts.change(annotator, clip, "add", 4)
    assert list(clip.shots.filter(deleted_at=None).values_list("first", "last")) == [(0, 7), (8, 19)]


changes = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "move"]), st.integers(1, 19), st.integers(1, 19)), max_size=5
)


@pytest.fixture
def crowded(client, annotator, clip, painted, task):
    """People in both shots under the same numbers, one unpainted, one put away, one with a draft alone."""
    later = clip.shots.get(first=8)
    for shot, name, frames in ((task.shot, "Late", (6, 7)), (later, "Cook", (9, 14)), (later, "Early", (8,))):
        person = subjects.add(annotator, shot, name)
        for frame in frames:
            put(client, clip, frame, person, disc(clip, 50, 40))
    subjects.add(annotator, later, "Nobody yet")
    send_draft(client, clip, 2, subjects.add(annotator, task.shot, "Drafted"), disc(clip, 50, 40))
    gone = subjects.add(annotator, later, "Gone")
    put(client, clip, 10, gone, disc(clip, 50, 40))
    subjects.delete(annotator, gone)
    tasks.act(annotator, task, "submit")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_whatever_is_done_to_the_cuts_can_be_undone(annotator, clip, crowded, wanted):
    with transaction.atomic():  # every list of changes starts from the same state
        before = state(clip)
        done = []
        for op, at, to in wanted:
            try:
                done.append(cuts.change(annotator, clip, op, at, to if op == "move" else None))
            except Refused:
                continue
            assert_whole(clip)
        for change in reversed(done):
            cuts.undo(annotator, change)
        assert state(clip) == before
        transaction.set_rollback(True)


def assert_whole(clip):
    """Every painted frame has its head in a live shot that holds the frame, and tasks cover the shots."""
    assert list(checks.problems()) == []
    rows = Head.objects.filter(frame__clip=clip, subject__deleted_at=None, subject__shot__deleted_at=None)
    assert sorted(rows.values_list("frame__index", flat=True)) == [1, 3, 5, 6, 6, 7, 8, 9, 14]
    draft = Draft.objects.select_related("subject__shot").get()
    assert draft.subject.deleted_at is None
    assert draft.subject.shot.first <= 2 <= draft.subject.shot.last
    live = Subject.objects.live().filter(shot__clip=clip, shot__deleted_at=None)
    assert set(live.values_list("name", flat=True)) == {
        "Rifleman", "Late", "Cook", "Early", "Nobody yet", "Drafted"
    }  # fmt: skip
    spans = sorted(Task.objects.filter(shot__clip=clip, deleted_at=None).values_list("first", "last"))
    assert [index for first, last in spans for index in range(first, last + 1)] == list(range(20))
