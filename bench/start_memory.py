"""[start.memory]: memory of the whole idle tree before a model is loaded, shared pages counted once (PSS)."""

import time
from pathlib import Path

import psutil

from bench._tree import tree

TARGET = 600.0


def run(full: bool) -> dict:
    began = time.monotonic()
    with tree() as running:
        time.sleep(10)
        processes = [psutil.Process(running.process.pid)]
        processes += processes[0].children(recursive=True)
        rows = [{"process": _name(process), "MiB": round(_pss(process), 1)} for process in processes]
    total = sum(row["MiB"] for row in rows)
    return {
        "name": "start.memory", "value": round(total, 1), "unit": "MiB", "target": TARGET, "holds": total < TARGET,
        "against": "PSS of supervisor, web and workers, idle", "ratio": TARGET / total, "n": len(rows),
        "interval": None, "rows": rows, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _pss(process: psutil.Process) -> float:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _name(process: psutil.Process) -> str:
    words = [word for word in process.cmdline() if "@" in word or word in ("up", "gunicorn")]
    return words[-1] if words else process.name()
