"""The production set holds together as far as can be told without running it; Docker itself is asked where it is."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from koutu.jobs import kinds

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docker"
TEXT = (FOLDER / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
DOCKERFILE = (FOLDER / "Dockerfile").read_text()


def has_compose() -> bool:
    return shutil.which("docker") is not None and not subprocess.run(["docker", "compose", "version"]).returncode


def test_docker_takes_the_compose_file_where_docker_is(tmp_path):
    wanted = set(re.findall(r"\$\{(\w+)[:}]", TEXT))
    assert {"POSTGRES_PASSWORD", "KOUTU_HOSTS", "SECRET_KEY_FILE"} <= wanted
    if not has_compose():
        return  # the tests below say what can be said without it
    (tmp_path / "key").write_text("long and random")
    given = os.environ | dict.fromkeys(wanted, "given") | {"SECRET_KEY_FILE": str(tmp_path / "key")}
    command = ["docker", "compose", "-f", str(FOLDER / "compose.yaml"), "config", "-q"]
    done = subprocess.run(command, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_only_what_there_is(name):
    service = SERVICES[name]
    assert ("image" in service) != ("build" in service)
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or source.startswith("${") or (FOLDER / source).exists(), volume
    if "build" in service:
        assert re.search(rf"^FROM \w+ AS {service['build']['target']}$", DOCKERFILE, re.M)
    if "manage.py" in (command := service.get("command", [])):
        assert command[command.index("manage.py") + 1] in get_commands()


def test_somebody_waits_for_every_service_that_must_be_healthy():
    for service in SERVICES.values():
        waits = service.get("depends_on", {})
        for other, how in waits.items() if isinstance(waits, dict) else ():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]


def test_every_queue_has_a_worker():
    commands = [service["command"] for name, service in SERVICES.items() if name.startswith("worker")]
    served = {queue for command in commands for queue in command[command.index("-Q") + 1].split(",")}
    assert {kinds.get(name).queue for name in ("ingest", "prelabel", "solve", "release")} <= served


def test_what_the_image_copies_is_in_the_checkout():
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
