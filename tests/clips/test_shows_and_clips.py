"""Shows and clips over the API: made, renamed, put away, brought back; media go out as stored."""

import hashlib
import io

import pytest
from PIL import Image

from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Frame, Show
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return factories.project()


@pytest.fixture
def lead(client, project):
    person = factories.person(Role.LEAD, project)
    client.force_login(person)
    return person


def test_a_show_is_made_renamed_put_away_and_brought_back(client, lead, project):
    made = client.post("/api/shows", {"project": str(project.uuid), "name": "长安 Nights"}, "application/json")
    assert made.status_code == 201, made.json()
    assert made.json()["slug"] == "nights"
    path = f"/api/shows/{made.json()['id']}"
    assert client.patch(path, {"name": "Nights"}, "application/json").json()["name"] == "Nights"
    assert client.delete(path).status_code == 204
    assert client.get("/api/shows").json() == []
    assert [show["name"] for show in client.get("/api/shows?deleted=1").json()] == ["Nights"]
    assert client.post(f"{path}/restore").json()["deleted_at"] is None


def test_a_name_is_used_once_in_a_project(client, lead, project):
    factories.show(project, "Nights")
    again = client.post("/api/shows", {"project": str(project.uuid), "name": "Nights"}, "application/json")
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "name_taken"


def test_names_without_latin_letters_get_slugs_of_their_own(client, lead, project):
    for name in ("长安", "洛阳"):
        client.post("/api/shows", {"project": str(project.uuid), "name": name}, "application/json")
    assert sorted(Show.objects.values_list("slug", flat=True)) == ["x", "x-2"]


def test_a_show_cannot_be_made_in_a_project_of_others(client, lead):
    elsewhere = factories.project()
    answer = client.post("/api/shows", {"project": str(elsewhere.uuid), "name": "Mine"}, "application/json")
    assert answer.status_code == 400
    assert not Show.objects.exists()


def test_a_frame_goes_out_byte_for_byte_and_is_kept_by_the_browser(client, lead, project):
    clip = factories.clip(factories.show(project))
    frame = Frame.objects.get(clip=clip, index=3)
    answer = client.get(f"/api/clips/{clip.uuid}/frames/3")
    assert hashlib.sha256(answer.content).hexdigest() == frame.sha256
    assert "immutable" in answer["Cache-Control"]
    again = client.get(f"/api/clips/{clip.uuid}/frames/3", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/api/clips/{clip.uuid}/frames/99").status_code == 404


def test_a_filmstrip_has_as_many_cells_as_asked(client, lead, project):
    clip = factories.clip(factories.show(project), frames=10, width=64, height=48)
    answer = client.get(f"/api/clips/{clip.uuid}/strip?count=4&height=30")
    assert Image.open(io.BytesIO(answer.content)).size == (160, 30)
    assert client.get(f"/api/clips/{clip.uuid}/strip?count=9999").status_code == 400


def test_frame_times_follow_the_clip_clock(client, lead, project):
    clip = factories.clip(factories.show(project), frames=5)
    rows = client.get(f"/api/clips/{clip.uuid}/frames?first=2&last=3").json()
    assert [(row["index"], round(row["time"] * 24)) for row in rows] == [(2, 2), (3, 3)]


def test_a_clip_is_renamed_put_away_and_brought_back(client, lead, project):
    clip = factories.clip(factories.show(project))
    path = f"/api/clips/{clip.uuid}"
    assert client.patch(path, {"name": "battle"}, "application/json").json()["name"] == "battle"
    assert client.delete(path).status_code == 204
    assert client.get("/api/clips").json() == []
    assert client.post(f"{path}/restore").json()["deleted_at"] is None
    assert len(client.get("/api/clips").json()) == 1


def test_the_list_of_clips_costs_the_same_number_of_queries_however_long(
    client, lead, project, django_assert_max_num_queries
):
    show = factories.show(project)
    for _ in range(6):
        factories.clip(show, frames=3)
    with django_assert_max_num_queries(12):
        assert len(client.get("/api/clips").json()) == 6


def test_a_stranger_sees_nothing(client, project):
    clip = factories.clip(factories.show(project))
    client.force_login(factories.person(Role.ADMIN, factories.project(), whole_organisation=True))
    assert client.get("/api/clips").json() == []
    for path in ("", "/strip", "/frames/0", "/frames/0/thumb", "/shots", "/cuts"):
        assert client.get(f"/api/clips/{clip.uuid}{path}").status_code == 404
    assert client.delete(f"/api/clips/{clip.uuid}").status_code == 404
    assert Clip.objects.get().deleted_at is None
