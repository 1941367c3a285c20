"""[ingest.identity]: is every frame the one that an independent decoder presents, under the same index?

Films of every oddity (variable and odd rates, edit lists, B-frames, hidden frames, 10 bit, turned, negative, missing
and repeated times, torn tails, two streams) are written by the ffmpeg command line and decoded by it, a separate
build of another version; our frames are compared by the MD5 of the decoder's own samples and by their times. What we
refuse must be one of the films that cannot be read whole.
"""

import subprocess
import tempfile
import time
from pathlib import Path

from koutu.clips.media.faults import MediaError
from koutu.clips.media.probing import probe
from tests.media import independent
from tests.media.odd_films import FFMPEG, FILMS, REFUSED, TIMELESS


def run(full: bool) -> dict:
    """Compare all films; ``full`` changes nothing: the whole set takes seconds."""
    began = time.perf_counter()
    rows = [_row(name, make) for name, make in FILMS.items()]
    shifted = sum(row["shifted"] for row in rows)
    frames = sum(row["frames"] for row in rows)
    return {
        "name": "ingest.identity",
        "value": shifted,
        "unit": "frames shifted",
        "target": 0,
        "holds": shifted == 0,
        "against": f"{_version()}, {len(rows)} films",
        "ratio": 1.0 if shifted == 0 else 0.0,
        "n": frames,
        "interval": [shifted, shifted],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": rows,
    }


def _row(name: str, make) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder))
        theirs = independent.theirs(path)
        try:
            ours = independent.ours(path, probe(path))
        except MediaError as fault:
            expected = name in REFUSED or name.startswith("cut short")
            return {"film": name, "frames": 0, "shifted": 0 if expected else len(theirs), "refused": str(fault.code)}
    return {"film": name, "frames": len(theirs), "shifted": _shifted(name, ours, theirs), "refused": ""}


def _shifted(name: str, ours: list, theirs: list) -> int:
    """Frames that differ in picture or in time since the first, and those that only one of the two has."""
    pairs = list(zip(ours, theirs, strict=False))
    start = ours[0].time - theirs[0].time if pairs else 0
    moved = (one.md5 != other.md5 or (name not in TIMELESS and one.time - start != other.time) for one, other in pairs)
    return sum(moved) + abs(len(ours) - len(theirs))


def _version() -> str:
    return subprocess.run([FFMPEG, "-version"], capture_output=True, text=True, check=True).stdout.split(" Copyright")[
        0
    ]
