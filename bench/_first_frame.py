"""The first frame of a propagation, as a worker has it: in this process, or by itself as the first that a process does.

It imports no more than that needs, so that a process of its own tells how long a start takes.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from models.backends.registry import open_backend
from models.matting.edges import edge_matte
from models.video.carrier import Carrier
from models.video.propagation import Followed, Propagation
from models.video.spans import spans


def opened(pictures: Sequence[np.ndarray], mask: np.ndarray) -> Propagation:
    """From the first frame's `mask` on, by networks that were never asked."""
    (span,) = spans({1: [0]}, 0, len(pictures) - 1)
    return Propagation(span, pictures.__getitem__, {0: {1: mask}}, Carrier(open_backend("mean4")))


def matte(pictures: Sequence[np.ndarray], followed: Followed) -> np.ndarray:
    """As the job solves it, (H, W) uint8, before it is held steady between its neighbours."""
    (belief,) = followed.things.values()
    return edge_matte(pictures[followed.index], (belief.probability >= 0.5).astype(np.uint8) * 255)


def work(file: Path) -> None:
    """Tell the seconds from the start of this process until the networks are open, and from then to the first frame."""
    shot = np.load(file)
    pictures = list(shot["pictures"])
    run = opened(pictures, shot["mask"])
    start = time.time() - psutil.Process().create_time()
    began = time.perf_counter()
    matte(pictures, run.step())
    first = time.perf_counter() - began
    sys.stdout.write(json.dumps({"go": "cold", "opened": round(start, 3), "first": round(first, 3)}) + "\n")


if __name__ == "__main__":
    work(Path(sys.argv[1]))
