"""An annotator saves: no stroke is lost, nothing is overwritten, a person's work outranks a model's."""

import uuid
import zlib

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.actions import tasks
from annotation.models import Revision, Task
from koutu.accounts.roles import Role
from koutu.storage import blobs
from models import planes
from models.matting.trimap import MASK_LEVEL
from tests import factories
from tests.annotation.saving import body, disc, full, head, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(client, annotator, task):
    tasks.claim(annotator, task)
    client.force_login(annotator)
    return client


def plane(revision: Revision, layer: str) -> np.ndarray:
    return planes.decode(blobs.read(revision.layers()[layer].blob))


def test_what_is_painted_comes_back_pixel_for_pixel(working, clip, subject):
    matte = disc(clip, 40, 50)
    saved = put(working, clip, 3, subject, matte)
    assert saved.status_code == 201, saved.json()
    kept = head(clip, 3, subject)
    assert np.array_equal(plane(kept, "matte"), matte)
    assert np.array_equal(plane(kept, "mask"), np.where(matte >= 128, 255, 0))
    assert not kept.stale
    bundle = working.get(f"/api/revisions/{kept.uuid}/planes?layer=matte")
    assert planes.address(matte).encode() in bundle.content


def test_sent_twice_it_is_one_revision(working, clip, subject):
    id, matte = uuid.uuid4(), disc(clip, 40, 50)
    assert put(working, clip, 3, subject, matte, id=id).status_code == 201
    assert put(working, clip, 3, subject, matte, id=id).status_code == 200
    assert Revision.objects.count() == 1


def test_an_id_is_not_used_for_something_else(working, clip, subject):
    id = uuid.uuid4()
    put(working, clip, 3, subject, disc(clip, 40, 50), id=id)
    other = put(working, clip, 3, subject, disc(clip, 60, 50), id=id)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "id_taken")


def test_painting_on_an_older_state_is_told_of_the_newer(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()["id"]
    second = put(working, clip, 3, subject, disc(clip, 50, 50), parent=first).json()["id"]
    late = put(working, clip, 3, subject, disc(clip, 60, 50), parent=first)
    assert late.status_code == 409
    assert late.json()["error"]["code"] == "moved_head"
    assert late.json()["error"]["detail"]["head"]["id"] == second
    assert Revision.objects.count() == 2


def test_only_the_changed_pixels_of_the_mask_follow(working, clip, subject):
    hard = np.where(disc(clip, 40, 50) > 0, 255, 0).astype(np.uint8)
    first = put(working, clip, 3, subject, hard, layer="mask").json()["id"]
    matte = disc(clip, 100, 50)
    put(working, clip, 3, subject, matte, parent=first)
    mask = plane(head(clip, 3, subject), "mask")
    assert np.array_equal(mask, np.maximum(hard, np.where(matte >= 128, 255, 0)))


def test_a_mask_says_from_which_alpha_it_took_the_matte(working, clip, subject):
    by_hand = put(working, clip, 3, subject, full(clip), layer="mask").json()["id"]
    assert head(clip, 3, subject).layers()["mask"].level is None
    followed = put(working, clip, 3, subject, disc(clip, 40, 50), parent=by_hand).json()["id"]
    assert head(clip, 3, subject).layers()["mask"].level == MASK_LEVEL
    put(working, clip, 3, subject, full(clip), parent=followed, layer="mask")
    assert head(clip, 3, subject).layers()["mask"].level == MASK_LEVEL
    working.post(f"/api/revisions/{by_hand}/restore", {"id": str(uuid.uuid4())}, content_type="application/json")
    assert head(clip, 3, subject).layers()["mask"].level is None


def test_a_mask_painted_alone_makes_the_matte_stale(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()["id"]
    put(working, clip, 3, subject, np.full((100, 150), 255, np.uint8), layer="mask", parent=first)
    assert head(clip, 3, subject).stale


def test_confirming_carries_the_planes_by_reference(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()
    confirmed = put(working, clip, 3, subject, parent=first["id"], anchor=True).json()
    assert confirmed["anchored"]
    assert confirmed["layers"] == first["layers"]


def test_an_older_state_is_restored_as_a_new_one(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()
    put(working, clip, 3, subject, disc(clip, 60, 50), parent=first["id"])
    restored = working.post(
        f"/api/revisions/{first['id']}/restore", {"id": str(uuid.uuid4())}, "application/json"
    ).json()
    assert restored["layers"] == first["layers"]
    history = working.get(f"/api/frames/{clip.uuid}/3/history?subject={subject.uuid}").json()
    assert [row["id"] == restored["id"] for row in history] == [True, False, False]
    assert history[0]["head"]


def test_a_restore_sent_twice_is_one_revision(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()
    put(working, clip, 3, subject, disc(clip, 60, 50), parent=first["id"])
    path, wish = f"/api/revisions/{first['id']}/restore", {"id": str(uuid.uuid4())}
    once, again = (working.post(path, wish, "application/json") for _ in range(2))
    assert (once.status_code, again.status_code, once.json()) == (201, 201, again.json())
    assert Revision.objects.count() == 3


def test_without_the_lease_the_work_is_kept_beside_the_heads(client, clip, subject, task, annotator):
    tasks.claim(annotator, task)
    other = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(other)
    answer = put(client, clip, 3, subject, disc(clip, 40, 50))
    assert answer.status_code == 202
    assert answer.json()["side"]
    assert head(clip, 3, subject) is None
    assert Revision.objects.get(uuid=answer.json()["id"]).author == other


def test_accepted_work_is_frozen(working, clip, subject, task):
    Task.objects.filter(pk=task.pk).update(stage="accepted", holder=None, lease_until=None)
    answer = put(working, clip, 3, subject, disc(clip, 40, 50))
    assert (answer.status_code, answer.json()["error"]["code"]) == (423, "accepted")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"layers": {"matte": {"address": "0" * 64, "tiles": [[0, 0], [1, 0]]}}}, "address_mismatch"),
        ({"layers": {"matte": {"address": "0" * 64, "tiles": [[9, 9]]}}}, "bad_tile"),
        ({"layers": {"matte": {"address": "0" * 64, "tiles": [[0, 0]]}}}, "bad_tile"),
        ({"parent": str(uuid.uuid4())}, "unknown_parent"),
        ({"frame": 12}, "outside_shot"),
        ({"presence": "absent"}, "planes_of_absent"),
        ({"layers": {}}, "no_plane"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(working, clip, subject, change, code):
    answer = put(working, clip, change.pop("frame", 3), subject, disc(clip, 40, 50), **change)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code
    assert not Revision.objects.exists()


@pytest.mark.parametrize("tiles", [b"not deflated", zlib.compress(b"\0" * 10), zlib.compress(b"\0" * 50_000_000)])
def test_a_damaged_or_swollen_body_is_refused(working, clip, subject, tiles):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    fields = body(clip, 3, subject, disc(clip, 40, 50)) | {"tiles": SimpleUploadedFile("tiles", tiles)}
    path = f"/api/revisions/{uuid.uuid4()}"
    answer = working.put(path, encode_multipart(BOUNDARY, fields), content_type=MULTIPART_CONTENT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_tile")


def test_more_tiles_than_one_save_may_hold_are_refused_unread(working, clip, subject):
    many = {"matte": {"address": "0" * 64, "tiles": [[0, 0]] * 30_000}}
    answer = put(working, clip, 3, subject, disc(clip, 40, 50), layers=many, encoding="raw")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "too_many_tiles")


def test_a_meta_that_says_nothing_is_refused(working, clip, subject):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    for meta in ("", "{", "[]", '{"frame": -1}', '{"presence": "sometimes"}'):
        data = encode_multipart(BOUNDARY, {"meta": meta})
        answer = working.put(f"/api/revisions/{uuid.uuid4()}", data, content_type=MULTIPART_CONTENT)
        assert answer.status_code in (400, 422), meta


def test_a_parent_of_another_frame_is_refused(working, clip, subject):
    first = put(working, clip, 3, subject, disc(clip, 40, 50)).json()["id"]
    answer = put(working, clip, 4, subject, disc(clip, 40, 50), parent=first)
    assert answer.json()["error"]["code"] == "unknown_parent"


def test_a_viewer_may_look_but_not_paint(client, clip, subject):
    client.force_login(factories.person(Role.VIEWER, clip.project))
    assert put(client, clip, 3, subject, disc(clip, 40, 50)).status_code == 403


def test_a_stranger_finds_nothing(client, clip, subject):
    client.force_login(factories.person(Role.ADMIN, factories.project(), whole_organisation=True))
    assert put(client, clip, 3, subject, disc(clip, 40, 50)).status_code == 404
