"""Parts: a sword is drawn, owned, handed over, lost and found; whoever holds it contains it."""

import json

import numpy as np
import pytest
from django.db import transaction

from annotation import wholes
from annotation.actions import acceptance, tasks
from annotation.models import Ownership, Revision, Subject, Task, Whole
from annotation.parts import findings
from koutu.accounts.roles import Role
from koutu.storage import blobs
from models import planes
from tests import factories
from tests.annotation import saving
from tests.releases.labelling import box, build, label, soft
from tests.releases.labelling import subject as add_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store", "signed_in")]
LAST = 19


@pytest.fixture
def clip():
    """Twenty frames of one shot, open for people."""
    made = factories.clip(factories.show(factories.project()), frames=LAST + 1)
    Task.objects.create(shot=made.shots.get(), first=0, last=LAST, stage="base")
    return made


@pytest.fixture
def pair(clip):
    """Two people who stand apart, on every frame."""
    first, second = (add_subject(clip.shots.get(), number) for number in (1, 2))
    label(first, {index: box(4, 4, 20, 40) for index in range(LAST + 1)})
    label(second, {index: box(40, 4, 56, 40) for index in range(LAST + 1)})
    return first, second


@pytest.fixture
def sword(client, clip, signed_in, pair):
    """The first one's over the whole shot, as they say in the editor."""
    sent = {"kind": "weapon", "name": "Sword", "owner": str(pair[0].uuid)}
    answer = client.post(f"/api/shots/{clip.shots.get().uuid}/subjects", sent, "application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["owners"] == [{"subject": str(pair[0].uuid), "first": 0, "last": LAST}]
    return Subject.objects.get(uuid=answer.json()["id"])


NEAR_FIRST, NEAR_SECOND, IN_FLIGHT = box(20, 20, 34, 23), box(26, 20, 40, 23), box(26, 44, 34, 46)


def say_owners(client, part, *owned):
    spans = [{"subject": str(who.uuid), "first": first, "last": last} for who, first, last in owned]
    return client.put(f"/api/subjects/{part.uuid}/owners", {"owners": spans}, "application/json")


def owners(client, part) -> list[tuple]:
    shown = client.get(f"/api/shots/{part.shot.uuid}").json()["subjects"]
    spans = next(one for one in shown if one["id"] == str(part.uuid))["owners"]
    return [(span["subject"], span["first"], span["last"]) for span in spans]


def found(client, part) -> dict:
    (finding,) = client.get(f"/api/shots/{part.shot.uuid}/parts").json()
    assert finding.pop("part") == str(part.uuid)
    return finding


class TestTheWholeContainsItsParts:
    """People and parts keep planes of their own and are joined where whole people are asked for: in a release."""

    def wholes(self, clip) -> dict:
        shot = clip.shots.get()
        wholes.compose(shot, transaction.atomic)
        return {
            place: (planes.decode(blobs.read(whole.mask)), planes.decode(blobs.read(whole.matte)))
            for place, whole in wholes.wholes_of(shot, (0, LAST)).items()
        }

    def test_whoever_owns_it_on_a_frame_and_nobody_else(self, client, clip, pair, sword):
        first, second = pair
        before = saving.head(clip, 3, first)
        assert saving.put(client, clip, 3, sword, NEAR_FIRST, anchor=True).status_code == 201
        assert saving.head(clip, 3, first) == before
        made = self.wholes(clip)
        assert set(made) == {(3, first.pk)}
        mask, matte = made[3, first.pk]
        assert (mask == np.maximum(box(4, 4, 20, 40), NEAR_FIRST)).all()
        assert (matte == np.maximum(soft(box(4, 4, 20, 40)), NEAR_FIRST)).all()

    def test_both_in_a_hand_over_nobody_while_it_flies_and_no_one_out_of_sight(self, client, clip, pair, sword):
        first, second = pair
        say_owners(client, sword, (first, 0, 10), (second, 8, 12))
        for index in (7, 9, 15):
            saving.put(client, clip, index, sword, NEAR_FIRST)
        Revision.objects.filter(head_of__subject=first, frame__index=7).update(presence="occluded")
        assert set(self.wholes(clip)) == {(9, first.pk), (9, second.pk)}

    def test_whatever_is_put_right_later_is_right_in_the_whole(self, client, clip, pair, sword):
        first, second = pair
        wrong = saving.put(client, clip, 3, sword, box(20, 20, 60, 23)).json()["id"]
        self.wholes(clip)
        saving.put(client, clip, 3, sword, NEAR_FIRST, parent=wrong)
        saving.put(client, clip, 3, first, box(4, 4, 22, 40), parent=saving.head(clip, 3, first).uuid)
        assert (self.wholes(clip)[3, first.pk][0] == np.maximum(box(4, 4, 22, 40), NEAR_FIRST)).all()
        say_owners(client, sword, (second, 0, LAST))
        assert set(self.wholes(clip)) == {(3, second.pk)}

    def test_a_whole_is_made_once(self, client, clip, pair, sword):
        saving.put(client, clip, 3, sword, NEAR_FIRST)
        self.wholes(clip)
        self.wholes(clip)
        assert Whole.objects.count() == 1


class TestOwnership:
    def test_it_is_said_anew_and_taken_back_by_saying_the_old(self, client, pair, sword):
        first, second = pair
        answer = say_owners(client, sword, (first, 0, 5), (first, 6, 9), (second, 10, LAST))
        assert answer.status_code == 200, answer.content
        now = [(str(first.uuid), 0, 9), (str(second.uuid), 10, LAST)]
        assert owners(client, sword) == now
        say_owners(client, sword, (first, 0, LAST))
        assert owners(client, sword) == [(str(first.uuid), 0, LAST)]

    @pytest.mark.parametrize(
        ("spans", "code"),
        [([(0, 0, 99)], "outside_shot"), ([(0, 9, 3)], "outside_shot"), ([(2, 0, 3)], "no_owner")],
        ids=["beyond the shot", "last before first", "a part as owner"],
    )
    def test_what_cannot_be_is_refused_and_the_old_stands(self, client, pair, sword, spans, code):
        people = [*pair, sword]
        answer = say_owners(client, sword, *((people[who], first, last) for who, first, last in spans))
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
        assert owners(client, sword) == [(str(pair[0].uuid), 0, LAST)]

    def test_somebody_of_another_shot_is_no_owner(self, client, clip, pair, sword):
        other = factories.clip(factories.show(clip.project), frames=3)
        stranger = add_subject(other.shots.get(), 1)
        assert say_owners(client, sword, (stranger, 0, 2)).json()["error"]["code"] == "no_owner"

    def test_a_person_is_nobodys(self, client, pair, sword):
        assert say_owners(client, pair[1], (pair[0], 0, 2)).json()["error"]["code"] == "no_part"

    def test_accepted_work_is_frozen(self, client, clip, pair, sword):
        Task.objects.filter(shot=sword.shot).update(stage="accepted")
        assert say_owners(client, sword, (pair[1], 0, 2)).status_code == 423

    def test_while_another_works_on_the_shot_it_is_theirs_to_say(self, client, clip, pair, sword):
        other = factories.person(Role.ANNOTATOR, clip.project)
        tasks.claim(other, clip.shots.get().tasks.get())
        assert say_owners(client, sword, (pair[1], 0, 2)).json()["error"]["code"] == "held"
        assert owners(client, sword) == [(str(pair[0].uuid), 0, LAST)]

    def test_it_stays_true_where_a_cut_moves_frames_to_another_shot(self, client, clip, pair, sword):
        saving.put(client, clip, 15, sword, NEAR_FIRST)
        Task.objects.update(holder=None, lease_until=None)
        client.force_login(factories.person(Role.LEAD, clip.project))
        answer = client.post(f"/api/clips/{clip.uuid}/cuts", {"op": "add", "at": 10}, "application/json")
        assert answer.status_code < 300, answer.content
        after = Subject.objects.live().get(kind="weapon", shot__first=10)
        (owner, first, last) = owners(client, after)[0]
        assert (Subject.objects.get(uuid=owner).lineage, first, last) == (pair[0].lineage, 10, LAST)

    def test_it_goes_over_to_whom_its_owner_is_merged_with_and_comes_back(self, client, pair, sword):
        first, second = pair
        plan = client.get(f"/api/subjects/{second.uuid}/merge", {"other": str(first.uuid)}).json()
        sent = {"other": str(first.uuid), "state": plan["state"]}
        act = client.post(f"/api/subjects/{second.uuid}/merge", sent, "application/json").json()["act"]
        assert owners(client, sword) == [(str(second.uuid), 0, LAST)]
        client.post(f"/api/subjects/{second.uuid}/unjoin", {"act": act}, "application/json")
        assert owners(client, sword) == [(str(first.uuid), 0, LAST)]

    def test_of_a_person_who_is_split_each_owns_what_is_on_their_side(self, client, pair, sword):
        path = f"/api/subjects/{pair[0].uuid}/split"
        state = client.get(path, {"frame": 12}).json()["state"]
        done = client.post(path, {"frame": 12, "state": state}, "application/json").json()
        assert owners(client, sword) == [(str(pair[0].uuid), 0, 11), (done["subject"], 12, LAST)]
        client.post(f"/api/subjects/{pair[0].uuid}/unjoin", {"act": done["act"]}, "application/json")
        assert owners(client, sword) == [(str(pair[0].uuid), 0, LAST)]

    def test_two_mergers_are_taken_back_one_after_the_other(self, client, clip, pair, sword):
        first, second = pair
        third = add_subject(clip.shots.get(), 9)
        label(third, {})
        acts = []
        for kept, other in ((second, first), (third, second)):
            state = client.get(f"/api/subjects/{kept.uuid}/merge", {"other": str(other.uuid)}).json()["state"]
            sent = {"other": str(other.uuid), "state": state}
            acts.append(client.post(f"/api/subjects/{kept.uuid}/merge", sent, "application/json").json()["act"])
        assert owners(client, sword) == [(str(third.uuid), 0, LAST)]
        for kept, act in zip((third, second), acts[::-1], strict=True):
            undone = client.post(f"/api/subjects/{kept.uuid}/unjoin", {"act": act}, "application/json")
            assert undone.status_code == 200, undone.content
        assert owners(client, sword) == [(str(first.uuid), 0, LAST)]

    def test_parts_are_neither_merged_nor_split(self, client, pair, sword):
        answer = client.get(f"/api/subjects/{pair[0].uuid}/merge", {"other": str(sword.uuid)})
        assert answer.json()["error"]["code"] == "only_people"
        answer = client.get(f"/api/subjects/{sword.uuid}/split", {"frame": 4})
        assert answer.json()["error"]["code"] == "only_people"

    def test_a_part_that_was_put_away_is_given_to_nobody(self, client, pair, sword):
        assert client.delete(f"/api/subjects/{sword.uuid}").status_code == 204
        assert say_owners(client, sword, (pair[1], 0, 2)).json()["error"]["code"] == "subject_deleted"


class TestFindings:
    def test_a_gap_between_two_frames_is_missing_and_what_a_person_said_is_not(self, client, clip, pair, sword):
        for index in (2, 8):
            saving.put(client, clip, index, sword, NEAR_FIRST)
        saving.put(client, clip, 5, sword, presence="absent")
        assert found(client, sword)["missing"] == [{"first": 3, "last": 4}, {"first": 6, "last": 7}]

    def test_what_a_model_lost_is_missing_where_its_owner_is_seen(self, client, clip, pair, sword):
        label(sword, dict.fromkeys(range(10), NEAR_FIRST))
        for index in range(10, LAST + 1):
            saving.machine(clip, index, sword)
        from annotation.actions import heads

        heads.move_many(list(Revision.objects.filter(subject=sword, presence="absent")))
        Revision.objects.filter(head_of__subject=pair[0], frame__index__gte=15).update(presence="occluded")
        assert found(client, sword)["missing"] == [{"first": 10, "last": 14}]

    def test_however_many_frames_it_takes_few_queries(self, clip, pair, sword, django_assert_max_num_queries):
        label(sword, dict.fromkeys(range(LAST + 1), NEAR_FIRST))
        shot = clip.shots.get()
        with django_assert_max_num_queries(6):
            assert len(findings(shot)) == 1

    def test_a_part_of_which_nothing_is_drawn_yet_is_not_missing(self, client, sword):
        assert found(client, sword) == {"missing": [], "changes": []}

    def test_a_sword_that_changes_hands_is_told_with_its_frame_and_taken_over_is_told_no_more(
        self, client, pair, sword
    ):
        first, second = pair
        label(sword, {index: NEAR_FIRST if index < 11 else NEAR_SECOND for index in range(LAST + 1)})
        told = {"frame": 11, "owner": str(second.uuid), "before": str(first.uuid)}
        assert found(client, sword)["changes"] == [told]
        say_owners(client, sword, (first, 0, 10), (second, 11, LAST))
        assert found(client, sword)["changes"] == []

    def test_thrown_it_is_nobodys(self, client, pair, sword):
        label(sword, {index: NEAR_FIRST if index < 8 else IN_FLIGHT for index in range(LAST + 1)})
        assert found(client, sword)["changes"] == [{"frame": 8, "owner": None, "before": str(pair[0].uuid)}]

    def test_a_sword_that_passes_in_front_of_another_stays_whose_it_is(self, client, pair, sword):
        label(sword, {index: box(20, 20, 50, 23) for index in range(LAST + 1)})
        assert found(client, sword)["changes"] == []


def test_a_part_is_no_person_in_what_is_counted_and_released_within_its_owner(client, clip, pair, sword):
    label(sword, dict.fromkeys(range(LAST + 1), NEAR_FIRST))
    assert client.get(f"/api/clips/{clip.uuid}").json()["subjects"] == 2
    (task,) = client.get("/api/tasks").json()
    assert (task["subjects"], task["labelled"], task["frames"]) == (2, 40, 20)
    Task.objects.update(stage="accepted")
    release = build(factories.person(Role.LEAD, clip.project), clip.project)
    lines = [json.loads(line) for line in blobs.read(release.manifest).splitlines()]
    revisions = [line for line in lines if line["type"] == "revision"]
    assert {line["subject"] for line in revisions} == {str(one.uuid) for one in pair}
    whole = planes.address(np.maximum(box(4, 4, 20, 40), NEAR_FIRST))
    assert {line["mask"] for line in revisions if line["subject"] == str(pair[0].uuid)} == {whole}


def test_accepting_asks_of_a_part_only_where_somebody_owns_it(client, clip, pair, sword):
    task = sword.shot.tasks.get()
    (reason,) = acceptance.blocking(task)
    assert (reason["code"], reason["subject"], reason["count"]) == ("unknown_presence", str(sword.uuid), 20)
    say_owners(client, sword, (pair[0], 0, 4))
    assert acceptance.blocking(task)[0]["count"] == 5
    say_owners(client, sword)
    assert acceptance.blocking(task) == []
    assert not Ownership.objects.exists()
