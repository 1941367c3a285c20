"""What the processes that run all day keep in memory: nothing that only a job needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = "import sys, django; django.setup(); {more}; print(*sorted({heavy!r} & set(sys.modules)))"
HEAVY = {"av", "cv2", "simplejpeg", "boto3", "torch", "scipy"}


@pytest.mark.parametrize(
    ("more", "heavy"),
    [
        # A worker that waits, and what started it.
        ("import koutu.jobs.tasks, koutu.clips.places", HEAVY | {"numpy", "PIL"}),
        # The web merges tiles of planes: that takes numpy.
        ("import koutu.config.urls", HEAVY),
    ],
)
def test_what_waits_is_light(more, heavy):
    command = [sys.executable, "-c", ASK.format(more=more, heavy=heavy)]
    settings = {"DJANGO_SETTINGS_MODULE": "koutu.config.settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    said = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
