"""kill -9 in the middle: on the embedded broker and on Valkey nothing is lost and nothing doubled.

A clip goes through a tree whose workers are killed; what stands in the database and in the blob folder afterwards must
be what an undisturbed run leaves.
"""

import sqlite3
import time
from pathlib import Path

import psutil
import pytest

from koutu.clips import media
from koutu.samples.video import make_clip
from tests.services.tree import PASSWORD, ROOT, Script, Tree
from tests.services.valkey import valkey

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]
DEMO = ROOT / "demo" / "court.webm"
# Two shots of the demo, fourteen frames each side of its first cut: short, so that a drill is seconds.
SHORT = range(32, 60)
QUICK = {"KOUTU_JOB_LEASE": "3", "KOUTU_JOB_SWEEP": "0.5", "KOUTU_ADMIN_PASSWORD": PASSWORD}


def start(data: Path, **more: str) -> tuple[Tree, Script]:
    tree = Tree(data, **QUICK, **more)
    tree.wait_for("Koutu is at")
    return tree, Script(tree.address)


def stored(data: Path) -> dict:
    """What a person would miss or find twice."""
    with sqlite3.connect(data / "koutu.sqlite3") as database:

        def all_of(query: str) -> list:
            return database.execute(query).fetchall()

        return {
            "frames": all_of('SELECT "index", pts, sha256 FROM clips_frame ORDER BY "index"'),
            "shots": all_of("SELECT first, last FROM clips_shot ORDER BY first"),
            "tasks": all_of("SELECT first, last, stage FROM annotation_task ORDER BY first"),
            "subjects": all_of(
                "SELECT s.first, p.number FROM annotation_subject p JOIN clips_shot s ON s.id = p.shot_id"
                " WHERE p.deleted_at IS NULL ORDER BY 1, 2"
            ),
            "heads": all_of(
                'SELECT f."index", s.number, r.presence, b.kind, b.address FROM annotation_head h'
                " JOIN clips_frame f ON f.id = h.frame_id JOIN annotation_subject s ON s.id = h.subject_id"
                " JOIN annotation_revision r ON r.id = h.revision_id"
                " LEFT JOIN annotation_revisionplane p ON p.revision_id = r.id"
                " LEFT JOIN storage_blob b ON b.id = p.blob_id ORDER BY 1, 2, 3, 4, 5"
            ),
            "revisions": all_of("SELECT count(*) FROM annotation_revision"),
        }


def all_done(ask) -> bool:
    jobs = ask("GET", "/api/jobs")["results"]
    assert not [job for job in jobs if job["state"] == "failed"], jobs
    return len(jobs) == 2 and all(job["state"] == "done" for job in jobs)


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory) -> Path:
    frames = (frame.image for frame in media.frames(DEMO, media.probe(DEMO)) if frame.index in SHORT)
    return make_clip(tmp_path_factory.mktemp("short") / "court.webm", images=frames, fps=24)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, short_clip):
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    tree, script = start(data)
    tree.manage("ingest", str(short_clip), "--show", "Court")
    script.until(all_done)
    tree.stop()
    return stored(data)


def kill_worker_in(tree: Tree, script: Script, kind: str) -> None:
    """kill -9 the worker that runs the job once it has shown some progress."""
    script.until(lambda ask: [j for j in ask("GET", "/api/jobs")["results"] if j["kind"] == kind and j["done"]])
    name = {"ingest": "media@", "prelabel": "models@"}[kind]
    for process in psutil.Process(tree.process.pid).children(recursive=True):
        if any(name in word for word in process.cmdline()):
            process.kill()


@pytest.fixture(params=["embedded", "valkey"])
def broker(request, tmp_path):
    """Settings of the broker: a folder, or a real Valkey with its append-only file."""
    if request.param == "embedded":
        yield {}
        return
    with valkey(tmp_path / "valkey") as url:
        yield {"BROKER_URL": url}


def test_a_worker_killed_in_mid_ingest(tmp_path, broker):
    tree, script = start(tmp_path / "data", **broker)
    tree.manage("ingest", str(DEMO), "--show", "Court")
    kill_worker_in(tree, script, "ingest")
    clip = script.until(lambda ask: next((c for c in ask("GET", "/api/clips") if c["state"] == "ready"), None))
    tree.stop()
    kept = stored(tmp_path / "data")
    about = media.probe(DEMO)
    assert [(index, sha256) for index, _, sha256 in kept["frames"]] == [
        (record.index, record.sha256) for record in media.decode_clip(DEMO, about)
    ]
    assert (clip["frames"], kept["shots"]) == (184, [(0, 45), (46, 91), (92, 137), (138, 183)])


def test_a_worker_killed_in_mid_prelabel(tmp_path, undisturbed, short_clip, broker):
    tree, script = start(tmp_path / "data", **broker)
    tree.manage("ingest", str(short_clip), "--show", "Court")
    kill_worker_in(tree, script, "prelabel")
    script.until(all_done)
    assert tree.manage("fsck").splitlines()[-1] == "nothing is missing or damaged"
    tree.stop()
    assert stored(tmp_path / "data") == undisturbed


def test_everything_killed_and_started_again(tmp_path, undisturbed, short_clip):
    tree, script = start(tmp_path / "data")
    tree.manage("ingest", str(short_clip), "--show", "Court")
    script.until(lambda ask: [j for j in ask("GET", "/api/jobs")["results"] if j["kind"] == "prelabel" and j["done"]])
    family = psutil.Process(tree.process.pid).children(recursive=True)
    for process in [psutil.Process(tree.process.pid), *family]:
        process.kill()
    tree.process.wait()
    psutil.wait_procs(family, timeout=10)
    again, script = start(tmp_path / "data")
    script.until(all_done)
    again.stop()
    assert stored(tmp_path / "data") == undisturbed


def test_cancelled_work_stops_within_five_seconds_and_keeps_what_it_had(tmp_path, short_clip):
    tree, script = start(tmp_path / "data")
    tree.manage("ingest", str(short_clip), "--show", "Court")

    def first_shot_done(ask):
        return [j for j in ask("GET", "/api/jobs")["results"] if j["kind"] == "prelabel" and j["done"] > 14]

    (job,) = script.until(first_shot_done)
    started = time.monotonic()
    script("POST", f"/api/jobs/{job['id']}/cancel")
    script.until(lambda ask: ask("GET", f"/api/jobs/{job['id']}")["state"] == "cancelled", 10)
    assert time.monotonic() - started < 5
    kept = stored(tmp_path / "data")
    assert kept["heads"], "the shots done before stay"
    script("POST", f"/api/jobs/{job['id']}/retry", {"reason": "go on"})
    script.until(lambda ask: ask("GET", f"/api/jobs/{job['id']}")["state"] == "done")
    tree.stop()
    assert len(stored(tmp_path / "data")["subjects"]) >= len(kept["subjects"])
