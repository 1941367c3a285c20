"""A process of its own with a data folder of its own, for benches that need Django."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def start(folder: str, module: str, *arguments: str) -> subprocess.Popen:
    """Run ``python -m bench.MODULE ARGUMENTS`` on `folder`; its output is a pipe."""
    environment = os.environ | {
        "KOUTU_DATA": folder,
        "DATABASE_URL": f"sqlite:///{folder}/koutu.sqlite3",
        "BROKER_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "koutu.config.settings",
        "KOUTU_LOG_JSON": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
    }
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def last_line(folder: str, module: str, *arguments: str) -> str:
    """Run it to its end and return the last line it said; raises CalledProcessError where it failed."""
    process = start(folder, module, *arguments)
    said = process.communicate()[0]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, module)
    return said.splitlines()[-1] if said else ""
