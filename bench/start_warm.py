"""[start.warm]: a second `make run` on a folder that is set up, to /readyz."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from bench._tree import tree, wait_ready
from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
TARGET = 10.0


def run(full: bool) -> dict:
    began = time.monotonic()
    times = []
    with tempfile.TemporaryDirectory(prefix="koutu-bench-") as folder:
        data = Path(folder) / "data"
        with tree(data):
            pass
        for _ in range(5 if full else 3):
            times.append(_make_run(data))
    return {
        "name": "start.warm", "value": round(median(times), 2), "unit": "s", "target": TARGET,
        "holds": median(times) <= TARGET, "against": "make run to /readyz, all set up", "ratio": TARGET / median(times),
        "n": len(times), "interval": [round(min(times), 2), round(max(times), 2)],
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _make_run(data: Path) -> float:
    port = free_port()
    environment = os.environ | {"KOUTU_DATA": str(data), "PORT": str(port), "KOUTU_DEMO": "0"}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_ready(f"http://127.0.0.1:{port}", 120)
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait(20)
