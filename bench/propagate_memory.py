"""[propagate.memory]: does a longer shot need more memory?

A person is followed through 100 and through 1,000 frames of 640x360 between two anchors, so that both ways are gone and
their planes kept in between, each in a process of its own; frames are read from files one at a time. The value is the
longer shot's peak over the shorter's.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AIM = 1.1
PERSON = 1
SIZE = (640, 360)
SHORT, LONG = 100, 1000
DRAWN = 100  # frames that are drawn; a longer shot goes over them to and fro


def run(full: bool) -> dict:
    """Measure the two shots."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        _draw(Path(folder))
        rows = [_row(folder, frames) for frames in (SHORT, LONG)]
    value = rows[1]["peak"] / rows[0]["peak"]
    return {
        "name": "propagate.memory", "value": round(value, 3), "unit": f"× the peak of {SHORT} frames", "target": AIM,
        "holds": value <= AIM, "against": f"{LONG} frames of {SIZE[0]}x{SIZE[1]}: {rows[1]['peak']} MiB, {SHORT}: "
        f"{rows[0]['peak']} MiB; masks alone, by selfie", "ratio": round(AIM / value, 3), "n": SHORT + LONG,
        "interval": None, "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _draw(folder: Path) -> None:
    """Frames of the demo's person, who walks."""
    import cv2
    import numpy as np

    rng = np.random.default_rng(1)
    ground = cv2.resize(rng.integers(0, 255, (36, 64, 3), np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    for frame in range(DRAWN):
        picture, mask = ground.copy(), np.zeros(SIZE[::-1], np.uint8)
        cv2.ellipse(mask, (150 + 3 * frame, 220), (40, 110), 0, 0, 360, 255, -1)
        picture[mask > 0] = (40, 60, 160)
        cv2.imwrite(str(folder / f"{frame:04}.png"), picture)
        cv2.imwrite(str(folder / f"{frame:04}.mask.png"), mask)


def _row(folder: str, frames: int) -> dict:
    command = [sys.executable, "-m", "bench.propagate_memory", folder, str(frames)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def work(folder: Path, frames: int) -> None:
    """In a process of its own: follow, and tell the peak of resident memory."""
    import cv2

    from models.backends.registry import open_backend
    from models.video.carrier import Carrier
    from models.video.propagation import Propagation
    from models.video.spans import spans

    def at(index: int) -> int:
        turn = index % (2 * DRAWN - 2)
        return turn if turn < DRAWN else 2 * DRAWN - 2 - turn

    def picture(index: int):
        return cv2.cvtColor(cv2.imread(str(folder / f"{at(index):04}.png")), cv2.COLOR_BGR2RGB)

    ends = (0, frames - 1)
    said = {end: {PERSON: cv2.imread(str(folder / f"{at(end):04}.mask.png"), 0) > 0} for end in ends}
    (span,) = spans({PERSON: ends}, *ends)
    steps = sum(1 for _ in Propagation(span, picture, said, Carrier(open_backend("selfie"))))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"frames": frames, "steps": steps, "peak": round(peak, 1)}) + "\n")


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
