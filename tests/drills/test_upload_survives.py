"""A large file survives a connection cut at 90 % and a server that is killed and started again."""

import hashlib
import json
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from koutu.samples.video import make_clip
from tests.drills.aftermath import start
from tests.services.cutting import CuttingProxy
from tests.services.tree import PASSWORD, Script, Tree

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]
SENDER = Path(__file__).with_name("send.mjs")


def film_of(size: int, folder: Path) -> Path:
    """A real film with padding behind it, which players pass over: as large as a master, as quick as a snippet."""
    path = make_clip(folder / "第1集 master.mp4", images=None)
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        file.write((size - end).to_bytes(4, "big") + b"free")
        file.truncate(size)
    return path


def sender(script: Script, port: int, film: Path, show: str) -> subprocess.Popen:
    cookies = "; ".join(f"{name}={value}" for name, value in script.session.cookies.items())
    headers = {"Cookie": cookies, "X-CSRFToken": script.session.cookies["csrftoken"], "Referer": script.address}
    endpoint = f"http://127.0.0.1:{port}/api/uploads"
    command = ["node", SENDER, film, endpoint, json.dumps(headers), json.dumps({"show": show})]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_and_started_again(tree: Tree) -> Tree:
    family = psutil.Process(tree.process.pid).children(recursive=True)
    tree.stop(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)
    return Tree(tree.data, tree.port, KOUTU_ADMIN_PASSWORD=PASSWORD)


@pytest.mark.parametrize("size", [60 * 2**20, pytest.param(2 * 10**9, marks=pytest.mark.long)])
def test_a_cut_at_ninety_percent_and_a_server_killed(tmp_path, size):
    film = film_of(size, tmp_path)
    tree, script = start(tmp_path / "data")
    (project,) = script("GET", "/api/me")["projects"]
    show = script("POST", "/api/shows", {"name": "Masters", "project": project["id"]})["id"]
    proxy = CuttingProxy(tree.port, int(size * 0.9), stays_cut=True)
    client = sender(script, proxy.port, film, show)
    proxy.wait_for_the_cut(120)
    again = killed_and_started_again(tree)
    # From now on the client meets a server that does not listen yet.
    proxy.mend()
    said, trouble = client.communicate(timeout=400)
    assert client.returncode == 0, trouble
    script = Script(tree.address)
    upload = script("GET", "/api/uploads/" + said.strip().rsplit("/", 1)[-1])
    clip = script.until(lambda ask: (c := ask("GET", f"/api/clips/{upload['clip']}"))["state"] == "ready" and c)
    assert (clip["name"], clip["size_bytes"]) == ("第1集 master", size)
    assert script.until(lambda ask: not ask("GET", "/api/uploads"))
    again.stop()
    assert source_address(tmp_path / "data") == hashlib.file_digest(film.open("rb"), "sha256").hexdigest()


def source_address(data: Path) -> str:
    """The SHA-256 of the largest pack, which is the uploaded file."""
    largest = max((data / "blobs").glob("??/*.pack"), key=lambda path: path.stat().st_size)
    with largest.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
