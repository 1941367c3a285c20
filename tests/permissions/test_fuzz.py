"""The API asked things nobody meant: whatever is sent as the schema allows, and beyond it, nothing breaks inside."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from knox.models import AuthToken

from koutu.accounts.roles import Role
from tests.permissions.conftest import undone
from tests.permissions.table import CALLS

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]
EXAMPLES = 8


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_an_upload(context, value) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def schema():
    found = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    found.app = get_wsgi_application()
    return found


@pytest.fixture(scope="module", autouse=True)
def _one_connection():
    """Requests run inside the test's transaction; none may close its connection, as a server does after each."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def token(world) -> str:
    return AuthToken.objects.create(world.people[Role.ADMIN])[1]


def names_of(schema) -> list[str]:
    return [operation.ok().label for operation in schema.get_all_operations()]


def test_the_schema_tells_of_every_line_of_the_table(schema):
    plain = {line for line in CALLS if not line.endswith(("/schema/", "/docs/")) and not line.startswith("HEAD")}
    assert len(names_of(schema)) == len(plain)


def test_nothing_that_can_be_sent_breaks_the_server(schema, world, token):
    faults = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if status := first_fault(operation, world, token):
            faults[operation.label] = status
    assert not faults, "\n".join(f"{label}: {said}" for label, said in faults.items())


def first_fault(operation, world, token) -> str | None:
    """Send examples of one operation, half of them about things that exist; return what broke it, if anything did."""
    broken: list[str] = []

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), known=st.booleans())
    def send(case, known) -> None:
        if known:
            case.path_parameters = {**(case.path_parameters or {}), **of_the_world(case, world)}
        with undone():
            answer = case.call(headers={"Authorization": f"Token {token}"})
            if answer.status_code >= 500:
                broken.append(f"{answer.status_code} {case.as_curl_command()[:400]}")

    send()
    return broken[0] if broken else None


def of_the_world(case, world) -> dict:
    """Path parameters that name things: the id is that of the kind of thing the address begins with."""
    kind = case.operation.path.split("/")[2].removesuffix("s")
    values = {"id": world.things.get(kind), "clip": world.things["clip"], "subject": world.things["subject"]}
    known = {**values, "index": 0, "change": world.things["cut"]}
    return {name: known[name] for name in case.path_parameters or {} if known.get(name) is not None}
