"""Frames that show one picture share one label where a person wishes it, and only there."""

import pytest

from annotation.models import Head, Revision, Task
from koutu.accounts.roles import Role
from koutu.clips.models import ClipSurvey
from tests import factories
from tests.releases.labelling import box, label
from tests.releases.labelling import subject as add_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store", "signed_in")]


@pytest.fixture
def clip():
    """Eight frames on twos: 0 1, 2 3, 4 5, 6 7 each show one picture."""
    made = factories.clip(factories.show(factories.project()), frames=8)
    ClipSurvey.objects.create(clip=made, repeats=[1, 3, 5, 7], cadence="twos", cadence_share=1.0)
    Task.objects.create(shot=made.shots.get(), first=0, last=7, stage="base")
    return made


def share(client, clip) -> dict:
    answer = client.post(f"/api/clips/{clip.uuid}/repeats/share")
    assert answer.status_code == 200, answer.content
    return answer.json()


def masks(clip) -> list[str]:
    """The mask's address on each frame, by frame."""
    heads = Head.objects.filter(frame__clip=clip).order_by("frame__index").select_related("revision")
    return [planes["mask"].blob.address if (planes := head.revision.layers()) else "" for head in heads]


def test_the_newest_by_a_person_stands_for_all(client, clip, annotator):
    person = add_subject(clip.shots.get(), 1)
    label(person, {index: box(index, 10, index + 9, 30) for index in range(8)})
    before = masks(clip)
    Revision.objects.filter(frame__index=3).update(author=annotator)
    assert share(client, clip) == {"labels": 4, "held": 0}
    after = masks(clip)
    assert after == [before[0], before[0], before[3], before[3], before[4], before[4], before[6], before[6]]
    assert share(client, clip) == {"labels": 0, "held": 0}, "nothing is left to share"


def test_what_was_there_is_in_the_history(client, clip, annotator):
    person = add_subject(clip.shots.get(), 1)
    label(person, {index: box(index, 10, index + 9, 30) for index in range(8)})
    share(client, clip)
    head = Head.objects.get(frame__index=1, subject=person).revision
    assert (head.author, head.source, head.parent.planes.count()) == (annotator, "person", 2)


def test_absence_is_shared_as_well(client, clip, annotator):
    person = add_subject(clip.shots.get(), 1)
    label(person, {0: box(0, 10, 9, 30), 3: box(0, 10, 9, 30)})
    Revision.objects.filter(frame__index=3).update(author=annotator)
    share(client, clip)
    presence = [head.revision.presence for head in Head.objects.order_by("frame__index").select_related("revision")]
    assert presence == ["present", "present", "present", "present", "absent", "absent", "absent", "absent"]


def test_accepted_work_and_the_work_of_others_stay(client, clip, annotator):
    person = add_subject(clip.shots.get(), 1)
    label(person, {index: box(index, 10, index + 9, 30) for index in range(8)})
    task = Task.objects.get()
    other = factories.person(Role.ANNOTATOR, clip.project)
    task.holder, task.lease_until = other, "2099-01-01T00:00:00Z"
    task.save()
    assert share(client, clip) == {"labels": 0, "held": 1}
    task.holder, task.lease_until, task.stage = None, None, "accepted"
    task.save()
    assert share(client, clip) == {"labels": 0, "held": 0}


def test_a_clip_that_repeats_nothing_has_nothing_to_share(client, clip, annotator):
    ClipSurvey.objects.all().delete()
    assert share(client, clip) == {"labels": 0, "held": 0}
