"""Settings: production starts only when it is safe; the schema and the migrations are what the code says."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "KOUTU_PRODUCTION": "1",
    "KOUTU_SECRET_KEY": "kV0m9Qx3zJ7rT2yB8wN4hL6sD1fG5cPaUeXoZiMqRtYbWnHvKj",
    "KOUTU_HOSTS": "koutu.example.org",
    "DATABASE_URL": "postgres://koutu:secret@db/koutu",
    "BROKER_URL": "amqp://koutu:secret@rabbit//",
}


def check_deploy(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess:
    """Run the check as an operator does, with the environment of production but for the changes."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KOUTU_")}
    asked = {"KOUTU_DATA": str(tmp_path), **SAFE, **changes}
    env = plain | {name: value for name, value in asked.items() if value is not None}
    if changes.get("DATABASE_URL", "") is None:
        env.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_a_safe_production_start_has_nothing_to_say(tmp_path):
    done = check_deploy(tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"KOUTU_SECRET_KEY": None}, "koutu.E001"),
        ({"KOUTU_DEBUG": "1"}, "koutu.E002"),
        ({"KOUTU_TLS": "0"}, "koutu.E004"),
        ({"DATABASE_URL": "sqlite:////tmp/koutu.sqlite3"}, "koutu.E005"),
        ({"BROKER_URL": "filesystem://"}, "koutu.E006"),
    ],
)
def test_an_unsafe_production_start_is_refused(tmp_path, changes, says):
    done = check_deploy(tmp_path, **changes)
    assert done.returncode != 0
    assert says in done.stderr


def test_a_plain_start_is_not_mistaken_for_a_safe_one(tmp_path):
    done = check_deploy(tmp_path, KOUTU_PRODUCTION="0")
    assert "koutu.E003" in done.stderr


@pytest.mark.django_db
def test_the_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


def test_the_schema_is_valid_and_the_typed_client_is_made_from_it(tmp_path):
    path = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(path))
    kept = ROOT / "frontend/src/api/schema.yaml"
    message = "run: manage.py spectacular --file frontend/src/api/schema.yaml, then npm run api"
    assert yaml.safe_load(path.read_text()) == yaml.safe_load(kept.read_text()), message


def test_the_types_of_the_client_are_those_of_its_schema(tmp_path):
    made = tmp_path / "schema.d.ts"
    tool = ROOT / "frontend/node_modules/.bin/openapi-typescript"
    subprocess.run([tool, "src/api/schema.yaml", "-o", made], cwd=ROOT / "frontend", check=True, capture_output=True)
    assert made.read_text() == (ROOT / "frontend/src/api/schema.d.ts").read_text()
