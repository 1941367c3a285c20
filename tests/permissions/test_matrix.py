"""Every endpoint × method × role: who may, who may not, and who must not even learn that the thing exists."""

import json
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver, resolve

from koutu.accounts.roles import Role
from tests.permissions.conftest import undone
from tests.permissions.table import CALLS, Call
from tests.permissions.world import ANONYMOUS, OUTSIDERS, World

pytestmark = pytest.mark.django_db
VERBS = ("get", "post", "put", "patch", "delete")
# Answered where GET is, unless a view has its own.
OWN_HEAD = {"api/uploads/<uuid:id>"}
ALLAUTH = {
    "config", "auth/session", "auth/reauthenticate", "auth/code/confirm", "auth/password/request",
    "auth/password/reset", "auth/login", "auth/signup", "auth/email/verify", "auth/email/verify/resend",
    "auth/phone/verify", "auth/phone/verify/resend", "account/password/change", "account/email", "account/phone",
}  # fmt: skip
PLAIN = {"healthz", "readyz", "metrics", r"^(?!api/|static/|admin/|_allauth/).*$"}


def every_route(patterns=None, before: str = "") -> Iterator[tuple[str, object]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + (str(pattern.pattern).removeprefix("^") if before else str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from every_route(pattern.url_patterns, here)
        else:
            yield here, pattern.callback


def verbs_of(view) -> set[str]:
    """The methods a view answers, other than 405."""
    owner = getattr(view, "cls", None) or view.view_class
    known = getattr(view, "actions", None) or [verb for verb in VERBS if hasattr(owner, verb)]
    return {verb.upper() for verb in known if verb in VERBS and verb in owner.http_method_names}


def address(world: World, path: str) -> str:
    return path.format(new=uuid.uuid4(), **world.things)


def ask(world: World, person, line: str, call: Call):
    """Send the request of one line of the table as `person`."""
    method, path = line.split(" ")
    client = Client()
    if person:
        client.force_login(person)
    sent = call.send(world) if call.send else {}
    data = encode_multipart(BOUNDARY, sent) if call.form else json.dumps(sent)
    kind = MULTIPART_CONTENT if call.form else "application/json"
    if call.piece is not None:
        data, kind = call.piece, "application/offset+octet-stream"
    asked = address(world, path) + ("?" + address(world, call.query) if call.query else "")
    body = "" if method in ("GET", "HEAD") else data
    return client.generic(method, asked, body, content_type=kind, headers=call.headers)


def expected(who: str, call: Call) -> int:
    if who == ANONYMOUS:
        return 403
    if who in OUTSIDERS:
        return call.outsider
    if call.owner and who != call.owner:
        return 404
    return call.status if Role(who).rank >= call.least.rank else 403


def test_no_endpoint_is_unknown(world):
    answered = {(verb, route) for route, view in every_route() if route.startswith("api/") for verb in verbs_of(view)}
    answered |= {("HEAD", route) for route in OWN_HEAD}
    told = {(line.split(" ")[0], resolve(address(world, line.split(" ")[1])).route) for line in CALLS}
    assert answered == told


def test_no_address_outside_the_api_is_unknown():
    others = {route for route, _ in every_route() if not route.startswith(("api/", "admin/"))}
    assert others == PLAIN | {f"_allauth/browser/v1/{name}" for name in ALLAUTH}


@pytest.mark.parametrize("line", CALLS)
def test_each_role_may_what_it_may(world, line):
    call = CALLS[line]
    for who, person in world.people.items():
        with undone():
            answer = ask(world, person, line, call)
            said = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == expected(who, call), f"{who}: {answer.status_code} {said[:300]!r}"
            if answer.status_code >= 400 and "json" in answer["Content-Type"] and not line.startswith("HEAD"):
                assert set(answer.json()["error"]) == {"code", "message", "detail"}
            if who in (ANONYMOUS, *OUTSIDERS):
                assert not leaks(world, line, said.decode(errors="replace")), f"{who} sees {said[:300]!r}"


def leaks(world: World, line: str, said: str) -> list[str]:
    """Things of the world that an answer names, other than those that the request named itself."""
    own = {name for name in world.things if "{" + name + "}" in line}
    sent = str(CALLS[line].send(world)) if CALLS[line].send else ""
    named = [name for name, identifier in world.things.items() if identifier in said and identifier not in sent]
    return [name for name in named if name not in own]


def test_a_draft_is_seen_by_its_author_alone(world):
    path = f"/api/shots/{world.things['later_shot']}/drafts"
    author, other = world.people[Role.ANNOTATOR], world.people[Role.REVIEWER]
    with undone():
        from annotation.models import Draft

        Draft.objects.filter(author=author).delete()
        client = Client()
        client.force_login(author)
        assert client.get(path).json() == []
        client.force_login(other)
        assert len(client.get(path).json()) == 1


def test_the_administration_is_closed_to_all_but_staff(world):
    for person in world.people.values():
        client = Client()
        if person:
            client.force_login(person)
        assert client.get("/admin/").status_code == 302
        assert client.get("/admin/annotation/revision/").status_code == 302


def test_figures_for_machines_are_not_for_the_network(world):
    client = Client(REMOTE_ADDR="10.1.2.3")
    assert client.get("/metrics").status_code == 404
    assert Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.1.2.3").get("/metrics").status_code == 404


def test_a_request_forged_by_another_site_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[Role.LEAD])
    path = f"/api/shows/{world.things['show']}"
    assert client.delete(path).status_code == 403
