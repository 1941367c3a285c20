"""Runs the parts of `make test` one after the other, says how long each took, and ends in one summary line.

    python tools/run_tests.py lint unit postgres browser drills

A part that fails does not keep the others from running; the exit status is 1 if any did.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-u", "-m", "pytest", "-q"]
PLAIN = ["-m", "not browser and not drill"]
# By file: what a module sets up once stays with one process.
PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
# Pure functions and the house rules do not meet a database; they are tested once.
ALIKE_ON_BOTH = ["tests/models", "tests/media", "tests/samples", "tests/house"]
BIN = Path(sys.executable).parent

PARTS: dict[str, list[tuple[list[str], str]]] = {
    "lint": [
        ([str(BIN / "ruff"), "check", "."], "."),
        ([str(BIN / "mypy")], "."),
        ([str(BIN / "lint-imports"), "--no-logo"], "."),
        ([sys.executable, "tools/check_size.py"], "."),
        ([sys.executable, "tools/check_licences.py"], "."),
        (["npm", "run", "--silent", "lint"], "frontend"),
        (["npm", "run", "--silent", "test", "--", "--reporter=dot"], "frontend"),
    ],
    "unit": [([*PYTEST, *PARALLEL, *PLAIN], ".")],
    "postgres": [([*PYTEST, *PARALLEL, *PLAIN, *(f"--ignore={path}" for path in ALIKE_ON_BOTH)], ".")],
    "browser": [([*PYTEST, "-m", "browser"], ".")],
    "drills": [([*PYTEST, "-m", "drill and not long"], ".")],
    "long_drills": [([*PYTEST, "-m", "drill"], ".")],
}
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


def main(names: list[str]) -> int:
    began = time.monotonic()
    times, failed, counts = {}, [], {"passed": 0, "failed": 0}
    for name in names:
        started = time.monotonic()
        sys.stdout.write(f"\n── {name} ──\n")
        for command, folder in PARTS[name]:
            code, last = run(command, folder, KOUTU_TEST_DATABASE="postgres" if name == "postgres" else "sqlite")
            if code:
                failed.append(name)
            count(counts, last, code, is_pytest=command[: len(PYTEST)] == PYTEST)
        times[name] = time.monotonic() - started
    report(times, set(failed))
    sys.stdout.write(summary(counts, time.monotonic() - began))
    return 1 if failed else 0


def run(command: list[str], folder: str, **environment: str) -> tuple[int, str]:
    """Run one command with its output shown as it comes; return its exit status and last line."""
    lines = [b""]
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    # Hundreds of processes start here: what one of them compiled the others read. Empty is unset.
    shared = {"NO_COLOR": "1", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}
    own = os.environ | shared | environment
    with subprocess.Popen(
        command, cwd=ROOT / folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=own
    ) as process:
        # By pieces and not by lines: a dot of pytest shows when its test has passed.
        while piece := os.read(process.stdout.fileno(), 4096):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            lines = [line for line in (lines[-1] + piece).split(b"\n")[-3:] if line.strip()] or [b""]
    return process.returncode, lines[-1].decode(errors="replace")


def count(counts: dict[str, int], last: str, code: int, *, is_pytest: bool) -> None:
    """Add pytest's own figures; another tool counts as one test."""
    if not is_pytest:
        counts["failed" if code else "passed"] += 1
        return
    found = COUNT.findall(last)
    for number, word in found:
        counts["passed" if word == "passed" else "failed"] += int(number)
    if code and not any(word != "passed" for _, word in found):
        counts["failed"] += 1


def report(times: dict[str, float], failed: set[str]) -> None:
    sys.stdout.write("\n")
    for name, seconds in times.items():
        sys.stdout.write(f"{name:10} {seconds:6.0f} s  {'FAILED' if name in failed else 'ok'}\n")


def summary(counts: dict[str, int], seconds: float) -> str:
    """The line pytest itself ends with, over all parts."""
    failed = f"{counts['failed']} failed, " if counts["failed"] else ""
    return f"{failed}{counts['passed']} passed in {seconds:.2f}s\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
