"""A clip through the real ingest, and whether what is left of it is whole."""

import tempfile
from pathlib import Path

from django.conf import settings

from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.clips.actions import clips as clip_actions
from koutu.clips.models import Clip, Frame, Show
from koutu.jobs import run as jobs
from koutu.jobs.models import Job


def take_in(actor: User, show: Show, name: str, data: bytes) -> Clip | str:
    """Upload the bytes and run the job in this process; return the clip, or the code of a refusal at the door."""
    with tempfile.TemporaryDirectory(dir=settings.DATA / "tmp") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        return take_in_file(actor, show, name, path)


def take_in_file(actor: User, show: Show, name: str, path: Path) -> Clip | str:
    """`take_in` of a file that lies on the disk already, which stays."""
    try:
        clip = clip_actions.add(actor, show, path, name)
    except Refused as refusal:
        return refusal.code
    jobs.run(Job.objects.get(kind="ingest", target_id=clip.uuid).uuid)
    clip.refresh_from_db()
    return clip


def faults_of(clip: Clip) -> list[str]:
    """What is half-made about a clip whose ingest has ended; nothing when it is whole, or failed with a reason."""
    frames, shots = Frame.objects.filter(clip=clip), list(clip.shots.order_by("first"))
    job = Job.objects.get(kind="ingest", target_id=clip.uuid)
    if clip.state == Clip.State.FAILED:
        told = clip.fault_code not in ("", "internal") and clip.fault
        return [
            *([] if told else [f"no reason: {clip.fault_code} {clip.fault}"]),
            *(["frames are left"] if frames.exists() else []),
            *(["shots are left"] if shots else []),
        ]
    covered = [index for shot in shots for index in range(shot.first, shot.last + 1)]
    indices = list(frames.order_by("index").values_list("index", flat=True))
    return [
        *([] if clip.state == Clip.State.READY and job.state == "done" else [f"{clip.state}, job {job.state}"]),
        *([] if indices == list(range(clip.frame_count)) == covered else ["frames or shots are missing"]),
    ]
