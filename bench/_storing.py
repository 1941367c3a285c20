"""What store.drill kills: two processes on one data folder that ingest and save, collect waste and back up.

    python -m bench._storing write SEED     says "did …" for all that was acknowledged, until it is killed
    python -m bench._storing keep SEED      gc, compaction and backups beside it
    python -m bench._storing check          reads acknowledgements from stdin and says what of them is lost
    python -m bench._storing settle         finishes what was left, and says what cannot be finished

What was acknowledged is told only after the function that does it has returned.
"""

import json
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

# A pack is this old before it may go; the real day would outlast the drill.
GRACE = timedelta(seconds=20)


def say(kind: str, **what) -> None:
    sys.stdout.write(f"{kind} {json.dumps(what)}\n")
    sys.stdout.flush()


def write(seed: int) -> None:
    from koutu.accounts.models import User
    from koutu.clips.models import Clip, Show

    chance, actor, show = random.Random(seed), User.objects.get(), Show.objects.get()
    _again_and_again(
        chance,
        {
            lambda: _bring(chance, actor, show): 2,
            lambda: _run_due(): 2,
            lambda: _save(chance, actor, Clip.objects.filter(state="ready").order_by("?").first()): 5,
        },
    )


def _again_and_again(chance: random.Random, acts: dict) -> None:
    """Do one act after another; what fails is told and the next one tried, as people and workers do."""
    while True:
        act = chance.choices(list(acts), weights=list(acts.values()))[0]
        try:
            act()
        except Exception as error:  # noqa: BLE001 full disks and lost servers raise what they like
            say("failed", error=f"{type(error).__name__}: {error}"[:300])
            time.sleep(0.05)


def _bring(chance: random.Random, actor, show) -> None:
    from koutu.clips.actions import clips
    from koutu.samples.video import make_clip

    # Not on the disk that fills up: a film that is cut short in the making is no loss of ours.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        make_clip(path, frames=chance.randint(4, 40), size=(160, 90), seed=chance.randrange(10**6))
        clip = clips.add(actor, show, path, path.name)
    say("did", clip=str(clip.uuid), source=clip.source.address)


def _run_due() -> None:
    from koutu.clips.models import Clip
    from koutu.jobs import run
    from koutu.jobs.models import Job

    job = Job.objects.due().filter(kind="ingest").first()
    if job is None:
        return
    run.run(job.uuid)
    clip = Clip.objects.get(uuid=job.target_id)
    if clip.state == Clip.State.READY:
        say("did", ready=str(clip.uuid), frames=clip.frame_count)


def _save(chance: random.Random, actor, clip) -> None:
    """Paint a box on a random frame, as the canvas would."""
    import numpy as np

    from annotation.actions import revisions, subjects
    from annotation.actions.painting import SentPlane
    from models import planes

    if clip is None:
        return
    shot = clip.shots.order_by("?").first()
    person = shot.subjects.first() or subjects.add(actor, shot)
    frame = clip.frames.get(index=chance.randint(shot.first, shot.last))
    head = revisions.head_of(frame, person)
    raster = np.zeros((clip.height, clip.width), np.uint8)
    left, top = chance.randrange(clip.width - 8), chance.randrange(clip.height - 8)
    raster[top:, left:] = chance.randint(1, 255)
    sent = SentPlane(planes.address(raster), list(_tiles(raster)))
    save = revisions.Save(uuid4(), frame, person, head.uuid if head else None, "present", False, {"matte": sent})
    saved = revisions.save(actor, save)
    say("did", revision=str(saved.revision.uuid), matte=sent.address)


def _tiles(raster):
    from models.planes import TILE, tile_box

    height, width = raster.shape
    for ty in range(-(-height // TILE)):
        for tx in range(-(-width // TILE)):
            left, top, right, bottom = tile_box(height, width, tx, ty)
            yield tx, ty, raster[top:bottom, left:right].tobytes()


def keep(seed: int) -> None:
    from koutu.storage.backups.writing import back_up
    from koutu.storage.compact import compact
    from koutu.storage.gc import sweep

    folder = Path(os.environ["KOUTU_DRILL_BACKUPS"])

    def back_up_once() -> None:
        done = back_up(folder)
        say("did", backup=done.backup.path.name, problems=done.problems)

    _again_and_again(
        random.Random(seed),
        {
            lambda: sweep(dry_run=False, grace=GRACE): 3,
            lambda: compact(dry_run=False, grace=GRACE): 2,
            back_up_once: 1,
            lambda: time.sleep(0.3): 4,
        },
    )


def check() -> None:
    """Each line of stdin is one acknowledgement; say the lost ones and what fsck finds."""
    from annotation.models import RevisionPlane
    from koutu.clips.models import Clip, Frame
    from koutu.storage import fsck

    lost = []
    for told in map(json.loads, sys.stdin):
        if "revision" in told:
            planes_ = RevisionPlane.objects.filter(revision__uuid=told["revision"], layer="matte")
            kept = planes_.filter(blob__address=told["matte"]).exists()
        elif "source" in told:
            kept = Clip.objects.filter(uuid=told["clip"], source__address=told["source"]).exists()
        elif "ready" in told:
            clip = Clip.objects.filter(uuid=told["ready"], state="ready", frame_count=told["frames"])
            kept = clip.exists() and Frame.objects.filter(clip__in=clip).count() == told["frames"]
        else:
            kept = not told["problems"] and _is_whole(told["backup"])
        if not kept:
            lost.append(told)
    say("checked", lost=lost, problems=list(fsck.problems()))


def _is_whole(name: str) -> bool:
    from koutu.storage.backups.folder import chosen, is_sound

    backup = chosen(Path(os.environ["KOUTU_DRILL_BACKUPS"]), name)
    with backup.index() as index:
        return all(is_sound(backup.packs, kept) for kept in index.packs())


def settle() -> None:
    """Every clip whose upload was acknowledged becomes ready, once nothing is in the way."""
    from koutu.accounts.models import User
    from koutu.clips.models import Clip
    from koutu.jobs import actions, run
    from koutu.jobs.models import Job

    for job in Job.objects.filter(kind="ingest", state="failed"):
        actions.retry(User.objects.get(), job, "the drill is over")
    end = time.monotonic() + 120
    while time.monotonic() < end and (job := Job.objects.open().filter(kind="ingest").first()):
        run.run(job.uuid)
        time.sleep(0.1)
    left = Clip.objects.exclude(state="ready")
    say("settled", unfinished=[f"clip {clip.uuid} is {clip.state}: {clip.fault}" for clip in left])


def prepare() -> None:
    from django.core.management import call_command

    from koutu.accounts.actions import first_admin
    from koutu.accounts.models import Project, User
    from koutu.clips.actions import shows

    call_command("migrate", verbosity=0)
    first_admin("admin", "bench only")
    shows.create(User.objects.get(), Project.objects.get(), "Drill")


def _quicken() -> None:
    """The times of a day, in seconds: what is fresh for gc, and how long a killed backup holds."""
    from koutu.storage import blobs, hold

    blobs.FRESH, hold.LEASE = GRACE / 4, timedelta(seconds=3)


if __name__ == "__main__":
    import django

    django.setup()
    _quicken()
    what = sys.argv[1]
    say("up")
    {"write": write, "keep": keep, "check": check, "settle": settle, "prepare": prepare}[what](
        *map(int, sys.argv[2:])
    )
