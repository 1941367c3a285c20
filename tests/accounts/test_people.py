"""People: who sees which project, what a person keeps for themselves, how one logs in, what a refusal looks like."""

import json
import uuid

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from knox.models import AuthToken

from koutu.accounts.actions import audit, first_admin, require
from koutu.accounts.errors import Forbidden
from koutu.accounts.models import AuditLine, Membership, Project, User
from koutu.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return factories.project()


def test_each_role_may_what_those_before_it_may(project):
    reviewer = factories.person(Role.REVIEWER, project)
    for role in (Role.VIEWER, Role.ANNOTATOR, Role.REVIEWER):
        require(reviewer, project, role)
    for role in (Role.LEAD, Role.ADMIN):
        with pytest.raises(Forbidden) as refused:
            require(reviewer, project, role)
        assert refused.value.detail == {"role": role.value}


def test_a_role_in_one_project_is_none_in_another(project):
    other = factories.project(project.organisation, "Operas")
    lead = factories.person(Role.LEAD, project)
    assert lead.role_in(other) is None
    assert list(Project.objects.visible_to(lead)) == [project]


def test_a_role_in_the_organisation_covers_every_project_of_it_and_no_other(project):
    operas = factories.project(project.organisation, "Operas")
    factories.project(name="Elsewhere")
    admin = factories.person(Role.ADMIN, project, whole_organisation=True)
    assert set(Project.objects.visible_to(admin)) == {project, operas}


def test_the_higher_of_two_roles_counts(project):
    person = factories.person(Role.VIEWER, project, whole_organisation=True)
    Membership.objects.create(user=person, organisation=project.organisation, project=project, role=Role.LEAD)
    assert person.role_in(project) == Role.LEAD


def test_one_person_has_one_role_a_project(project):
    person = factories.person(Role.VIEWER, project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=person, organisation=project.organisation, project=project, role=Role.LEAD)


def test_people_see_those_of_their_own_organisation(project):
    one, two = factories.person(Role.VIEWER, project), factories.person(Role.LEAD, project)
    factories.person(Role.LEAD, factories.project())
    assert set(User.objects.visible_to(one)) == {one, two}


def test_the_audit_log_is_for_leads_and_names_the_act(project):
    lead, annotator = factories.person(Role.LEAD, project), factories.person(Role.ANNOTATOR, project)
    show = factories.show(project)
    line = audit(annotator, project, "show_update", show, by=uuid.UUID(int=7))
    assert (line.object_type, line.object_id, line.data) == ("show", show.uuid, {"by": str(uuid.UUID(int=7))})
    assert list(AuditLine.objects.visible_to(lead)) == [line]
    assert not AuditLine.objects.visible_to(annotator)


def test_the_first_administrator_can_log_in_and_has_a_project_to_work_in():
    first_admin("admin", "a phrase for the first day")
    admin = authenticate(username="admin", password="a phrase for the first day")
    assert admin.is_superuser
    assert [admin.role_in(project) for project in Project.objects.all()] == [Role.ADMIN]


def test_a_person_keeps_language_theme_and_name(client, project):
    client.force_login(factories.person(Role.VIEWER, project))
    assert client.get("/api/me").json()["language"] == "zh-CN"
    sent = {"language": "en", "theme": "dark", "name": "穆桂英"}
    assert client.patch("/api/me", sent, "application/json").status_code == 200
    me = client.get("/api/me").json()
    assert {key: me[key] for key in sent} == sent
    assert me["projects"] == [{"id": str(project.uuid), "name": project.name, "role": "viewer"}]


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"theme": "pink"}, {"name": "x" * 201}])
def test_what_a_person_cannot_be_is_refused_in_the_one_error_shape(client, project, sent):
    client.force_login(factories.person(Role.VIEWER, project))
    answer = client.patch("/api/me", sent, "application/json")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    assert list(error["detail"]["fields"]) == list(sent)


def test_nobody_makes_themselves_more_than_they_are(client, project):
    viewer = factories.person(Role.VIEWER, project)
    client.force_login(viewer)
    client.patch("/api/me", {"role": "admin", "username": "root", "is_superuser": True}, "application/json")
    viewer.refresh_from_db()
    assert (viewer.role_in(project), viewer.is_superuser) == (Role.VIEWER, False)


def log_in(client, **sent):
    return client.post("/_allauth/browser/v1/auth/login", json.dumps(sent), "application/json")


def test_one_logs_in_and_out_as_the_page_does(client, project):
    person = factories.person(Role.ANNOTATOR, project)
    assert client.get("/_allauth/browser/v1/auth/session").status_code == 401
    assert log_in(client, username=person.username, password="not it").status_code == 400
    assert log_in(client, username=person.username, password=factories.PASSWORD).status_code == 200
    assert client.get("/api/me").json()["username"] == person.username
    client.delete("/_allauth/browser/v1/auth/session")
    assert client.get("/api/me").status_code == 403


def test_nobody_signs_up_uninvited(client, db):
    sent = json.dumps({"username": "eve", "password": "a long enough phrase"})
    assert client.post("/_allauth/browser/v1/auth/signup", sent, "application/json").status_code == 403
    assert not User.objects.filter(username="eve").exists()


def test_a_script_works_with_a_token(client, project):
    person = factories.person(Role.ANNOTATOR, project)
    _, token = AuthToken.objects.create(person)
    assert client.get("/api/me", headers={"Authorization": f"Token {token}"}).json()["username"] == person.username
    assert client.get("/api/me", headers={"Authorization": "Token " + "0" * 64}).status_code in (401, 403)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/shows?project=not-an-id", 400),
        ("/api/releases?project=not-an-id", 400),
        ("/api/clips?show=not-an-id", 400),
        ("/api/clips/not-an-id", 404),
        ("/api/activity?cursor=2026-13-45T99:00", 200),
        ("/api/activity?cursor=2026-01-01T00:00:00", 200),
    ],
)
def test_an_address_that_means_nothing_is_answered_and_not_a_fault(client, project, path, status):
    client.force_login(factories.person(Role.VIEWER, project))
    assert client.get(path).status_code == status


def test_what_a_column_cannot_hold_has_the_one_error_shape():
    from koutu.accounts.api.errors import handle

    answer = handle(ValidationError("not an id"), {})
    assert answer.status_code == 400
    assert answer.data["error"]["detail"] == {"fields": ["not an id"]}
