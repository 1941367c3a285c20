"""`manage.py up`: the whole tree starts, says where it is, refuses what cannot work, and stops at once."""

import re
import signal
import socket
import sqlite3
import time

import psutil
import pytest
import requests

from tests.services.tree import PASSWORD, Tree

pytestmark = pytest.mark.drill


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """One that runs while this module looks at it; whoever stops it is the last."""
    running = Tree(tmp_path_factory.mktemp("up") / "data")
    running.wait_for("Koutu is at")
    yield running
    running.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def left_behind(tree):
    """The data folder of a tree that ran and was stopped."""
    tree.stop()
    return tree.data


def family_of(tree: Tree, size: int = 4) -> list[psutil.Process]:
    """The children, once there are `size` of them."""
    end = time.monotonic() + 20
    while len(found := psutil.Process(tree.process.pid).children(recursive=True)) < size:
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def test_it_answers_and_shows_a_made_up_password(tree):
    assert re.search(r"Log in as admin with \S{8,}", tree.log.read_text())
    assert requests.get(f"{tree.address}/readyz", timeout=10).json()["ok"]


def test_a_second_tree_on_the_same_folder_is_refused(tree):
    second = Tree(tree.data)
    assert second.process.wait(60) != 0
    assert "running on" in second.log.read_text()


def test_a_killed_web_process_comes_back(tree):
    web = next(child for child in family_of(tree) if "gunicorn" in " ".join(child.cmdline()))
    for process in [web, *web.children()]:
        process.kill()
    tree.wait_until_ready(30)


def test_it_stops_within_five_seconds_and_leaves_nothing(tree):
    family = family_of(tree)
    assert tree.stop() < 5
    assert not [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_the_database_is_backed_up_before_it_is_migrated_and_the_password_is_not_shown_again(left_behind):
    assert not (left_behind / "backups").exists()
    with sqlite3.connect(left_behind / "koutu.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        database.execute("DROP TABLE django_session")
    again = Tree(left_behind)
    said = again.wait_for("Koutu is at")
    again.stop()
    assert "backed up" in said
    assert "Log in as" not in said
    assert list((left_behind / "backups").glob("koutu-*.sqlite3"))


def test_a_folder_of_a_newer_koutu_is_refused_and_not_touched(left_behind):
    with sqlite3.connect(left_behind / "koutu.sqlite3") as database:
        row = ("clips", "9999_future", "2099-01-01")
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", row)
        before = list(database.iterdump())
    again = Tree(left_behind)
    assert again.process.wait(60) != 0
    assert "newer Koutu" in again.log.read_text()
    with sqlite3.connect(left_behind / "koutu.sqlite3") as database:
        assert list(database.iterdump()) == before


def test_a_killed_supervisor_leaves_no_worker_behind(data):
    tree = Tree(data, KOUTU_ADMIN_PASSWORD=PASSWORD)
    assert PASSWORD not in tree.wait_for("Koutu is at")
    family = family_of(tree)
    tree.stop(signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


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
