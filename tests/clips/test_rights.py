"""The rights ledger of a show: entered, in force, run out, withdrawn; and what its people agreed to."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from koutu.accounts.models import AuditLine
from koutu.accounts.roles import Role
from koutu.clips import rights
from koutu.clips.models import Cast, Right
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def show():
    return factories.show(factories.project(), "Nights", owned=False)


@pytest.fixture(autouse=True)
def lead(client, show):
    person = factories.person(Role.LEAD, show.project)
    client.force_login(person)
    return person


@pytest.fixture
def today():
    return timezone.now().date()


def enter(client, show, **terms):
    sent = {"owner": "Tang Pictures", "licence": "Clause 4"} | terms
    return client.post(f"/api/shows/{show.uuid}/rights", sent, "application/json")


@pytest.mark.parametrize(
    ("starts", "expires", "state"),
    [(None, None, "ok"), (-9, 90, "ok"), (0, 0, "soon"), (None, 30, "soon"), (None, -1, "expired"), (1, 90, "later")],
)
def test_a_right_holds_from_its_first_day_to_its_last(client, show, today, starts, expires, state):
    day = {
        name: (today + timedelta(days=days)).isoformat()
        for name, days in (("starts", starts), ("expires", expires))
        if days is not None
    }
    assert enter(client, show, **day).status_code == 201
    told = client.get("/api/shows").json()[0]["rights"]
    assert (told["state"], told["until"]) == (state, day.get("starts" if state == "later" else "expires"))
    assert bool(rights.without_right([show])) == (state in ("expired", "later"))


def test_a_show_without_a_line_has_no_right(client, show):
    assert client.get(f"/api/shows/{show.uuid}/rights").json()["standing"] == {"state": "missing", "until": None}


def test_a_right_that_ends_before_it_begins_is_refused(client, show):
    answer = enter(client, show, starts="2026-05-02", expires="2026-05-01")
    assert answer.json()["error"]["code"] == "right_ends_before_start"


def test_a_withdrawn_right_says_what_it_touches_and_stays_in_the_ledger(client, show, lead):
    clip = factories.clip(show, frames=3, name="Ep 1")
    right = enter(client, show).json()
    assert client.get(f"/api/shows/{show.uuid}/touched").json() == {
        "clips": [{"id": str(clip.uuid), "name": "Ep 1", "frames": 3}],
        "releases": [],
    }
    path = f"/api/shows/{show.uuid}/rights/{right['id']}/withdraw"
    assert client.post(path, {"reason": " "}, "application/json").status_code == 400
    ended = client.post(path, {"reason": "sold to another studio"}, "application/json").json()
    assert (ended["withdrawn_by"]["id"], ended["withdrawn_reason"]) == (str(lead.uuid), "sold to another studio")
    assert client.post(path, {"reason": "again"}, "application/json").json()["error"]["code"] == "right_withdrawn"
    ledger = client.get(f"/api/shows/{show.uuid}/rights").json()
    assert (ledger["standing"]["state"], len(ledger["rights"])) == ("withdrawn", 1)
    acts = AuditLine.objects.filter(act__startswith="right_").values_list("act", flat=True)
    assert list(acts) == ["right_enter", "right_withdraw"]


def test_it_is_the_withdrawal_that_counts_where_an_older_right_had_ended_anyway(client, show, today):
    enter(client, show, expires="2025-01-01")
    held = enter(client, show, expires=(today + timedelta(days=90)).isoformat()).json()
    client.post(f"/api/shows/{show.uuid}/rights/{held['id']}/withdraw", {"reason": "sold"}, "application/json")
    assert client.get(f"/api/shows/{show.uuid}/rights").json()["standing"] == {"state": "withdrawn", "until": None}


@pytest.mark.parametrize(
    ("said", "stands_against"),
    [
        ({"consent": "unknown"}, False),
        ({"consent": "given"}, False),
        ({"consent": "refused"}, True),
        ({"consent": "given", "consent_until": date(2020, 1, 1)}, True),
        ({"consent": "unknown", "minor": True}, True),
        ({"consent": "given", "minor": True}, True),
        ({"consent": "given", "minor": True, "guardian": "Her mother"}, False),
    ],
)
def test_who_keeps_a_clip_out_of_a_release(show, said, stands_against):
    clip, other = factories.clip(show, frames=1), factories.clip(show, frames=1)
    cast = Cast.objects.create(show=show, name="The princess", **said)
    assert rights.standing_against([clip]) == ([cast] if stands_against else [])
    cast.clips.add(other)
    assert rights.standing_against([clip]) == [], "named clips only"
    assert rights.standing_against([clip, other]) == ([cast] if stands_against else [])


def test_people_of_a_show_are_kept_with_what_they_agreed_to(client, show):
    clip = factories.clip(show, frames=1)
    path = f"/api/shows/{show.uuid}/cast"
    made = client.post(path, {"name": "The empress", "clips": [str(clip.uuid)]}, "application/json").json()
    assert client.post(path, {"name": "The empress"}, "application/json").json()["error"]["code"] == "name_taken"
    one = f"{path}/{made['id']}"
    changed = client.patch(one, {"consent": "refused", "consent_note": "by mail"}, "application/json").json()
    assert (changed["consent"], changed["clips"]) == ("refused", [str(clip.uuid)])
    elsewhere = factories.clip(factories.show(show.project), frames=1)
    wrong = client.patch(one, {"clips": [str(elsewhere.uuid)]}, "application/json")
    assert wrong.json()["error"]["code"] == "clip_of_other_show"
    assert client.delete(one).status_code == 204
    assert client.get(f"/api/shows/{show.uuid}/rights").json()["cast"] == []
    assert client.post(path, {"name": "The empress"}, "application/json").status_code == 201, "the name is free again"


def test_a_line_of_the_ledger_cannot_be_changed(client, show):
    right = enter(client, show).json()
    answer = client.patch(f"/api/shows/{show.uuid}/rights/{right['id']}", {"owner": "x"}, "application/json")
    assert answer.status_code == 404
    assert Right.objects.get().owner == "Tang Pictures"
