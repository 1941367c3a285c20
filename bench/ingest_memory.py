"""[ingest.memory]: does a longer clip need more memory?

A 1080p clip of 3 minutes and one of 30 seconds (``--full``: 10 minutes against 1) are ingested by the real job, each in
a fresh process; the peak is the highest sum of the resident memory of the worker and of the process that reads the
file, looked at ten times a second. The value is the longer clip's peak over the shorter's. The clips repeat the frames
of a real one, enlarged.
"""

import itertools
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench._child import last_line

AIM = 1.1
WIDTH, HEIGHT, RATE = 1920, 1080, 24


def run(full: bool) -> dict:
    """Measure the two clips."""
    began = time.perf_counter()
    seconds = (60, 600) if full else (30, 180)
    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder) / "film.mp4", max(seconds))
        rows = [_row(folder, film, length) for length in seconds]
    value = rows[1]["peak"] / rows[0]["peak"]
    return {
        "name": "ingest.memory",
        "value": round(value, 3),
        "unit": f"× the peak of {seconds[0]} s",
        "target": AIM,
        "holds": value <= AIM,
        "against": f"{seconds[1]} s against {seconds[0]} s of 1080p",
        "ratio": round(AIM / value, 3),
        "n": sum(row["frames"] for row in rows),
        "interval": [round(value, 3), round(value, 3)],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": rows,
    }


def _film(path: Path, seconds: int) -> Path:
    import cv2

    from koutu.clips.media.decode import frames
    from koutu.clips.media.probing import probe
    from koutu.samples import find
    from koutu.samples.video import make_clip

    source = find("clips/juggle.mp4")
    small = itertools.islice((frame.image for frame in frames(source, probe(source))), 48)
    images = [cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for image in small]
    options = {"preset": "ultrafast", "crf": "26"}
    endless = itertools.islice(itertools.cycle(images), seconds * RATE)
    return make_clip(path, images=endless, fps=RATE, codec="libx264", options=options)


def _row(folder: str, film: Path, seconds: int) -> dict:
    with tempfile.TemporaryDirectory(dir=folder) as data:
        return json.loads(last_line(data, "ingest_memory", str(film), str(seconds)))


def work(film: Path, seconds: int) -> None:
    """In the worker: take the first `seconds` of the film in, and tell the highest sum of both processes."""
    from django.core.management import call_command

    from koutu.accounts.actions import first_admin
    from koutu.accounts.models import Project, User
    from koutu.clips.models import Show
    from tests.clips.taking_in import take_in_file
    from tests.media.odd_films import ffmpeg

    call_command("migrate", verbosity=0)
    first_admin("admin", "bench only")
    show = Show.objects.create(project=Project.objects.get(), name="Memory", slug="memory")
    piece = Path(os.environ["KOUTU_DATA"]) / "piece.mp4"
    ffmpeg("-i", film, "-t", str(seconds), "-c", "copy", piece)
    peak = _Peak()
    clip = take_in_file(User.objects.get(), show, "piece.mp4", piece)
    sys.stdout.write(json.dumps({"seconds": seconds, "frames": clip.frame_count, "peak": peak.stop()}) + "\n")


class _Peak:
    """The highest sum, in MiB, of the resident memory of this process and the readers it started."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._most = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return round(self._most, 1)

    def _watch(self) -> None:
        import psutil

        me = psutil.Process()
        while not self._over.wait(0.1):
            family = [me, *me.children(recursive=True)]
            self._most = max(self._most, sum(_resident(process) for process in family) / 2**20)


def _resident(process) -> int:
    import psutil

    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    import django

    django.setup()
    work(Path(sys.argv[1]), int(sys.argv[2]))
