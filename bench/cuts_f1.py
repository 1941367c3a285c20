"""[cuts.f1]: are the cuts of a real film clip found, and nothing else?

The truth was listed by eye once (`cuts_truth.json`). A cut counts as found at its exact frame. The floor of the
detector was set between the motion and the cuts of this clip, so the other rows, which it was not set on, matter:
real clips without any cut, their pieces spliced together (synthetic cuts between real pictures), the same with
flashes of one and two white frames, and our own demo clip.
"""

import itertools
import json
import random
import time
from pathlib import Path

import numpy as np

from koutu.clips.media.cuts import find_cuts
from koutu.clips.media.decode import frames
from koutu.clips.media.encode import small
from koutu.clips.media.probing import probe
from koutu.samples import catalogue, find, is_real

ROOT = Path(__file__).resolve().parent
UNCUT = ["one_by_one.mp4", "bedroom.mp4", "juggle.mp4"]
SIGNS = ["asl_again.mkv", "asl_bird.mkv", "asl_book.mkv", "asl_eat.mkv", "asl_hungry.mkv", "asl_sorry.mkv"]
PIECES = 120
AIM = 0.95


def run(full: bool) -> dict:
    """Measure precision, recall and F1. ``full`` changes nothing: the whole set takes seconds."""
    began = time.perf_counter()
    film, truth = _film()
    found = find_cuts(film)
    rows = [_row("film clip", found, truth, len(film))]
    clips = {name: _pictures(find(f"clips/{name}")) for name in UNCUT + SIGNS}
    rows += [_row(f"uncut {name}", find_cuts(clip), [], len(clip)) for name, clip in clips.items()]
    rows.append(_spliced("spliced, different places", {n: clips[n] for n in UNCUT}))
    rows.append(_spliced("spliced, one locked camera", {n: clips[n] for n in SIGNS}))
    rows.append(_spliced("spliced, with flashes", {n: clips[n] for n in UNCUT}, flash=2))
    demo = _pictures(ROOT.parent / "demo" / "court.webm")
    rows.append(_row("demo clip", find_cuts(demo), [46, 92, 138], len(demo)))
    best = rows[0]
    return {
        "name": "cuts.f1",
        "value": best["f1"],
        "unit": "F1",
        "target": AIM,
        "holds": best["f1"] >= AIM,
        "against": "cuts listed by eye" if is_real(find("clips/tears_of_steel_battle.webm")) else "stand-in film",
        "ratio": round(best["f1"] / AIM, 3),
        "n": best["cuts"],
        "interval": _wilson(best),
        "seconds": round(time.perf_counter() - began, 1),
        "precision": best["precision"],
        "recall": best["recall"],
        "rows": rows,
    }


def _film() -> tuple[list[np.ndarray], list[int]]:
    path = find("clips/tears_of_steel_battle.webm")
    if is_real(path):
        return _pictures(path), json.loads((ROOT / "cuts_truth.json").read_text())["cuts"]
    lengths = [count for count, _ in catalogue()["clips/tears_of_steel_battle.webm"].drawing.shots]
    return _pictures(path), list(itertools.accumulate(lengths))[:-1]


def _pictures(path: Path) -> list[np.ndarray]:
    return [small(frame.image) for frame in frames(path, probe(path))]


def _spliced(name: str, clips: dict[str, list[np.ndarray]], flash: int = 0) -> dict:
    rng = random.Random(1)
    film: list[np.ndarray] = []
    truth, last = [], ""
    for _ in range(PIECES):
        last = rng.choice([other for other in clips if other != last])
        length = rng.randint(10, 40)
        start = rng.randrange(len(clips[last]) - length)
        if film:
            truth.append(len(film))
        piece = clips[last][start : start + length]
        for at in range(rng.randint(1, flash) if flash else 0):
            piece[length // 2 + at] = np.full_like(piece[0], 250)
        film += piece
    return _row(name, find_cuts(film), truth, len(film))


def _row(name: str, found: list[int], truth: list[int], count: int) -> dict:
    hits = len(set(found) & set(truth))
    precision = hits / len(found) if found else 1.0
    recall = hits / len(truth) if truth else 1.0
    return {
        "set": name,
        "frames": count,
        "cuts": len(truth),
        "found": len(found),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0,
        "missed": sorted(set(truth) - set(found))[:20],
        "false": sorted(set(found) - set(truth))[:20],
    }


def _wilson(row: dict, z: float = 1.96) -> list[float]:
    """95 % Wilson interval of the share of right answers among cuts and false alarms."""
    n = row["cuts"] + len(row["false"])
    share = (row["cuts"] - len(row["missed"])) / n
    middle, spread = share + z * z / (2 * n), z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return [round(max(0.0, (middle - spread) / (1 + z * z / n)), 3), round((middle + spread) / (1 + z * z / n), 3)]
