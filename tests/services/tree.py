"""A running `manage.py up` on a data folder of its own: web, workers and sweeper as a person starts them."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import ClassVar

import requests

from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "first admin of the test"
# What the ground of the tests sets for itself must not reach a process tree that has its own.
NOT_PASSED_ON = ("DATABASE_URL", "BROKER_URL", "KOUTU_SECRET_KEY", "KOUTU_DB_POOL", "DJANGO_SETTINGS_MODULE")


PR_SET_PDEATHSIG = 1


def _stop_with_the_tests() -> None:
    """A test run that is cut off leaves no tree running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Tree:
    """Started at once; `wait_for` waits for a line of its output."""

    started: ClassVar[list["Tree"]] = []

    def __init__(self, data: Path, port: int | None = None, **environment: str) -> None:
        self.data, self.port = data, port or free_port()
        inherited = {key: value for key, value in os.environ.items() if key not in NOT_PASSED_ON}
        own = {"KOUTU_DATA": str(data), "PORT": str(self.port), "KOUTU_DEMO": "0", "KOUTU_KEEP_FREE": "50000000"}
        self.environment = inherited | own | environment
        self.log = data.parent / f"up-{self.port}.log"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT, env=self.environment, stdout=self.log.open("w"), stderr=subprocess.STDOUT,
            preexec_fn=_stop_with_the_tests,
        )  # fmt: skip
        Tree.started.append(self)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, text: str, seconds: float = 90) -> str:
        """Return all that was said once `text` was; raises AssertionError with the log otherwise."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in (said := self.log.read_text()):
                return said
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"{text!r} was not said:\n{self.log.read_text()}")

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Until /readyz answers 200, for instance after a kill."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.address}/readyz", timeout=2).close()  # noqa: S310 our own
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"not ready in {seconds} s:\n{self.log.read_text()}")

    def stop(self, number: int = signal.SIGINT) -> float:
        """Send the signal and wait; returns the seconds it took."""
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(20)
        return time.monotonic() - started

    def manage(self, *arguments: str) -> str:
        """Run a management command on the tree's data folder; returns its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


class Script:
    """What a script does over the API, logged in as the administrator."""

    def __init__(self, address: str, username: str = "admin", password: str = PASSWORD) -> None:
        self.address, self.session = address, requests.Session()
        # No connection is kept: the server ends one that rests for some seconds, perhaps while it is written to.
        self.session.headers.update({"Referer": address, "Connection": "close"})
        self.session.get(f"{address}/login", timeout=60).raise_for_status()
        self("POST", "/_allauth/browser/v1/auth/login", {"username": username, "password": password})

    def __call__(self, method: str, path: str, body: dict | None = None):
        answer = self.raw(method, path, json=body)
        return json.loads(answer) if answer else None

    def upload(self, path: Path, show: str) -> dict:
        """Give the clip to a new show of this name; returns the clip."""
        (project,) = self("GET", "/api/me")["projects"]
        made = self("POST", "/api/shows", {"name": show, "project": project["id"]})
        self("POST", f"/api/shows/{made['id']}/rights", {"owner": "The studio", "licence": "All uses"})
        with path.open("rb") as file:
            return json.loads(self.raw("POST", "/api/clips", data={"show": made["id"]}, files={"file": file}))

    def raw(self, method: str, path: str, **sent) -> bytes:
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", "")}
        answer = self.session.request(method, self.address + path, headers=headers, timeout=60, **sent)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.content

    def until(self, found, seconds: float = 240):
        """Ask `found(script)` until it gives something true; returns that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := found(self):
                return value
            time.sleep(0.3)
        raise AssertionError(f"not in {seconds} s; jobs: {self('GET', '/api/jobs')}")
