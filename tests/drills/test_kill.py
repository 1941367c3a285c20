"""kill -9 in the middle: on the embedded broker and on Valkey nothing is lost and nothing doubled.

A clip goes through a tree whose workers are killed; what stands in the database and in the blob folder afterwards must
be what an undisturbed run leaves.
"""

import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from koutu.clips import media
from tests.drills.aftermath import DEMO, SHORT, all_done, start, stored
from tests.services.desk import Desk
from tests.services.tree import Script, Tree
from tests.services.valkey import valkey

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]
SPAN = 6  # frames between the anchors of a propagation


def kill_worker_in(tree: Tree, script: Script, kind: str) -> None:
    """kill -9 the worker that runs the job once it has shown some progress."""
    script.until(lambda ask: [j for j in ask("GET", "/api/jobs")["results"] if j["kind"] == kind and j["done"]])
    kill_worker(tree, {"ingest": "media", "prelabel": "models"}[kind])


def kill_worker(tree: Tree, name: str) -> None:
    killed = []
    for process in psutil.Process(tree.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it was over, or went with one that was killed before
            if any(f"{name}@" in word for word in process.cmdline()):
                process.kill()
                killed.append(process)
    assert killed


def on_either(first: str) -> pytest.MarkDecorator:
    """On one broker in every run, on the other the long way."""
    (other,) = {"embedded", "valkey"} - {first}
    return pytest.mark.parametrize("broker", [first, pytest.param(other, marks=pytest.mark.long)], indirect=True)


@pytest.fixture
def broker(request, tmp_path):
    """Settings of the broker: a folder, or a real Valkey with its append-only file."""
    if request.param == "embedded":
        yield {}
        return
    with valkey(tmp_path / "valkey") as url:
        yield {"BROKER_URL": url}


@on_either("embedded")
def test_a_worker_killed_in_mid_ingest(tmp_path, broker):
    tree, script = start(tmp_path / "data", **broker)
    script.upload(DEMO, "Court")
    kill_worker_in(tree, script, "ingest")
    clip = script.until(lambda ask: next((c for c in ask("GET", "/api/clips") if c["state"] == "ready"), None))
    tree.stop()
    kept = stored(tmp_path / "data")
    about = media.probe(DEMO)
    assert [(index, sha256) for index, _, sha256 in kept["frames"]] == [
        (record.index, record.sha256) for record in media.decode_clip(DEMO, about)
    ]
    assert (clip["frames"], kept["shots"]) == (184, [(0, 45), (46, 91), (92, 137), (138, 183)])


@on_either("valkey")
def test_a_worker_killed_in_mid_prelabel(tmp_path, undisturbed, short_clip, broker):
    tree, script = start(tmp_path / "data", **broker)
    script.upload(short_clip, "Court")
    kill_worker_in(tree, script, "prelabel")
    script.until(all_done)
    assert tree.manage("fsck").splitlines()[-1] == "nothing is missing or damaged"
    tree.stop()
    assert stored(tmp_path / "data") == undisturbed


def desk_of(script: Script) -> Desk:
    """The first person of the first shot, confirmed on two frames of it."""
    (clip,) = script("GET", "/api/clips")
    shot = script("GET", f"/api/clips/{clip['id']}/shots")[0]["id"]
    desk = Desk(script, shot, script("GET", f"/api/shots/{shot}/heads")[0]["subject"])
    mattes = desk.mattes()
    for frame in (0, SPAN + 1):
        desk.save(frame, mattes[frame], [])
    return desk


def made_by(job: str, data: Path) -> dict[str, str]:
    """The revisions that a propagation committed, by what each is the outcome of."""
    with sqlite3.connect(data / "koutu.sqlite3") as database:
        query = "SELECT digest, uuid FROM annotation_revision WHERE source = 'propagation' AND tools LIKE ?"
        made = database.execute(query, [f"%{job}%"]).fetchall()
    assert len(dict(made)) == len(made), "none is doubled"
    return dict(made)


def begun_at(job: str, data: Path) -> tuple[int, int]:
    """How many attempts there were, and how many steps the last one found done."""
    with sqlite3.connect(data / "koutu.sqlite3") as database:
        query = "SELECT attempts, stage_from FROM jobs_job WHERE uuid = ?"
        return database.execute(query, [job.replace("-", "")]).fetchone()


def test_a_worker_killed_in_mid_propagation(tmp_path, prelabelled):
    """Undisturbed, undone, and once more with a kill on the way back: brokers only ring, so one of them will do."""
    data = tmp_path / "data"
    shutil.copytree(prelabelled, data)
    tree, script = start(data)
    desk = desk_of(script)
    first = desk.begin(0, "later")
    script.until(lambda ask: ask("GET", f"/api/jobs/{first}")["state"] == "done")
    whole = stored(data)["heads"]
    script("POST", f"/api/shots/{desk.shot['id']}/propagations/undo", {"job": first})
    again = desk.begin(0, "later")
    script.until(lambda ask: ask("GET", f"/api/jobs/{again}")["done"] > SPAN + 1)
    kill_worker(tree, "interactive")
    kept = made_by(again, data)
    script.until(lambda ask: ask("GET", f"/api/jobs/{again}")["state"] == "done")
    tree.stop()
    assert stored(data)["heads"] == whole
    made = made_by(again, data)
    assert kept.items() < made.items(), "what was committed stays"
    assert len(made) == 2 * SPAN
    attempts, begun = begun_at(again, data)
    assert attempts == 2
    assert begun > SPAN, "the first way was not gone again"
    assert not list((data / "jobs").iterdir())


def test_everything_killed_and_started_again(tmp_path, undisturbed, short_clip):
    tree, script = start(tmp_path / "data")
    script.upload(short_clip, "Court")
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
    script.upload(short_clip, "Court")

    def first_shot_done(ask):
        jobs = ask("GET", "/api/jobs")["results"]
        return [j for j in jobs if j["kind"] == "prelabel" and j["done"] > len(SHORT) // 2]

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
