"""[ingest.hostile]: what broken and malicious files do to a worker.

Crafted files (forged sizes, bombs, path tricks, playlists, scripts) and real ones with bytes changed go through the
real upload and ingest, one after another, in one process that stands for the worker, on a database of its own. Counted
are deaths of that process, clips left half-made, and failures without a reason: all of them together are the value.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter

from bench._child import start

COUNT = 500
SEED = 4


def run(full: bool) -> dict:
    """Take in 500 files and more; ``full`` 5,000."""
    began = time.perf_counter()
    count = 5000 if full else COUNT
    with tempfile.TemporaryDirectory() as folder:
        outcomes, deaths = _all(folder, count)
    told = Counter(outcome["state"] for outcome in outcomes)
    faults = [outcome for outcome in outcomes if outcome["faults"]]
    value = deaths + len(faults)
    return {
        "name": "ingest.hostile",
        "value": value,
        "unit": "deaths, half-made clips, missing reasons",
        "target": 0,
        "holds": value == 0 and len(outcomes) >= count,
        "against": f"{told['failed']} refused with a reason, {told['ready']} whole in spite of all",
        "ratio": 1.0 if value == 0 else 0.0,
        "n": len(outcomes),
        "interval": [value, value],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [{"reason": code, "files": number} for code, number in _reasons(outcomes).most_common()],
        "faults": faults[:10],
    }


def _reasons(outcomes: list[dict]) -> Counter:
    return Counter(outcome["code"] or "ready" for outcome in outcomes)


def _all(folder: str, count: int) -> tuple[list[dict], int]:
    """The outcome of each file; a worker that dies is counted and the next one goes on behind that file."""
    outcomes: list[dict] = []
    deaths, at = 0, 0
    while at is not None:
        worker = start(folder, "ingest_hostile", str(count), str(at))
        done = [json.loads(line) for line in worker.stdout if line.startswith('{"file"')]
        worker.wait()
        outcomes += done
        at = None if worker.returncode == 0 else at + len(done) + 1
        deaths += at is not None
        if deaths > 20:
            break
    return outcomes, deaths


def work(count: int, first: int) -> None:
    """In the worker: take the files in, from the given one on, and tell of each."""
    from django.core.management import call_command

    from koutu.accounts.actions import first_admin
    from koutu.accounts.models import Project, User
    from koutu.clips.models import Show

    if not first:
        call_command("migrate", verbosity=0)
        first_admin("admin", "bench only")
    show, _ = Show.objects.get_or_create(project=Project.objects.get(), name="Hostile", slug="hostile")
    for number, (name, data) in enumerate(_files(count)):
        if number >= first:
            told = _outcome(User.objects.get(), show, name, data)
            sys.stdout.write(json.dumps({"file": name, **told}) + "\n")
            sys.stdout.flush()


def _files(count: int):
    from tests.media import hostile

    made = list(hostile.crafted())
    yield from made
    yield from hostile.mutated(SEED, count - len(made))


def _outcome(actor, show, name: str, data: bytes) -> dict:
    from tests.clips.taking_in import faults_of, take_in

    clip = take_in(actor, show, name, data)
    if isinstance(clip, str):
        return {"state": "failed", "code": clip, "faults": []}
    return {"state": clip.state, "code": clip.fault_code, "faults": faults_of(clip)}


if __name__ == "__main__":
    import django

    os.environ.setdefault("KOUTU_KEEP_FREE", "0")
    os.environ.setdefault("KOUTU_MAX_FRAMES", "1000")
    django.setup()
    work(int(sys.argv[1]), int(sys.argv[2]))
