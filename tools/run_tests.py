"""Runs the parts of `make test` (two side by side), says how long each took, and ends in one summary line.

    python tools/run_tests.py lint unit postgres browser drills

A part that fails does not keep the others from running; the exit status is 1 if any did.
"""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-u", "-m", "pytest", "-q"]
PLAIN = ["-m", "not browser and not drill"]
# By file: what a module sets up once stays with one process.
# A process that died ends the part: with another in its place pytest-xdist may wait for ever.
PARALLEL = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--max-worker-restart", "0"]
# In seconds, of one command; three times what the slowest takes on two slow cores.
LONGEST = 1500.0
# Pure functions and the house rules do not meet a database; they are tested once.
ALIKE_ON_BOTH = ["tests/models", "tests/media", "tests/samples", "tests/house"]
# What these ask of a database the matrix of permissions and the tests beside them ask of both; the networks and the
# decoders that they run for most of their time are the same on either.
NETWORKED = ("prelabel_job", "propagate_job", "propagate_resumed", "prompts", "trackers")
BY_NETWORKS = [f"tests/annotation/test_{name}.py" for name in NETWORKED]
ONCE = [*ALIKE_ON_BOTH, *BY_NETWORKS, "tests/clips/test_hostile.py"]
BIN = Path(sys.executable).parent
# PyMatting compiles for more than a minute when it is first imported: with the drills, which wait, before two processes
# of "unit" would each do it.
COMPILED = [sys.executable, "-c", "import pymatting"]

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
    "postgres": [([*PYTEST, *PARALLEL, *PLAIN, *(f"--ignore={path}" for path in ONCE)], ".")],
    "browser": [([*PYTEST, "-m", "browser"], ".")],
    "drills": [(COMPILED, "."), ([*PYTEST, "-m", "drill and not long"], ".")],
    "long_drills": [([*PYTEST, "-m", "drill"], ".")],
}
# Drills wait most of their time for what they killed: beside what needs no database they cost little.
BESIDE = {"lint": "drills"}
# Process groups.
RUNNING: set[int] = set()
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


@dataclass
class Outcome:
    """Of one part."""

    seconds: float = 0.0
    failed: bool = False
    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0})


def main(names: list[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    began = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    for name in names:
        aside = BESIDE.get(name, "")
        if name in outcomes:
            continue
        with ThreadPoolExecutor(1) as pool:
            said = io.BytesIO()
            later = pool.submit(part, aside, said) if aside in names else None
            outcomes[name] = part(name, sys.stdout.buffer)
            if later is not None:
                outcomes[aside] = later.result()
                sys.stdout.buffer.write(said.getvalue())
    sys.stdout.flush()
    report(outcomes)
    sys.stdout.write(summary(outcomes, time.monotonic() - began))
    return 1 if any(one.failed for one in outcomes.values()) else 0


def part(name: str, out: BinaryIO) -> Outcome:
    """Run one part's commands, one after the other; what they say goes to `out`."""
    outcome, started = Outcome(), time.monotonic()
    out.write(f"\n── {name} ──\n".encode())
    out.flush()
    for command, folder in PARTS[name]:
        database = "postgres" if name == "postgres" else "sqlite"
        code, last = run(command, folder, out, KOUTU_TEST_DATABASE=database)
        outcome.failed |= code != 0
        count(outcome.counts, last, code, is_pytest=command[: len(PYTEST)] == PYTEST)
    outcome.seconds = time.monotonic() - started
    return outcome


def run(command: list[str], folder: str, out: BinaryIO, **environment: str) -> tuple[int, str]:
    """Run one command, its output handed on as it comes; return its exit status and last line."""
    lines = [b""]
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    # Hundreds of processes start here: what one of them compiled the others read. Empty is unset.
    shared = {"NO_COLOR": "1", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}
    # Side by side there is a process a core: threads of theirs would wait for each other.
    alone = {"OMP_NUM_THREADS": "1"} if set(PARALLEL) <= set(command) else {}
    own = os.environ | shared | alone | environment
    with _started(command, ROOT / folder, own) as process:
        # By pieces and not by lines: a dot of pytest shows when its test has passed.
        while piece := os.read(process.stdout.fileno(), 4096):
            out.write(piece)
            out.flush()
            lines = [line for line in (lines[-1] + piece).split(b"\n")[-3:] if line.strip()] or [b""]
    return process.returncode, lines[-1].decode(errors="replace")


@contextmanager
def _started(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command that ends, with all that it started, when we do and after `LONGEST` seconds at the latest."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    RUNNING.add(process.pid)

    def end() -> None:
        sys.stdout.write(f"\nended after {LONGEST:.0f} s: {' '.join(command)}\n")
        os.killpg(process.pid, signal.SIGKILL)

    limit = Timer(LONGEST, end)
    limit.start()
    try:
        with process:
            yield process
    finally:
        limit.cancel()
        RUNNING.discard(process.pid)


def stop(number: int, _frame: object) -> None:
    """Whoever ends us ends what we started."""
    for pid in RUNNING:
        os.killpg(pid, signal.SIGKILL)
    sys.exit(128 + number)


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


def report(outcomes: dict[str, Outcome]) -> None:
    sys.stdout.write("\n")
    for name, one in outcomes.items():
        sys.stdout.write(f"{name:10} {one.seconds:6.0f} s  {'FAILED' if one.failed else 'ok'}\n")


def summary(outcomes: dict[str, Outcome], seconds: float) -> str:
    """The line pytest itself ends with, over all parts."""
    passed, failed = (sum(one.counts[word] for one in outcomes.values()) for word in ("passed", "failed"))
    return f"{f'{failed} failed, ' if failed else ''}{passed} passed in {seconds:.2f}s\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
