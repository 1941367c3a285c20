"""`manage.py up`: the whole tree starts, says where it is, refuses what cannot work, and stops at once."""

import json
import re
import signal
import socket
import sqlite3
import time
import urllib.request

import psutil
import pytest

from tests.services.tree import PASSWORD, Tree

pytestmark = pytest.mark.drill


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def tree(data):
    running = Tree(data, KOUTU_ADMIN_PASSWORD=PASSWORD)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


def test_it_starts_answers_and_stops_within_five_seconds(tree):
    said = tree.wait_for("Koutu is at")
    assert PASSWORD not in said
    with urllib.request.urlopen(f"http://127.0.0.1:{tree.port}/readyz") as answer:
        assert json.load(answer)["ok"]
    family = psutil.Process(tree.process.pid).children(recursive=True)
    assert len(family) >= 4
    assert tree.stop() < 5
    assert not [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_a_killed_supervisor_leaves_no_worker_behind(tree):
    tree.wait_for("Koutu is at")
    family = psutil.Process(tree.process.pid).children(recursive=True)
    tree.stop(signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_a_killed_web_process_comes_back(tree):
    tree.wait_for("Koutu is at")
    web = next(c for c in psutil.Process(tree.process.pid).children() if "gunicorn" in " ".join(c.cmdline()))
    for process in [web, *web.children()]:
        process.kill()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{tree.port}/readyz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the web process did not come back")


def test_a_made_up_password_is_shown_once(data):
    first = Tree(data)
    said = first.wait_for("Log in as admin with")
    assert re.search(r"Log in as admin with \S{8,}", said)
    first.stop()
    second = Tree(data)
    assert "Log in as" not in second.wait_for("Koutu is at")
    second.stop()


def test_a_port_in_use_is_said_in_one_line(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        tree = Tree(data, port=other.getsockname()[1])
        assert tree.process.wait(60) != 0
    lines = tree.log.read_text().strip().splitlines()
    assert len(lines) == 1
    assert "is not free" in lines[0]
    assert "PORT=" in lines[0]


def test_a_full_disk_is_said_in_one_line(data):
    tree = Tree(data, KOUTU_KEEP_FREE=str(10**18))
    assert tree.process.wait(60) != 0
    (line,) = tree.log.read_text().strip().splitlines()
    assert "GB free" in line


def test_a_second_tree_on_the_same_folder_is_refused(tree, data):
    tree.wait_for("Koutu is at")
    second = Tree(data)
    assert second.process.wait(60) != 0
    assert "running on" in second.log.read_text()


def test_a_folder_of_a_newer_koutu_is_refused_and_not_touched(tree, data):
    tree.wait_for("Koutu is at")
    tree.stop()
    with sqlite3.connect(data / "koutu.sqlite3") as database:
        row = ("clips", "9999_future", "2099-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
    again = Tree(data)
    assert again.process.wait(60) != 0
    assert "newer Koutu" in again.log.read_text()


def test_the_database_is_backed_up_before_it_is_migrated(tree, data):
    tree.wait_for("Koutu is at")
    tree.stop()
    assert not (data / "backups").exists()
    with sqlite3.connect(data / "koutu.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        database.execute("DROP TABLE django_session")
    again = Tree(data)
    again.wait_for("backed up")
    again.wait_for("Koutu is at")
    again.stop()
    assert list((data / "backups").glob("koutu-*.sqlite3"))
