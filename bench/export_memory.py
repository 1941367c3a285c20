"""[export.memory]: the most memory a process takes to build a release and export it, at 10,000 and 20,000 masks.

A data folder is made in a temporary place: an own database, clips of drawn 320x180 frames, two people a frame, each
mask its own, everything through the real storage. A process of its own then does what `manage.py release build` does
(manifest, then the DAVIS 2017 folder) and streams the zip as a download does. The same folder is filled up to twice
the masks and measured again: the second figure shows whether memory grows with their number. The value is the higher
peak (VmHWM) of the two.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench import _labels
from bench._child import last_line

AIM = 500.0
MASKS = 10_000
CLIPS = 5
WIDTH, HEIGHT = 320, 180
NAME = "memory"


def run(full: bool) -> dict:
    """Measure at 10,000 and 20,000 masks; ``full`` goes on to 40,000."""
    began = time.perf_counter()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for part in range(4 if full else 2):
            last_line(folder, "export_memory", "fill", str(part))
            if part != 2:
                rows.append(json.loads(last_line(folder, "export_memory", "export", str(part))))
    value = max(row["peak"] for row in rows)
    return {
        "name": "export.memory",
        "value": value,
        "unit": "MiB",
        "target": AIM,
        "holds": value < AIM,
        "against": f"aim: below {AIM:.0f} MiB, no growth with the number of masks",
        "ratio": round(AIM / value, 2),
        "n": rows[-1]["masks"],
        "interval": [min(row["peak"] for row in rows), value],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": rows,
    }


def fill(part: int) -> None:
    """Add MASKS accepted masks on MASKS / 2 frames, in a few clips."""
    from django.core.management import call_command

    from koutu.accounts.actions import first_admin
    from koutu.accounts.models import Project, User

    if not part:
        call_command("migrate", verbosity=0)
        first_admin("admin", "bench only")
    project, actor = Project.objects.get(), User.objects.get()
    show = _show(project, part)
    for number in range(CLIPS):
        _clip(show, actor, f"clip {part}-{number}", MASKS // 2 // CLIPS)


def _show(project, part: int):
    from koutu.clips.models import Right, Show

    show = Show.objects.create(project=project, name=f"Show {part}", slug=f"show-{part}")
    Right.objects.create(show=show, owner="Bench", licence="Drawn here")
    return show


def _clip(show, actor, name: str, frames: int) -> None:
    """A ready clip of one shot, both people present on each frame, its task accepted."""
    from django.db import transaction

    from annotation.models import Task
    from koutu.clips.models import Clip, Shot
    from koutu.storage.blobs import PackWriter

    pictures = [_picture(index) for index in range(frames)]
    drawn = [[_person(show.pk, name, index, number) for number in (1, 2)] for index in range(frames)]
    source = f"{show.pk} {name}".encode()
    with PackWriter(show.project.organisation) as pack:
        pack.add("source", _sha(source), source)
        for data in pictures:
            pack.add("frame", _sha(data), data)
            pack.add("thumb", _sha(data), data)
        for mask in (mask for pair in drawn for mask in pair):
            pack.add("mask", mask[0], mask[1])
    with transaction.atomic():
        blobs = pack.record()
        clip = Clip.objects.create(
            show=show, name=name, slug=name.replace(" ", "-"), state="ready", source=blobs["source", _sha(source)],
            source_name=name, width=WIDTH, height=HEIGHT, rate_num=24, frame_count=frames,
        )  # fmt: skip
        shot = Shot.objects.create(clip=clip, first=0, last=frames - 1, cut="start")
        people = [[{"mask": ("mask", pair[place][0])} for pair in drawn] for place in range(2)]
        _labels.write(shot, _frames(clip, pictures, blobs), people, blobs, source="person", author=actor)
        Task.objects.create(shot=shot, first=shot.first, last=shot.last, stage="accepted")


def _frames(clip, pictures: list[bytes], blobs: dict) -> list:
    from koutu.clips.models import Frame

    rows = [
        Frame(
            clip=clip, index=index, pts=index, sha256=_sha(data), phash=index,
            blob=blobs["frame", _sha(data)], thumb=blobs["thumb", _sha(data)],
        )  # fmt: skip
        for index, data in enumerate(pictures)
    ]
    return Frame.objects.bulk_create(rows, batch_size=500)


def _picture(index: int) -> bytes:
    import numpy as np

    from koutu.clips.media.encode import encode_jpeg

    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return encode_jpeg(np.stack([columns, rows, columns + index], axis=-1).astype(np.uint8))


def _person(show: int, name: str, index: int, number: int) -> tuple[str, bytes]:
    """Address and bytes of a mask that no other frame has: an ellipse with a ragged edge."""
    import numpy as np

    from models import planes

    random = np.random.default_rng([show, *name.encode(), index, number])
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    centre = 100 + 120 * (number - 1) + random.uniform(-20, 20)
    edge = random.uniform(0.9, 1, (HEIGHT, 1))
    reach = ((columns - centre) / 70) ** 2 + ((rows - 100) / 70) ** 2
    mask = np.where(reach < edge, 255, 0).astype(np.uint8)
    return planes.address(mask), planes.encode("mask", mask)


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def export(part: int) -> None:
    """Build, write the folder, stream the zip; print the figures as JSON."""
    from django.core.management import call_command

    from koutu.releases import actions
    from koutu.releases.archive import zip_stream
    from koutu.releases.models import Release

    idle = _peak()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=os.environ["KOUTU_DATA"]) as folder:
        call_command("release", "build", f"{NAME} {part}", out=Path(folder) / "out", stdout=sys.stderr)
        release = Release.objects.select_related("project__organisation", "manifest__pack").first()
        built = time.perf_counter()
        size = sum(map(len, zip_stream(actions.files(release, "davis2017"))))
    figures = {
        "masks": release.counts["masks"],
        "frames": release.counts["frames"],
        "peak": _peak(),
        "before": idle,
        "build_and_folder_seconds": round(built - began, 1),
        "zip_seconds": round(time.perf_counter() - built, 1),
        "zip_bytes": size,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def _peak() -> float:
    """Highest resident memory of this process in MiB since it was started (ru_maxrss would count the parent's)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 1)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    import django

    django.setup()
    {"fill": fill, "export": export}[sys.argv[1]](int(sys.argv[2]))
