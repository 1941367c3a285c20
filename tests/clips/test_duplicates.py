"""Clips that show the same moments are flagged inside the organisation, with the pair of frames most alike."""

import cv2
import pytest

from koutu.accounts.roles import Role
from koutu.clips import media
from koutu.clips.actions import clips
from koutu.clips.models import Clip, Duplicate
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from tests import factories
from tests.clips.taking_in import take_in
from tests.services.tree import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
DEMO = ROOT / "demo" / "court.webm"


@pytest.fixture
def show():
    return factories.show(factories.project())


@pytest.fixture
def lead(client, show):
    person = factories.person(Role.LEAD, show.project)
    client.force_login(person)
    return person


def graded(path):
    """The middle of the demo: cropped, smaller, warmer, encoded anew."""
    pictures = [frame.image for frame in media.frames(DEMO, media.probe(DEMO)) if frame.index >= 24]
    changed = [cv2.resize(image[8:-8, 14:-14], (384, 216)) for image in pictures]
    return make_clip(path, images=(cv2.convertScaleAbs(image, alpha=0.9, beta=12) for image in changed), fps=24)


def looked_at(actor, show, name: str, data: bytes) -> Clip:
    clip = take_in(actor, show, name, data)
    jobs.run(Job.objects.get(kind="likeness", target_id=clip.uuid).uuid)
    assert Job.objects.get(kind="likeness", target_id=clip.uuid).state == "done"
    return clip


def test_a_graded_and_shifted_copy_is_flagged_with_the_nearest_pair(client, lead, show, tmp_path):
    first = looked_at(lead, show, "court.webm", DEMO.read_bytes())
    copy = looked_at(lead, show, "copy.mp4", graded(tmp_path / "copy.mp4").read_bytes())
    (told,) = client.get(f"/api/clips/{copy.uuid}/duplicates").json()
    assert (told["kind"], told["state"], told["other"]["name"]) == ("looks", "open", "court")
    assert told["seconds_later"] == pytest.approx(1.0, abs=0.3)
    assert told["other_frame"] - told["frame"] == pytest.approx(24, abs=8)
    (back,) = client.get(f"/api/clips/{first.uuid}/duplicates").json()
    assert (back["id"], back["seconds_later"]) == (told["id"], -told["seconds_later"])
    counts = {clip["name"]: clip["duplicates"] for clip in client.get("/api/clips").json()}
    assert counts == {"court": 0, "copy": 1}, "told once, at the later clip"
    path = f"/api/clips/{copy.uuid}/duplicates/{told['id']}"
    assert client.patch(path, {"state": "kept"}, "application/json").json()["decided_by"]["id"] == str(lead.uuid)
    assert client.get(f"/api/clips/{copy.uuid}").json()["duplicates"] == 0


def test_nothing_is_looked_for_in_another_organisation(lead, show, tmp_path):
    elsewhere = factories.show(factories.project())
    looked_at(factories.person(Role.LEAD, elsewhere.project), elsewhere, "court.webm", DEMO.read_bytes())
    looked_at(lead, show, "copy.mp4", graded(tmp_path / "copy.mp4").read_bytes())
    assert not Duplicate.objects.exists()


def test_a_clip_of_a_project_one_may_not_see_is_told_without_its_name(client, show, tmp_path):
    beside = factories.show(factories.project(show.project.organisation, "Secret"))
    looked_at(factories.person(Role.LEAD, beside.project), beside, "court.webm", DEMO.read_bytes())
    viewer = factories.person(Role.VIEWER, show.project)
    client.force_login(viewer)
    lead = factories.person(Role.LEAD, show.project)
    copy = looked_at(lead, show, "copy.mp4", graded(tmp_path / "copy.mp4").read_bytes())
    (told,) = client.get(f"/api/clips/{copy.uuid}/duplicates").json()
    assert told["other"] is None


def test_looking_again_finds_the_pair_it_has(lead, show, tmp_path):
    first = looked_at(lead, show, "court.webm", DEMO.read_bytes())
    looked_at(lead, show, "copy.mp4", graded(tmp_path / "copy.mp4").read_bytes())
    job = Job.objects.get(kind="likeness", target_id=first.uuid)
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.uuid)
    assert Duplicate.objects.count() == 1


def test_the_same_file_cannot_be_called_different(client, lead, show):
    clip, twin = factories.clip(show, frames=1), factories.clip(show, frames=1)
    pair = Duplicate.objects.create(clip=clip, twin=twin, kind="bytes", state="kept")
    answer = client.patch(f"/api/clips/{clip.uuid}/duplicates/{pair.uuid}", {"state": "dismissed"}, "application/json")
    assert answer.json()["error"]["code"] == "same_bytes"


def test_a_clip_put_away_comes_back_beside_another_of_its_bytes(client, lead, show):
    """Undo gives back what was there; that the two are one file is told, to decide on."""
    twin = take_in(lead, show, "court.webm", DEMO.read_bytes())
    linked = clips.add_linked(lead, show, twin, "court.webm")
    clips.delete(lead, twin)
    clips.delete(lead, linked)
    again = take_in(lead, show, "court.webm", DEMO.read_bytes())
    for clip in (twin, linked):
        assert client.post(f"/api/clips/{clip.uuid}/restore").json()["deleted_at"] is None
    # A second click, when it is there already, changes nothing.
    assert client.post(f"/api/clips/{twin.uuid}/restore").status_code == 200
    pairs = {(pair.clip_id, pair.twin_id): pair.state for pair in Duplicate.objects.filter(kind="bytes")}
    assert pairs == {(linked.pk, twin.pk): "kept", (twin.pk, again.pk): "open"}


def test_two_of_the_same_bytes_are_called_the_same_file(lead, show):
    """Both had failed and were mended: neither was in the way of the other when it came."""
    first = looked_at(lead, show, "court.webm", DEMO.read_bytes())
    Clip.objects.update(state="failed")
    second = take_in(lead, show, "again.webm", DEMO.read_bytes())
    Clip.objects.update(state="ready")
    jobs.run(Job.objects.get(kind="likeness", target_id=second.uuid).uuid)
    pair = Duplicate.objects.get(clip=second, twin=first)
    assert (pair.kind, pair.score) == ("bytes", 1.0)
