"""The house: its layers, sizes, licences, and words that mean nothing to a user."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In halves, so that this file does not name what no file may name.
NOWHERE = ["/wo" + "rk/", "/opt/whe" + "els", "/root/.py" + "env", "process_" + "api", "HELPERS" + ".md"]
MEDIA = {".mp4", ".mkv", ".webm", ".mov", ".jpg", ".jpeg", ".png", ".exr", ".tflite", ".onnx", ".pt"}
OURS = ("demo/", "docs/", "frontend/public/", "models/weights/", "models/gold/masks/")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | environment)


def tracked() -> list[str]:
    return run("git", "ls-files").stdout.splitlines()


def test_platform_is_no_package_and_pythons_own_is_found():
    assert not (ROOT / "platform" / "__init__.py").exists()
    script = "import sys; sys.path[:0] = ['.', 'platform']; import platform; platform.uname(); print(platform.__file__)"
    path = run(sys.executable, "-c", script).stdout.strip()
    assert path
    assert not Path(path).is_relative_to(ROOT / "platform")


def test_manage_py_finds_koutu_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_imports_run_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    done = run(str(linter), PYTHONPATH=f"{ROOT}:{ROOT / 'platform'}")
    assert done.returncode == 0, done.stdout


def test_planes_and_models_load_without_django_or_torch():
    script = "import sys; import models.planes; print(sorted({'django', 'torch', 'celery'} & set(sys.modules)))"
    assert run(sys.executable, "-c", script, PYTHONPATH=str(ROOT)).stdout.strip() == "[]"


def test_files_and_functions_hold_one_idea():
    done = run(sys.executable, "tools/check_size.py")
    assert done.returncode == 0, done.stderr + done.stdout


def test_every_dependency_has_an_allowed_licence():
    done = run(sys.executable, "tools/check_licences.py")
    assert done.returncode == 0, done.stderr


def test_no_file_names_a_place_that_no_user_has():
    found = []
    for name in tracked():
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        found += [f"{name}: {word}" for word in NOWHERE if word.encode() in data]
    assert not found


def test_other_peoples_footage_is_not_committed():
    assert not [name for name in tracked() if Path(name).suffix in MEDIA and not name.startswith(OURS)]


def test_the_locks_name_public_registries_alone():
    python = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"--(index|extra-index|find-links|trusted)|file:|\+cpu", python)
    pins = [line for line in (python + (ROOT / "torch.lock").read_text()).splitlines() if line and line[0].isalnum()]
    assert all("==" in pin for pin in pins)
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    sources = {package["resolved"].split("/")[2] for package in packages.values() if "resolved" in package}
    assert sources <= {"registry.npmjs.org"}


def test_what_may_never_come_in_is_not_locked():
    names = {re.split("[=; ]", line)[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert not names & {"torchvision", "timm", "opencv-python", "opencv-contrib-python"}


def test_no_test_is_left_out():
    words = ["pytest.mark.sk" + "ip", "pytest.sk" + "ip", "importorsk" + "ip", "mark.xf" + "ail", "TO" + "DO"]
    tests = [name for name in tracked() if name.endswith((".py", ".ts", ".tsx"))]
    found = [(name, word) for name in tests for word in words if word in (ROOT / name).read_text()]
    assert not found


def test_test_files_have_names_of_their_own():
    """pytest's plain import mode takes two files of one name for the same module."""
    names = [Path(name).name for name in tracked() if name.startswith("tests/") and Path(name).name.startswith("test_")]
    assert not {name for name in names if names.count(name) > 1}
