"""Releases over the API: preview, make, wait, download; a lead makes, a viewer reads, others see nothing."""

import io
import zipfile

import pytest

from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from tests import factories
from tests.releases import labelling


@pytest.fixture
def wanted(project):
    labelling.accepted_clip(project)
    return {"project": str(project.uuid), "formats": ["davis2017"], "split": {"val": 0.2}}


def post(client, path, body):
    return client.post(f"/api/releases{path}", body, content_type="application/json")


def test_a_lead_makes_a_release_and_downloads_it(client, lead, wanted):
    client.force_login(lead)
    seen = post(client, "/preview", wanted).json()
    assert (seen["frames"], seen["masks"], seen["blockers"]) == (6, 6, [])
    assert seen["splits"]["train"] == {"frames": 6, "shots": 1, "groups": 1, "share": 1.0}
    made = post(client, "", wanted | {"name": "Red court", "notes": "first"})
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["version"]) == ("building", "1.0.0")
    jobs.run(made.json()["job"])
    found = client.get(f"/api/releases/{made.json()['id']}").json()
    assert found["state"] == "ready"
    assert found["counts"] == {"shows": 1, "clips": 1, "shots": 1, "frames": 6, "subjects": 1, "masks": 6}
    answer = client.get(f"/api/releases/{found['id']}/download?format=davis2017", headers={"Accept": "application/zip"})
    assert answer["Content-Disposition"] == 'attachment; filename="Red-court-1.0.0-davis2017.zip"'
    data = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist(), key=str.encode)
        manifest = archive.read("koutu/manifest.jsonl")
    sent = client.get(f"/api/releases/{found['id']}/manifest")
    assert b"".join(sent.streaming_content) == manifest
    assert found["manifest"] == {"sha256": sent["ETag"][1:-1], "lines": 14, "size": len(manifest)}
    again = client.get(f"/api/releases/{found['id']}/manifest", headers={"If-None-Match": sent["ETag"]})
    assert again.status_code == 304


def test_the_list_costs_the_same_however_long(client, lead, wanted, django_assert_max_num_queries):
    project = lead.memberships.get().project
    for _ in range(3):
        labelling.build(lead, project)
    client.force_login(lead)
    with django_assert_max_num_queries(8):
        rows = client.get(f"/api/releases?project={project.uuid}").json()
    assert [row["version"] for row in rows] == ["1.2.0", "1.1.0", "1.0.0"]


def test_a_viewer_reads_and_makes_nothing(client, lead, project, wanted):
    release = labelling.build(lead, project)
    client.force_login(factories.person(Role.VIEWER, project))
    assert client.get(f"/api/releases/{release.uuid}/download").status_code == 200
    for answer in (post(client, "", wanted | {"name": "x"}), client.delete(f"/api/releases/{release.uuid}")):
        assert answer.status_code == 403
        assert answer.json()["error"]["detail"] == {"role": "lead"}


def test_another_organisation_sees_nothing(client, lead, project, wanted):
    release = labelling.build(lead, project)
    client.force_login(factories.person(Role.LEAD, factories.project()))
    assert client.get("/api/releases").json() == []
    for path in ("", "/manifest", "/download"):
        assert client.get(f"/api/releases/{release.uuid}{path}").status_code == 404
    assert post(client, "/preview", wanted).status_code == 400


def test_wrong_requests_say_why(client, lead, project, wanted):
    client.force_login(lead)
    for change in ({"name": "../x"}, {"name": "x", "version": "1"}, {"name": "x", "split": {"val": 2}}):
        assert post(client, "", wanted | change).status_code == 400
    post(client, "", wanted | {"name": "x", "version": "1.0.0"})
    again = post(client, "", wanted | {"name": "x", "version": "1.0.0"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "version_taken")
    building = client.get("/api/releases").json()[0]["id"]
    for path in ("manifest", "download"):
        assert client.get(f"/api/releases/{building}/{path}").json()["error"]["code"] == "not_ready"
    unknown = client.get(f"/api/releases/{labelling.build(lead, project).uuid}/download?format=coco")
    assert unknown.json()["error"]["code"] == "format_not_chosen"


def test_putting_a_building_release_away_stops_the_build(client, lead, wanted):
    client.force_login(lead)
    made = post(client, "", wanted | {"name": "x"}).json()
    assert client.delete(f"/api/releases/{made['id']}").status_code == 204
    assert Job.objects.get(uuid=made["job"]).state == "cancelled"
    assert client.get("/api/releases").json() == []
    assert [row["id"] for row in client.get("/api/releases?deleted=1").json()] == [made["id"]]
    assert client.post(f"/api/releases/{made['id']}/restore").json()["deleted_at"] is None
