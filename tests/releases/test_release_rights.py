"""Nothing is released that nobody may use: rights and consent stand in the way until they are entered."""

import pytest
from django.db.models.functions import Now

from koutu.accounts.roles import Role
from koutu.clips import rights
from koutu.clips.models import Cast, Right
from koutu.releases import actions
from tests import factories
from tests.releases import labelling


@pytest.fixture
def show(project):
    return labelling.accepted_clip(project).show


def blockers(project) -> list[str]:
    return [found["code"] for found in actions.preview(project, ["davis2017"], 0.2)["blockers"]]


def test_an_expired_missing_or_withdrawn_right_blocks(project, show):
    assert blockers(project) == []
    Right.objects.update(expires="2020-01-01")
    assert blockers(project) == ["no_right"]
    Right.objects.all().delete()
    assert blockers(project) == ["no_right"]
    Right.objects.create(show=show, owner="Tang", licence="Clause 4")
    assert blockers(project) == []
    Right.objects.update(withdrawn_at=Now())
    assert blockers(project) == ["no_right"]


def test_the_refusal_names_the_show_that_lacks_it(client, project, show):
    Right.objects.all().delete()
    client.force_login(factories.person(Role.LEAD, project))
    wanted = {"project": str(project.uuid), "formats": ["davis2017"], "split": {"val": 0.2}, "name": "spring"}
    error = client.post("/api/releases", wanted, "application/json").json()["error"]
    assert error["code"] == "blocked"
    assert error["detail"]["blockers"][0]["detail"] == {"show": str(show.uuid), "name": show.name}


def test_a_person_who_refused_keeps_the_clips_out(project, show):
    Cast.objects.create(show=show, name="The princess", minor=True, consent="given")
    assert blockers(project) == ["no_consent"]
    Cast.objects.update(guardian="Her mother")
    assert blockers(project) == []


def test_people_who_were_not_asked_are_told_of_and_stop_nothing(project, show):
    Cast.objects.create(show=show, name="The guard")
    asked = Cast.objects.create(show=show, name="The general", consent="given")
    preview = actions.preview(project, ["davis2017"], 0.2)
    assert preview["blockers"] == []
    (told,) = [found for found in preview["notices"] if found["code"] == "consent_not_asked"]
    assert told["detail"] == {"cast": ["The guard"]}
    assert rights.not_asked([]) == []
    assert asked not in rights.not_asked(show.clips.all())


def test_a_release_made_before_is_listed_when_the_right_is_withdrawn(project, show):
    lead = factories.person(Role.LEAD, project)
    release = labelling.build(lead, project)
    other = factories.show(project)
    assert rights.touched(show)["releases"] == [{"id": str(release.uuid), "name": str(release)}]
    assert rights.touched(other)["releases"] == []


def test_a_release_whose_right_has_gone_says_so(client, project, show):
    client.force_login(factories.person(Role.LEAD, project))
    path = f"/api/releases/{labelling.build(factories.person(Role.LEAD, project), project).uuid}"
    assert client.get(path).json()["lapsed"] == []
    Right.objects.update(withdrawn_at=Now())
    (told,) = client.get(path).json()["lapsed"]
    assert (told["show"], told["standing"]["state"]) == (str(show.uuid), "withdrawn")
    assert client.get("/api/releases").json()[0]["lapsed"] == [told]
