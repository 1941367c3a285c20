"""Heads move by one rule: a person from what they saw, a machine never over a person, nobody over the accepted."""

import threading
import uuid

import pytest
from django.db import close_old_connections, connection, transaction
from django.test import Client

from annotation.actions import heads, tasks
from annotation.models import Head, Revision, Task
from koutu.accounts.roles import Role
from tests import factories
from tests.annotation.saving import disc, head, machine, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(client, annotator, task):
    tasks.claim(annotator, task)
    client.force_login(annotator)
    return client


def moved(*revisions: Revision) -> list[Revision]:
    with transaction.atomic():
        return heads.move_many(revisions)


def test_a_model_never_passes_an_anchor(working, clip, subject):
    put(working, clip, 3, subject, disc(clip, 40, 50), anchor=True)
    mine = head(clip, 3, subject)
    assert moved(machine(clip, 3, subject, parent=mine)) == []
    assert head(clip, 3, subject) == mine
    assert working.post(f"/api/revisions/{mine.uuid}/unpin").json()["anchored"] is False
    seen = machine(clip, 3, subject, parent=mine)
    assert moved(seen) == [seen]


def test_a_model_never_passes_work_of_a_person_that_it_has_not_seen(working, clip, subject):
    first = machine(clip, 3, subject)
    moved(first)
    put(working, clip, 3, subject, disc(clip, 40, 50), parent=first.uuid)
    mine = head(clip, 3, subject)
    assert moved(machine(clip, 3, subject, parent=first), machine(clip, 3, subject)) == []
    assert head(clip, 3, subject) == mine


def test_nothing_passes_what_is_accepted(working, clip, subject, task):
    first = machine(clip, 3, subject)
    moved(first)
    Task.objects.filter(pk=task.pk).update(stage="accepted", holder=None, lease_until=None)
    assert moved(machine(clip, 3, subject, parent=first)) == []
    assert head(clip, 3, subject) == first
    again = working.post(f"/api/revisions/{first.uuid}/restore", {"id": str(uuid.uuid4())}, "application/json")
    assert (again.status_code, again.json()["error"]["code"]) == (423, "accepted")


def test_only_its_author_or_a_lead_unpins(client, working, clip, subject):
    pinned = put(working, clip, 3, subject, disc(clip, 40, 50), anchor=True).json()["id"]
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    assert client.post(f"/api/revisions/{pinned}/unpin").status_code == 403
    client.force_login(factories.person(Role.LEAD, clip.project))
    assert client.post(f"/api/revisions/{pinned}/unpin").status_code == 200


def test_a_model_follows_a_model_and_a_person_follows_both(working, clip, subject):
    first, second = machine(clip, 3, subject), machine(clip, 4, subject)
    assert moved(first, second) == [first, second]
    again = machine(clip, 3, subject, parent=first)
    assert moved(again) == [again]
    assert put(working, clip, 3, subject, disc(clip, 9, 9), parent=again.uuid).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_one_moves_the_head(annotator, clip, subject, task):
    tasks.claim(annotator, task)
    statuses = at_once(annotator, lambda client: put(client, clip, 3, subject, disc(clip, 40, 50)).status_code)
    assert sorted(statuses) == [201, 409, 409, 409]
    assert Revision.objects.count() == Head.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_save_sent_many_times_at_once_is_one_revision(annotator, clip, subject, task):
    tasks.claim(annotator, task)
    id, matte = uuid.uuid4(), disc(clip, 40, 50)
    statuses = at_once(annotator, lambda client: put(client, clip, 3, subject, matte, id=id).status_code)
    assert sorted(statuses) == [200, 200, 200, 201]
    assert Revision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_holds_the_task(clip, task):
    people = [factories.person(Role.ANNOTATOR, clip.project) for _ in range(4)]
    path = f"/api/tasks/{task.uuid}/claim"
    statuses = at_once(people, lambda client: client.post(path).status_code)
    assert sorted(statuses) == [200, 423, 423, 423]


def at_once(people, ask, count: int = 4) -> list[int]:
    """What `ask` answers to as many clients, each in a thread and with a connection of its own."""
    people = people if isinstance(people, list) else [people] * count
    gate, answers = threading.Barrier(len(people)), []

    def run(person) -> None:
        close_old_connections()
        client = Client()
        client.force_login(person)
        gate.wait()
        answers.append(ask(client))
        connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
