"""A disk that fills up in the middle of a file: a real one of 8 MiB, in a mount namespace of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
from pathlib import Path

import django

django.setup()
from django.core.management import call_command
from koutu.accounts.models import Organisation
from koutu.storage import blobs, fsck, packs
from koutu.storage.blobs import PackWriter
from koutu.storage.errors import DiskFull
from koutu.storage.homes import home

call_command("migrate", verbosity=0)
studio = Organisation.objects.create(name="Studio")
film = Path(sys.argv[1])
film.write_bytes(os.urandom(2**20) * 7)


def refused(act):
    try:
        act()
    except DiskFull as error:
        print("refused:", error.code)


def many_small():
    with PackWriter(studio) as pack:
        for number in range(200):
            data = os.urandom(2**16)
            pack.add("frame", blobs.hashlib.sha256(data).hexdigest(), data)


refused(many_small)
refused(lambda: PackWriter.of_file(studio, "source", blobs.file_address(film), film))
refused(lambda: PackWriter.of_file(studio, "source", blobs.file_address(film), film))
print("drafts:", len(list(packs.drafts().iterdir())), "packs:", len(list(home().all())))
with PackWriter(studio) as pack:
    pack.add("frame", "0" * 64, b"there is room for little things")
print("problems:", len(list(fsck.problems())))
"""


@pytest.fixture
def on_a_small_disk(tmp_path):
    """Run a script whose blobs lie on a disk of 8 MiB; its database and files do not."""
    disk = tmp_path / "small"
    disk.mkdir()
    environment = os.environ | {
        "KOUTU_DATA": str(tmp_path / "data"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'koutu.sqlite3'}",
        "KOUTU_BLOBS": str(disk),
        "KOUTU_KEEP_FREE": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    mount = f'mount -t tmpfs -o size=8m tmpfs "{disk}" && exec "$@"'
    # Root mounts; others do as root of a user namespace of their own.
    apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]

    def run(script: str, *arguments: Path) -> list[str]:
        command = [*apart, "sh", "-c", mount, "sh", sys.executable, "-c", script, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_a_disk_that_fills_up_refuses_and_keeps_nothing_half(on_a_small_disk, tmp_path):
    said = on_a_small_disk(SCRIPT, tmp_path / "film.mp4")
    assert said == ["refused: disk_full", "refused: disk_full", "drafts: 0 packs: 1", "problems: 0"]
