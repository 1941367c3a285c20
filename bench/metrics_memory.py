"""[metrics.memory]: the most memory the command takes for J and F, and that it does not grow with the length."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import _metric_folders
from bench._child import ROOT

TARGET = 200.0


def run(full: bool) -> dict:
    began = time.perf_counter()
    rows = []
    for frames in (100, 400) if full else (50, 100):
        with tempfile.TemporaryDirectory() as folder:
            truth, pred = _metric_folders.write(Path(folder), frames, (1920, 1080))
            rows.append({"frames": frames, "MiB": _peak(truth, pred)})
    value = max(row["MiB"] for row in rows)
    return {
        "name": "metrics.memory", "value": value, "unit": "MiB", "target": TARGET, "holds": value < TARGET,
        "against": "VmHWM of `python -m models.metrics davis --processes 1`, 2 persons at 1920x1080",
        "ratio": round(TARGET / value, 2), "n": rows[-1]["frames"],
        "interval": [min(row["MiB"] for row in rows), value],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _peak(truth: Path, pred: Path) -> float:
    """Run the command and read its own high-water mark as it ends."""
    ending = "import runpy; runpy.run_module('models.metrics', run_name='__main__')"
    asking = f"{ending}; print(open('/proc/self/status').read())"
    command = [sys.executable, "-c", asking, "davis", "--truth", truth, "--pred", pred, "--processes", "1"]
    said = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return round(int(re.search(r"VmHWM:\s+(\d+)", said)[1]) / 1024, 1)
