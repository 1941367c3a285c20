"""[ingest.time]: what ingest's media pass costs over a bare loop that only decodes and writes JPEG.

A 1080p H.264 clip is made from a real one (`juggle.mp4`, enlarged) in a temporary folder. The pass decodes it,
converts by the file's own matrix and range, writes JPEG, thumbnail, SHA-256 and perceptual hash and looks for cuts.
It is held against two bare loops of PyAV decode and simplejpeg with the same quality and chroma grid: one in
sequence, and a stricter one that spreads the encoding over as many threads as ours. The value is ours over the
stricter one; runs alternate, and the median of the pairs counts.
"""

import os
import statistics
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import cv2
import numpy as np
import simplejpeg
from av.video.reformatter import VideoReformatter

from koutu.clips.media.decode import frames
from koutu.clips.media.encode import QUALITY
from koutu.clips.media.pipeline import decode_clip
from koutu.clips.media.probing import probe
from koutu.samples import find, is_real
from koutu.samples.video import make_clip

AIM = 1.5
FRAMES = 240


def run(full: bool) -> dict:
    """Measure the ratio of times. ``full`` doubles the pairs of runs."""
    began = time.perf_counter()
    workers = len(os.sched_getaffinity(0))
    source = find("clips/juggle.mp4")
    with tempfile.TemporaryDirectory() as folder:
        path = make_clip(
            Path(folder) / "clip.mp4", images=_enlarged(source), fps=24, matrix="bt709", codec="libx264", bframes=2
        )
        runs = [(_ours(path), _pooled(path, workers), _in_sequence(path)) for _ in range(6 if full else 3)]
    ratios = sorted(ours / pooled for ours, pooled, _ in runs)
    ours, pooled, plain = (statistics.median(times) for times in zip(*runs, strict=True))
    value = statistics.median(ratios)
    return {
        "name": "ingest.time",
        "value": round(value, 3),
        "unit": "× bare loop",
        "target": AIM,
        "holds": value <= AIM,
        "against": f"PyAV decode + simplejpeg q{QUALITY} 4:2:0 in {workers} threads",
        "ratio": round(AIM / value, 3),
        "n": FRAMES,
        "interval": [round(ratios[0], 3), round(ratios[-1], 3)],
        "seconds": round(time.perf_counter() - began, 1),
        "rows": [
            {"loop": "ingest", "ms_per_frame": round(ours / FRAMES * 1e3, 2)},
            {"loop": "bare, in threads", "ms_per_frame": round(pooled / FRAMES * 1e3, 2)},
            {"loop": "bare, in sequence", "ms_per_frame": round(plain / FRAMES * 1e3, 2)},
            {"loop": "source", "real": is_real(source)},
        ],
    }


def _enlarged(source: Path) -> Iterator[np.ndarray]:
    """240 frames of 1920×1080; a shorter clip is played again."""
    count = 0
    while count < FRAMES:
        for frame in frames(source, probe(source)):
            if count == FRAMES:
                return
            yield cv2.resize(frame.image, (1920, 1080), interpolation=cv2.INTER_CUBIC)
            count += 1


def _ours(path: Path) -> float:
    began = time.perf_counter()
    count = sum(1 for _ in decode_clip(path, probe(path)))
    return _checked(count, began)


def _pooled(path: Path, workers: int) -> float:
    began, count = time.perf_counter(), 0
    waiting: deque = deque()
    with av.open(str(path)) as container, ThreadPoolExecutor(workers) as pool:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            waiting.append(pool.submit(_encode, frame))
            if len(waiting) > 2 * workers:
                waiting.popleft().result()
            count += 1
    return _checked(count, began)


def _in_sequence(path: Path) -> float:
    began, count = time.perf_counter(), 0
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            _encode(frame)
            count += 1
    return _checked(count, began)


_KEPT = threading.local()


def _encode(frame: av.VideoFrame) -> bytes:
    # A scaler kept by each thread: `frame.to_ndarray` would set one up anew for every frame.
    if not hasattr(_KEPT, "scaler"):
        _KEPT.scaler = VideoReformatter()
    rgb = _KEPT.scaler.reformat(frame, format="rgb24", threads=1).to_ndarray()
    return simplejpeg.encode_jpeg(rgb, quality=QUALITY, colorsubsampling="420")


def _checked(count: int, began: float) -> float:
    taken = time.perf_counter() - began
    if count != FRAMES:
        raise RuntimeError(f"{count} frames instead of {FRAMES}")
    return taken
