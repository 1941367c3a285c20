"""What a survey notices becomes cuts and void areas only by a person's hand, and can be taken back."""

import io

import numpy as np
import pytest
from PIL import Image

from koutu.accounts.roles import Role
from koutu.clips import surveying
from koutu.clips.media.survey import Box, Overlay, Survey, Transition
from koutu.clips.models import ClipSurvey, Suggestion, VoidArea
from koutu.jobs import run as jobs
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.releases.formats import davis2017
from koutu.releases.manifest import Manifest
from koutu.releases.store import Store
from tests import factories
from tests.releases import labelling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

# 64 × 48 pixels, 20 frames.
FOUND = Survey(
    transitions=(Transition("dissolve", 4, 9, 7), Transition("flash", 12, 13, None)),
    repeats=(1, 3, 5),
    cadence="twos",
    cadence_share=0.9,
    letterbox=Box(0, 0.1, 1, 0.9),
    overlays=(Overlay("subtitle", 2, 6, Box(0.25, 0.75, 0.75, 0.85)),),
)


@pytest.fixture
def clip():
    return factories.clip(factories.show(factories.project()), frames=20)


@pytest.fixture
def annotator(client, clip):
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    return client


@pytest.fixture
def noticed(clip):
    ClipSurvey.objects.create(clip=clip, repeats=list(FOUND.repeats), cadence="twos", cadence_share=0.9)
    Suggestion.objects.bulk_create(surveying._suggestions(clip, FOUND))
    return {row.kind: row for row in clip.suggestions.all()}


def decide(client, clip, suggestion, state):
    path = f"/api/clips/{clip.uuid}/survey/{suggestion.uuid}"
    answer = client.patch(path, {"state": state}, "application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def firsts(clip) -> list[int]:
    return list(clip.shots.filter(deleted_at=None).order_by("first").values_list("first", flat=True))


def test_the_survey_of_a_real_clip_ends_and_is_done_once(clip, annotator):
    assert annotator.get(f"/api/clips/{clip.uuid}/survey").json()["ready"] is False
    for _ in range(2):
        jobs.run(enqueue("survey", clip.project, clip, by=None).uuid)
    assert {job.state for job in Job.objects.filter(kind="survey")} == {"done"}
    told = annotator.get(f"/api/clips/{clip.uuid}/survey").json()
    assert told["ready"] is True
    assert ClipSurvey.objects.count() == 1


def test_a_dissolve_becomes_a_cut_and_is_taken_back(clip, annotator, noticed):
    assert firsts(clip) == [0]
    decide(annotator, clip, noticed["dissolve"], "accepted")
    assert firsts(clip) == [0, 7]
    told = decide(annotator, clip, noticed["dissolve"], "open")
    assert firsts(clip) == [0]
    (row,) = [one for one in told["suggestions"] if one["kind"] == "dissolve"]
    assert (row["state"], row["decided_by"]) == ("open", None)


def test_a_dissolve_is_accepted_where_somebody_has_cut_already(clip, annotator, noticed):
    annotator.post(f"/api/clips/{clip.uuid}/cuts", {"op": "add", "at": 7}, "application/json")
    decide(annotator, clip, noticed["dissolve"], "accepted")
    assert firsts(clip) == [0, 7]
    decide(annotator, clip, noticed["dissolve"], "dismissed")
    assert firsts(clip) == [0, 7], "the person's own cut stays"


def test_bars_writing_and_flashes_become_void_areas(clip, annotator, noticed):
    for kind in ("letterbox", "subtitle", "flash"):
        told = decide(annotator, clip, noticed[kind], "accepted")
    areas = {(v["kind"], v["first"], v["last"], v["left"], v["top"], v["right"], v["bottom"]) for v in told["voids"]}
    assert areas == {
        ("letterbox", 0, 19, 0, 0, 64, 4),
        ("letterbox", 0, 19, 0, 44, 64, 48),
        ("subtitle", 2, 6, 15, 35, 49, 42),
        ("flash", 12, 13, 0, 0, 64, 48),
    }
    told = decide(annotator, clip, noticed["letterbox"], "dismissed")
    assert {void["kind"] for void in told["voids"]} == {"subtitle", "flash"}


def test_all_of_a_kind_at_once(clip, annotator, noticed):
    Suggestion.objects.create(clip=clip, kind="subtitle", first=15, last=18, areas=[[0, 40, 64, 48]])
    path = f"/api/clips/{clip.uuid}/survey"
    told = annotator.post(path, {"kind": "subtitle", "state": "accepted"}, "application/json").json()
    assert len(told["voids"]) == 2
    assert [one["state"] for one in told["suggestions"] if one["kind"] == "dissolve"] == ["open"]


def test_a_void_area_is_drawn_and_removed_by_hand(clip, annotator):
    place = {"kind": "logo", "first": 0, "last": 19, "left": 50, "top": 2, "right": 62, "bottom": 9}
    made = annotator.post(f"/api/clips/{clip.uuid}/voids", place, "application/json")
    assert made.status_code == 201
    for wrong in ({"last": 20}, {"right": 65}, {"left": 62}, {"first": 19, "last": 3}):
        answer = annotator.post(f"/api/clips/{clip.uuid}/voids", place | wrong, "application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "outside_clip"), wrong
    assert annotator.delete(f"/api/clips/{clip.uuid}/voids/{made.json()['id']}").status_code == 204
    assert not VoidArea.objects.live().exists()


def test_void_is_exported_as_255_and_named_in_the_manifest():
    project = factories.project()
    clip = labelling.accepted_clip(project, frames=4)
    lead = factories.person(Role.LEAD, project)
    VoidArea.objects.create(
        clip=clip, kind="subtitle", first=1, last=2, left=0, top=40, right=64, bottom=48, created_by=lead
    )
    release = labelling.build(lead, project)
    manifest = Manifest.of(release)
    assert [frame.get("void") for frame in manifest.frames()] == [None, [[0, 40, 64, 48]], [[0, 40, 64, 48]], None]
    pictures = {
        made.path[-9:-4]: np.asarray(Image.open(io.BytesIO(b"".join(made.chunks()))))
        for made in davis2017.entries(manifest, Store(project.organisation))
        if made.path.startswith("Annotations/")
    }
    assert [int((ids == 255).sum()) for ids in pictures.values()] == [0, 64 * 8, 64 * 8, 0]
    assert all((ids[10:40] != 255).all() for ids in pictures.values())
