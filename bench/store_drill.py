"""[store.drill]: what is lost when the store's processes, disk and server go away at any moment.

Rounds on two data folders, one with its packs in a folder on a disk of its own, one with them in a bucket of a real S3
server. In each, two processes ingest, save, collect waste, compact and back up; then both are killed with SIGKILL, or
the disk is filled to its last bytes first, or the line to the server is cut. The next round begins with a check of all
that was ever acknowledged, and a whole fsck. At the end every clip must be ready, and the last backup restored
elsewhere. The value is what was lost, found by fsck, or could not be finished.
"""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench._child import ROOT

ROUNDS = 40
DISK_BYTES = 400 * 2**20
SECONDS = (0.5, 6.0)


def run(full: bool) -> dict:
    """40 rounds, ``full`` 200. Needs root: a disk of its own is mounted."""
    began = time.perf_counter()
    found = drill(200 if full else ROUNDS, seed=4)
    value = len(found.lost) + len(found.problems) + len(found.unfinished)
    return {
        "name": "store.drill",
        "value": value,
        "unit": "lost, damaged or unfinished",
        "target": 0,
        "holds": value == 0,
        "against": f"{found.acknowledged} acknowledged: {dict(found.told)}; refused meanwhile: {len(found.refusals)}",
        "ratio": 1.0 if value == 0 else 0.0,
        "n": found.rounds,
        "interval": [value, value],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"mode": mode, "rounds": number} for mode, number in found.modes.items()],
        "lost": found.lost[:5],
        "problems": (found.problems + found.unfinished)[:5],
    }


class Found:
    def __init__(self) -> None:
        self.lost: list[dict] = []
        self.problems: list[str] = []
        self.told: Counter[str] = Counter()
        self.modes: Counter[str] = Counter()
        self.refusals: list[str] = []
        self.unfinished: list[str] = []
        self.rounds = 0

    @property
    def acknowledged(self) -> int:
        return sum(self.told.values())


def drill(rounds: int, seed: int) -> Found:
    chance, found = random.Random(seed), Found()
    with ExitStack() as stack:
        worlds = [stack.enter_context(_on_a_small_disk()), stack.enter_context(_in_a_bucket())]
        for number in range(rounds):
            world = worlds[number % 2]
            mode = world.modes[number // 2 % len(world.modes)]
            found.modes[f"{world.name}: {mode}"] += 1
            found.rounds += 1
            world.round(mode, chance, found)
        for world in worlds:
            world.settle(found)
    return found


class World:
    """One data folder, what was acknowledged in it, and the ways to disturb it."""

    name, modes = "", ()

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.acknowledged = folder, []
        self.backups = folder.parent / "backups"
        self.environment = environment | {"KOUTU_DRILL_BACKUPS": str(self.backups), "KOUTU_KEEP_FREE": "0"}
        self.say("prepare")

    def start(self, *arguments: str, **pipes) -> subprocess.Popen:
        settings = {
            "KOUTU_DATA": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder}/koutu.sqlite3",
            "BROKER_URL": "memory://",
            "KOUTU_JOB_LEASE": "2",
            "DJANGO_SETTINGS_MODULE": "koutu.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
        }
        command = [sys.executable, "-m", "bench._storing", *arguments]
        environment = os.environ | settings | self.environment
        with self.log.open("a") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=log, **pipes
            )

    @property
    def log(self) -> Path:
        return self.folder.parent / f"{self.name}.log"

    def say(self, *arguments: str, lines: str = "") -> dict:
        process = self.start(*arguments, stdin=subprocess.PIPE)
        said = process.communicate(lines)[0].splitlines()
        if process.returncode:
            raise RuntimeError(f"{arguments}: exit {process.returncode}\n{self.log.read_text()[-3000:]}")
        kind, _, told = said[-1].partition(" ")
        return json.loads(told) | {"kind": kind}

    def round(self, mode: str, chance: random.Random, found: Found) -> None:
        seed = str(chance.randrange(10**6))
        pair = [self.start("write", seed), self.start("keep", seed)]
        try:
            for process in pair:
                process.stdout.readline()
            time.sleep(chance.uniform(*SECONDS))
            self.disturb(mode, chance)
        finally:
            for process in pair:
                process.kill()
            self.mend()
        for process in pair:
            self._take_down(process.communicate()[0], found)
        self.check(found)

    def _take_down(self, said: str, found: Found) -> None:
        for line in said.splitlines():
            kind, _, told = line.partition(" ")
            found.refusals += [json.loads(told)["error"]] if kind == "failed" else []
            if kind == "did":
                self.acknowledged.append(json.loads(told))
                found.told[next(iter(self.acknowledged[-1]))] += 1

    def check(self, found: Found) -> None:
        told = self.say("check", lines="".join(f"{json.dumps(one)}\n" for one in self.acknowledged))
        found.lost += told["lost"]
        found.problems += told["problems"]

    def disturb(self, mode: str, chance: random.Random) -> None:
        """What happens before the kill."""

    def mend(self) -> None:
        """What was done is undone."""

    def settle(self, found: Found) -> None:
        """Nothing is in the way any more: all is finished, and comes back from the last backup."""
        found.unfinished += self.say("settle")["unfinished"]
        self.check(found)
        if any(self.backups.glob("*/backup.json")):
            self._restore(found)

    def _restore(self, found: Found) -> None:
        folder = self.folder.parent / "restored"
        environment = os.environ | self.environment | {
            "KOUTU_DATA": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/koutu.sqlite3",
            "KOUTU_BLOBS": f"{folder}/blobs",
        }
        for command in (["restore", str(self.backups)], ["fsck"]):
            manage = [sys.executable, str(ROOT / "manage.py"), *command]
            done = subprocess.run(manage, env=environment, capture_output=True, text=True)
            found.problems += [done.stderr[-500:]] if done.returncode else []


class SmallDisk(World):
    name, modes = "folder", ("kill", "disk full")

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def disturb(self, mode: str, chance: random.Random) -> None:
        if mode == "disk full":
            with self.ballast.open("wb", buffering=0) as file:
                with contextlib.suppress(OSError):
                    while file.write(bytes(2**20)):
                        pass
                # A little is left: what fails is then now this, now that.
                file.truncate(max(0, file.tell() - chance.randint(0, 10**6)))
            time.sleep(chance.uniform(0.5, 4))

    def mend(self) -> None:
        self.ballast.unlink(missing_ok=True)


class InABucket(World):
    name, modes = "bucket", ("line cut", "kill")

    def __init__(self, folder: Path, server, **environment: str) -> None:
        self.server, self.line = server, None
        super().__init__(folder, KOUTU_BLOBS="s3://koutu-tests/drill", KOUTU_S3_ENDPOINT=server.endpoint, **environment)

    def round(self, mode: str, chance: random.Random, found: Found) -> None:
        from tests.services.cutting import CuttingProxy

        line = CuttingProxy(self.server.port, chance.randint(10_000, 2_000_000), stays_cut=True)
        straight = self.environment["KOUTU_S3_ENDPOINT"]
        if mode == "line cut":
            self.line, self.environment["KOUTU_S3_ENDPOINT"] = line, f"http://127.0.0.1:{line.port}"
        try:
            super().round(mode, chance, found)
        finally:
            self.environment["KOUTU_S3_ENDPOINT"] = straight
            line.close()

    def check(self, found: Found) -> None:
        self.environment["KOUTU_S3_ENDPOINT"] = self.server.endpoint
        super().check(found)


@contextmanager
def _on_a_small_disk() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk)], check=True)
        try:
            yield SmallDisk(disk)
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


@contextmanager
def _in_a_bucket() -> Iterator[World]:
    from tests.services.s3 import s3

    with tempfile.TemporaryDirectory() as folder, s3() as server:
        data = Path(folder) / "data"
        data.mkdir()
        yield InABucket(data, server)
