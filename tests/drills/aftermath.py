"""A tree that notices losses quickly, and what stands in its data folder afterwards."""

import sqlite3
from pathlib import Path

from tests.services.tree import PASSWORD, ROOT, Script, Tree

DEMO = ROOT / "demo" / "court.webm"
# Two shots of the demo, eight frames each side of its first cut: short, so that a drill is seconds.
SHORT = range(38, 54)
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
    return {"ingest", "prelabel"} <= {job["kind"] for job in jobs} and all(job["state"] == "done" for job in jobs)
