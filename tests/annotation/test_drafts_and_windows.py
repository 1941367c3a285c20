"""Reading what is there: drafts, windows of planes, shots, all in few queries."""

import json
import struct
import uuid

import pytest
from django.db import transaction

from annotation import checks
from annotation.actions import heads, subjects, tasks
from annotation.api import bundle
from annotation.models import Draft, Head, Verdict
from koutu.accounts.roles import Role
from models import planes
from tests import factories
from tests.annotation.saving import disc, head, machine, put, send_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(client, annotator, task):
    tasks.claim(annotator, task)
    client.force_login(annotator)
    return client


def unpacked(bundle: bytes) -> list[tuple[dict, bytes]]:
    """The bundle as a browser reads it."""
    (length,) = struct.unpack_from("<I", bundle)
    rows = json.loads(bundle[4 : 4 + length])["planes"]
    body = bundle[4 + length :]
    return [(row, body[row["offset"] : row["offset"] + row["length"]]) for row in rows]


def test_a_draft_is_ones_own_and_goes_with_the_save(working, client, clip, subject, annotator):
    path = f"/api/drafts/{clip.uuid}/3/{subject.uuid}"
    matte = disc(clip, 40, 50)
    assert send_draft(working, clip, 3, subject, matte).status_code == 200
    assert planes.address(matte).encode() in working.get(path).content
    (listed,) = working.get(f"/api/shots/{subject.shot.uuid}/drafts").json()
    assert listed["frame"] == 3
    put(working, clip, 3, subject, matte)
    assert not Draft.objects.exists()
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    assert client.get(path).status_code == 404


def test_a_draft_is_kept_over_the_one_before_and_forgotten_on_wish(working, clip, subject):
    for x in (40, 60):
        assert send_draft(working, clip, 3, subject, disc(clip, x, 50)).status_code == 200
    assert Draft.objects.get().matte.address == planes.address(disc(clip, 60, 50))
    assert working.delete(f"/api/drafts/{clip.uuid}/3/{subject.uuid}").status_code == 204
    assert not Draft.objects.exists()


def test_a_draft_that_could_never_be_sent_is_refused(working, clip, subject):
    assert send_draft(working, clip, 12, subject, disc(clip, 40, 50)).status_code == 422
    assert send_draft(working, clip, 3, subject, disc(clip, 40, 50), layer="mask").status_code == 400
    assert send_draft(working, clip, 3, subject, disc(clip, 40, 50), parent=uuid.uuid4()).status_code == 422
    other = factories.clip(clip.show, frames=20, width=150, height=100)
    assert send_draft(working, other, 3, subject, disc(clip, 40, 50)).status_code == 422
    assert not Draft.objects.exists()


def test_one_request_fetches_a_window_of_planes(working, clip, subject):
    for frame in (2, 3, 4):
        put(working, clip, frame, subject, disc(clip, 20 * frame, 50))
    answer = working.get(f"/api/shots/{subject.shot.uuid}/planes?first=3&last=7&layer=matte")
    assert answer["Content-Type"] == "application/x-koutu-planes"
    found = unpacked(answer.content)
    assert [row["frame"] for row, _ in found] == [3, 4]
    for row, data in found:
        matte = planes.decode(data)
        assert (matte == disc(clip, 20 * row["frame"], 50)).all()
        assert planes.address(matte) == row["address"]
    assert Head.objects.count() == 3


def test_a_window_that_the_browser_has_is_not_sent_again(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()["id"]
    path = f"/api/shots/{subject.shot.uuid}/planes?first=0&last=7"
    tag = working.get(path)["ETag"]
    assert working.get(path, headers={"If-None-Match": tag}).status_code == 304
    put(working, clip, 3, subject, disc(clip, 50, 50), parent=first)
    assert working.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_window_is_bounded(working, clip, shot, monkeypatch):
    monkeypatch.setattr(bundle, "MAX_PLANES", 10)
    people = [subjects.make(shot) for _ in range(3)]
    for frame in range(4):
        for person in people:
            put(working, clip, frame, person, disc(clip, 40, 50))
    path = f"/api/shots/{shot.uuid}/planes"
    answer = working.get(f"{path}?first=0&last=3")
    assert (answer.status_code, answer.json()["error"]["detail"]["asked"]) == (422, 12)
    assert len(unpacked(working.get(f"{path}?first=0&last=2").content)) == 9


@pytest.mark.parametrize("query", ["", "first=-1&last=3", "first=0&last=x", "first=0&last=3&layer=soul"])
def test_a_window_that_means_nothing_is_refused(working, shot, query):
    assert working.get(f"/api/shots/{shot.uuid}/planes?{query}").status_code == 400


def test_more_frames_cost_no_more_queries(working, clip, subject, shot, django_assert_max_num_queries):
    second = subjects.make(shot)
    for frame in range(8):
        for person in (subject, second):
            put(working, clip, frame, person, disc(clip, 20 + 10 * frame, 50))
    for path, most in ("heads", 7), ("planes?first=0&last=7", 6), ("subjects", 6), ("drafts", 6), ("", 10):
        with django_assert_max_num_queries(most):
            assert working.get(f"/api/shots/{shot.uuid}/{path}".rstrip("/")).status_code == 200
    with django_assert_max_num_queries(8):
        working.get(f"/api/frames/{clip.uuid}/3/history?subject={subject.uuid}")


def test_the_last_verdict_on_a_state_counts(working, reviewer, clip, subject, task):
    put(working, clip, 3, subject, disc(clip, 40, 50))

    def accepted() -> bool:
        return working.get(f"/api/shots/{subject.shot.uuid}/heads").json()[0]["accepted"]

    assert not accepted()
    for verdict in (True, False):
        Verdict.objects.create(revision=head(clip, 3, subject), task=task, accepted=verdict, by=reviewer)
        assert accepted() is verdict


def test_fsck_finds_nothing_in_honest_work_and_names_what_does_not_fit(working, clip, subject):
    put(working, clip, 3, subject, disc(clip, 40, 50))
    assert list(checks.problems()) == []
    with transaction.atomic():
        heads.move_many([machine(clip, 12, subject)])
    clip.width = 151
    clip.save()
    found = "\n".join(checks.problems())
    assert "outside the shot" in found
    assert "is 150×100, its clip 151×100" in found
