"""The files of MediaPipe's pose networks (BlazePose; Bazarevsky et al., 2020): where they lie, and which they must be.

They are inside PyPI's `mediapipe` 0.10.21 (Apache-2.0 as its metadata and LICENSE state). That package wants numpy
below 2, so it is not installed: `tools/fetch_pose.sh` takes the two files out of its wheel.
"""

import hashlib
import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

VERSION = "0.10.21"
DETECTION, LANDMARKS = "pose_detection.tflite", "pose_landmark_full.tflite"
_SHA256 = {
    DETECTION: "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    LANDMARKS: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}


def weights_folder(given: str | Path = "") -> Path:
    """The folder of the two files: the one given, else `KOUTU_POSE_WEIGHTS`, else that of the Python environment."""
    return Path(given or os.environ.get("KOUTU_POSE_WEIGHTS") or Path(sys.prefix) / "share" / "mediapipe-pose")


def available(folder: str | Path = "") -> str | None:
    """None when the networks can run here, else one sentence that says what is missing and what to do."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        return 'ai-edge-litert is not installed: run "make setup" (it is in the extra "ml")'
    folder = weights_folder(folder)
    for name, digest in _SHA256.items():
        path = folder / name
        if not path.is_file():
            return (
                f'{name} is not in {folder}: run "tools/fetch_pose.sh" (35 MB out of PyPI), or set KOUTU_POSE_WEIGHTS'
                " to a folder that holds it"
            )
        if _digest(path, path.stat().st_mtime_ns) != digest:
            return f'{path} is not that of mediapipe {VERSION}: run "tools/fetch_pose.sh" again'
    return None


@cache
def _digest(path: Path, changed: int) -> str:
    """Of a file last changed at that time: another file of the same name is read anew."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
