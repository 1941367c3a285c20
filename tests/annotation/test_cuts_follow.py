"""Subjects, heads and tasks follow their frames when a person moves cuts, and undo gives all of it back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.actions import subjects, tasks
from annotation.models import Head, Subject, Task
from koutu.accounts.errors import Locked, Refused
from koutu.accounts.roles import Role
from koutu.clips.actions import cuts
from tests import factories
from tests.annotation.saving import disc, head, put

pytestmark = pytest.mark.django_db


def state(clip):
    """Who is where: heads, live subjects and tasks."""
    heads = set(Head.objects.filter(frame__clip=clip).values_list("frame__index", "subject", "revision"))
    live = Subject.objects.live().filter(shot__clip=clip, shot__deleted_at=None)
    people = set(live.values_list("pk", "shot", "number"))
    work = Task.objects.filter(shot__clip=clip, deleted_at=None, shot__deleted_at=None)
    return heads, people, set(work.values_list("shot", "first", "last", "stage"))


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


def test_a_person_only_in_the_moved_frames_moves_along(annotator, clip, shot):
    alone = subjects.add(annotator, shot, "Late")
    before = state(clip)
    cuts.change(annotator, clip, "remove", 8)
    alone.refresh_from_db()
    assert alone.shot == shot
    cuts.undo(annotator, clip.cut_changes.first())
    assert state(clip) == before


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


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_whatever_is_done_to_the_cuts_can_be_undone(annotator, clip, painted, wanted):
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


def assert_whole(clip):
    """Every painted frame has its head in a live shot that holds the frame, and tasks cover the shots."""
    rows = Head.objects.filter(frame__clip=clip).select_related("frame", "subject__shot")
    assert sorted(row.frame.index for row in rows) == [1, 3, 5, 6]
    for row in rows:
        shot = row.subject.shot
        assert shot.deleted_at is None
        assert row.subject.deleted_at is None
        assert shot.first <= row.frame.index <= shot.last
    spans = sorted(Task.objects.filter(shot__clip=clip, deleted_at=None).values_list("first", "last"))
    assert [index for first, last in spans for index in range(first, last + 1)] == list(range(20))
