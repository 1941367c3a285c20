"""Clicks on a frame: what a person says and the state they see go in, the tiles that changed come out."""

import json
import uuid
import zlib

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.actions import heads, prompting, subjects
from annotation.models import Head, Prompt, Revision, RevisionPlane
from koutu.accounts.roles import Role
from koutu.clips.models import Frame
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.storage import blobs
from models import planes
from tests import factories
from tests.annotation.saving import disc, machine, put, tiles_of

pytestmark = pytest.mark.django_db
BAG = 96, 50  # the middle of a bright disc that factories' frames do not hold


@pytest.fixture
def clip(clip):
    """Its first frame shows a dark person and a bright bag beside her."""
    frame = Frame.objects.select_related("blob__pack").get(clip=clip, index=0)
    image = np.full((clip.height, clip.width, 3), (70, 130, 60), np.uint8)
    cv2.circle(image, (60, 50), 22, (40, 40, 150), -1)
    cv2.circle(image, BAG, 14, (230, 220, 90), -1)
    data = cv2.imencode(".png", image[..., ::-1])[1].tobytes()
    with blobs.PackWriter(clip.project.organisation) as pack:
        pack.add("frame", "0" * 64, data)
    frame.blob = pack.record()["frame", "0" * 64]
    frame.save()
    return clip


@pytest.fixture
def client(client, annotator):
    client.force_login(annotator)
    return client


@pytest.fixture
def person(clip, subject, client):
    """The matte of the person without her bag, saved."""
    matte = disc(clip, 60, 50, 22)
    saved = put(client, clip, 0, subject, matte)
    assert saved.status_code == 201, saved.json()
    return matte


def ask(client, clip, subject, matte=None, *, parent="head", frame=0, **said):
    """POST a prompt; `matte` is what was painted on the parent."""
    tiles = [] if matte is None else tiles_of(matte)
    layers = {"matte": {"address": planes.address(matte), "tiles": [tile[:2] for tile in tiles]}} if tiles else {}
    if parent == "head":
        parent = (
            Head.objects.filter(subject=subject, frame__index=frame).values_list("revision__uuid", flat=True).first()
        )
    meta = {"clip": str(clip.uuid), "frame": frame, "subject": str(subject.uuid), "layers": layers, **said}
    meta["parent"] = str(parent) if parent else None
    data = SimpleUploadedFile("tiles", zlib.compress(b"".join(tile[2] for tile in tiles)))
    return client.post("/api/prompts", {"meta": json.dumps(meta), "tiles": data})


def click(x=BAG[0], y=BAG[1], inside=True):
    return {"x": x, "y": y, "inside": inside}


def answered(client, asked):
    """Let the worker answer; what the browser then reads."""
    assert asked.status_code == 202, asked.json()
    id = asked.json()["id"]
    assert asked.json()["state"] == "queued"
    jobs.run(Job.objects.get(target_id=id).uuid)
    return client.get(f"/api/prompts/{id}").json()


def laid(client, answer, matte):
    """The matte with the tiles of the answer on it, as the browser lays them."""
    data = zlib.decompress(client.get(f"/api/prompts/{answer['id']}/tiles").content)
    tiles, at = [], 0
    for tx, ty in answer["tiles"]:
        left, top, right, bottom = planes.tile_box(*matte.shape, tx, ty)
        size = (right - left) * (bottom - top)
        tiles.append((tx, ty, data[at : at + size]))
        at += size
    assert at == len(data)
    return planes.apply_tiles(matte, tiles)


def test_a_click_answers_with_the_tiles_that_changed(client, clip, subject, person):
    answer = answered(client, ask(client, clip, subject, points=[click()]))
    assert (answer["state"], answer["told"], answer["error"]) == ("done", "changed", None)
    assert answer["model"]["name"] == "grabcut"
    after = laid(client, answer, person)
    bag = disc(clip, *BAG, 14) >= 128
    assert (after >= 128)[bag].mean() > 0.95
    assert np.array_equal(after[:, :36], person[:, :36])


def test_no_head_moves_and_nobody_else_sees_it(client, clip, subject, person, reviewer):
    before = Head.objects.get(subject=subject).revision_id
    answer = answered(client, ask(client, clip, subject, points=[click()]))
    assert Head.objects.get(subject=subject).revision_id == before
    client.force_login(reviewer)
    assert client.get(f"/api/prompts/{answer['id']}").status_code == 404
    assert client.get(f"/api/prompts/{answer['id']}/tiles").status_code == 404


def test_it_is_asked_of_what_was_painted_and_not_saved_yet(client, clip, subject, person):
    painted = np.maximum(person, disc(clip, 20, 20, 8))
    answer = answered(client, ask(client, clip, subject, painted, points=[click()]))
    after = laid(client, answer, painted)
    assert after[20, 20] == 255
    assert after[BAG[1], BAG[0]] == 255


def test_a_click_on_a_frame_without_a_matte_begins_one(client, clip, subject):
    answer = answered(client, ask(client, clip, subject, points=[click(60, 50)]))
    assert laid(client, answer, np.zeros((clip.height, clip.width), np.uint8))[50, 60] == 255


def test_a_mask_alone_stands_for_the_matte(client, clip, subject, annotator):
    mask = np.where(disc(clip, 60, 50, 22) >= 128, 255, 0).astype(np.uint8)
    assert put(client, clip, 0, subject, mask, layer="mask").status_code == 201
    answer = answered(client, ask(client, clip, subject, points=[click()]))
    seen = laid(client, answer, np.zeros_like(mask))
    assert (seen[50, 60], seen[BAG[1], BAG[0]]) == (255, 255)


def test_a_click_that_changes_nothing_says_so(client, clip, subject, person):
    answer = answered(client, ask(client, clip, subject, points=[click(60, 50)]))
    assert (answer["told"], answer["tiles"]) == ("agrees", [])
    assert client.get(f"/api/prompts/{answer['id']}/tiles").status_code == 200


def test_what_a_first_click_on_a_part_means_is_not_asked_of_a_network_of_people(client, clip, shot, annotator):
    bag = subjects.add(annotator, shot, "Bag", kind="ornament")
    answer = answered(client, ask(client, clip, bag, points=[click()]))
    assert answer["model"]["name"] == "grabcut"
    found = laid(client, answer, np.zeros((clip.height, clip.width), np.uint8))
    assert (found[BAG[1], BAG[0]], found[50, 60]) == (255, 0)


def test_a_box_round_somebody_is_asked_of_the_network(client, clip, subject):
    corners = [[36, 26], [84, 26], [84, 74], [36, 74]]
    answer = answered(client, ask(client, clip, subject, outline={"places": corners, "inside": True}))
    assert (answer["state"], answer["model"]["name"]) == ("done", "koutu-s")
    boxed = np.zeros((clip.height, clip.width), np.uint8)
    boxed[22:79, 32:89] = 255
    assert (laid(client, answer, np.zeros_like(boxed)) <= boxed).all()


def test_a_box_round_her_bag_is_answered_by_colours_where_she_is_drawn_already(client, clip, subject, person):
    corners = [[80, 34], [112, 34], [112, 66], [80, 66]]
    answer = answered(client, ask(client, clip, subject, outline={"places": corners, "inside": True}))
    assert answer["model"]["name"] == "grabcut"
    after = laid(client, answer, person)
    assert after[BAG[1], BAG[0]] == 255
    assert np.array_equal(after[:, :60], person[:, :60])


def test_what_is_saved_tells_which_model_answered(client, clip, subject, person):
    answer = answered(client, ask(client, clip, subject, points=[click()]))
    tools = [{"tool": "click", "count": 1, "prompts": [answer["id"]]}, {"tool": "brush", "count": 2}]
    parent = Head.objects.get(subject=subject).revision.uuid
    saved = put(client, clip, 0, subject, laid(client, answer, person), parent=parent, tools=tools)
    assert saved.status_code == 201, saved.json()
    first, second = Revision.objects.get(uuid=saved.json()["id"]).tools
    assert first["models"] == [f"{answer['model']['name']} {answer['model']['version']}"]
    assert second == {"tool": "brush", "count": 2}


def test_prompts_of_others_are_credited_to_nobody(client, clip, subject, person, reviewer):
    answer = answered(client, ask(client, clip, subject, points=[click()]))
    tools = [{"tool": "click", "count": 1, "prompts": [answer["id"], str(uuid.uuid4())]}]
    assert "models" not in prompting.credited(clip, reviewer, tools)[0]


def test_a_second_attempt_answers_once(client, clip, subject, person):
    id = ask(client, clip, subject, points=[click()]).json()["id"]
    job = Job.objects.get(target_id=id)
    jobs.run(job.uuid)
    first = Prompt.objects.get(uuid=id).after_id
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.uuid)
    assert Prompt.objects.get(uuid=id).after_id == first
    assert not RevisionPlane.objects.filter(revision__source="model").exists()


def test_prompts_stand_in_no_list_of_background_work(client, clip, subject, person):
    ask(client, clip, subject, points=[click()])
    assert all(job["kind"] != "prompt" for job in client.get("/api/jobs").json()["results"])
    assert client.get("/api/activity").json()["counts"]["jobs_running"] == 0


def code(response):
    return response.status_code, response.json()["error"]["code"]


def test_a_parent_that_is_the_head_no_more_is_refused_with_the_newer_one(client, clip, subject, person):
    old = Head.objects.get(subject=subject).revision
    newer = put(client, clip, 0, subject, disc(clip, 60, 50, 20), parent=old.uuid).json()["id"]
    refused = ask(client, clip, subject, parent=old.uuid, points=[click()])
    assert code(refused) == (409, "moved_head")
    assert refused.json()["error"]["detail"]["head"]["id"] == newer
    assert code(ask(client, clip, subject, parent=None, points=[click()])) == (409, "moved_head")


def test_a_head_of_a_machine_is_a_parent_too(client, clip, subject):
    revision = machine(clip, 0, subject)
    heads.move_many([revision])
    assert ask(client, clip, subject, points=[click()]).status_code == 202


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"points": [click(151, 3)]}, (422, "bad_prompt")),
        ({"points": [click(3, -1)]}, (422, "bad_prompt")),
        ({"outline": {"places": [[0, 0], [9, 9]], "inside": True}}, (422, "bad_prompt")),
        ({"outline": {"places": [[0, 0], [9, 900], [4, 4]], "inside": True}}, (422, "bad_prompt")),
        ({"points": [click()] * 200, "earlier": [click()] * 200}, (422, "bad_prompt")),
        ({"points": [click()] * 300}, (400, "invalid")),
        ({"strokes": [{"places": [[1, 1]] * 5000}]}, (400, "invalid")),
        ({"points": [{"x": "left", "y": 2}]}, (400, "invalid")),
        ({"points": [{"x": 1}]}, (400, "invalid")),
    ],
)
def test_what_cannot_be_asked_is_refused_and_says_why(client, clip, subject, person, said, wanted):
    refused = ask(client, clip, subject, **said)
    assert code(refused) == wanted
    assert refused.json()["error"]["message"]
    assert not Prompt.objects.exists()


def test_a_matte_that_was_damaged_on_its_way_is_refused(client, clip, subject, person):
    meta = {"clip": str(clip.uuid), "frame": 0, "subject": str(subject.uuid), "points": [click()], "encoding": "raw"}
    meta["parent"] = str(Head.objects.get(subject=subject).revision.uuid)
    meta["layers"] = {"matte": {"address": "0" * 64, "tiles": [[1, 0]]}}
    body = {"meta": json.dumps(meta), "tiles": SimpleUploadedFile("tiles", bytes(22 * 100))}
    assert code(client.post("/api/prompts", body)) == (422, "address_mismatch")


def test_nothing_said_of_an_empty_frame_fails_and_says_what_to_do(client, clip, subject):
    answer = answered(client, ask(client, clip, subject))
    assert (answer["state"], answer["error"]["code"]) == ("failed", "bad_prompt")
    assert "click, draw a box" in answer["error"]["message"]


def test_a_frame_of_another_shot_a_viewer_and_an_accepted_task_are_refused(client, clip, subject, person, task):
    assert code(ask(client, clip, subject, frame=9, points=[click()])) == (422, "outside_shot")
    client.force_login(factories.person(Role.VIEWER, clip.project))
    assert ask(client, clip, subject, points=[click()]).status_code == 403
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    assert code(ask(client, clip, subject, points=[click()])) == (423, "held")
    type(task).objects.filter(pk=task.pk).update(stage="accepted", holder=None, lease_until=None)
    assert code(ask(client, clip, subject, points=[click()])) == (423, "accepted")


def test_nobody_may_have_many_open_at_once(client, clip, subject, person):
    for _ in range(prompting.MOST_OPEN):
        assert ask(client, clip, subject, points=[click()]).status_code == 202
    assert code(ask(client, clip, subject, points=[click()])) == (409, "prompts_wait")
