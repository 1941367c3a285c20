"""[start.cold]: `make run` on a bare clone in a new folder, without a virtualenv, to /readyz."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench._tree import wait_ready
from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
TARGET = 360.0


def run(full: bool) -> dict:
    with tempfile.TemporaryDirectory(prefix="koutu-bench-") as folder:
        clone = Path(folder) / "koutu"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        port = free_port()
        ours = ("KOUTU", "PYTHONPATH", "VIRTUAL")
        keep = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environment = keep | {"PORT": str(port), "KOUTU_DEMO": "0"}
        began = time.monotonic()
        process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            wait_ready(f"http://127.0.0.1:{port}", 900)
            seconds = time.monotonic() - began
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    return {
        "name": "start.cold", "value": round(seconds, 1), "unit": "s", "target": TARGET, "holds": seconds <= TARGET,
        "against": "make run on a bare clone to /readyz; package caches of the machine as they were",
        "ratio": TARGET / seconds, "n": 1, "interval": None, "seconds": round(seconds, 1),
    }  # fmt: skip
