"""[closedform.first]: alpha of one 1920x1080 picture from a fresh process, by the command line as it stands."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from bench._matting_data import HIGH, WIDE, laid, plates, portraits, said
from models.matting.trimap import band_radius, band_trimap

ROOT = Path(__file__).resolve().parents[1]
TARGET = 2.0


def run(full: bool) -> dict:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        unknown = _write(Path(folder))
        _seconds(folder)  # the first reads from the disk: what is measured is a process, not a disk
        times = [_seconds(folder) for _ in range(9 if full else 5)]
        rows = [{"part": "import torch alone", "seconds": round(_import_seconds(), 2)}]
        for method in ("torch", "guided"):
            asked = ("--method", method)
            rows.append({"part": " ".join(asked), "seconds": round(_seconds(folder, *asked), 2)})
    value = median(times)
    return {
        "name": "closedform.first", "value": round(value, 2), "unit": "s", "target": TARGET, "holds": value <= TARGET,
        "against": f"python -m models.matting from its start to its end, reading and writing PNG included; a portrait "
        f"over a film frame, the platform's band along its mask ({unknown} unknown pixels); files in memory{said()}",
        "ratio": round(TARGET / value, 2), "n": len(times), "interval": [round(min(times), 2), round(max(times), 2)],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _write(folder: Path) -> int:
    scene = laid(next(portraits()), plates(1)[0], (WIDE, HIGH), None)
    mask = np.where(scene.alpha >= 0.5, np.uint8(255), np.uint8(0))
    trimap = band_trimap(mask, band_radius(HIGH, WIDE))
    cv2.imwrite(str(folder / "frame.png"), scene.image[..., ::-1])
    cv2.imwrite(str(folder / "trimap.png"), trimap)
    return int(np.count_nonzero(trimap == 128))


def _seconds(folder: str, *options: str) -> float:
    command = [sys.executable, "-m", "models.matting", "frame.png", "trimap.png", *options, "-o", "alpha.png"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _import_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - began
