"""[ingest.time]: what ingest's media pass costs over a bare loop that only decodes and writes JPEG.

A 1080p H.264 clip is made from a real one (`juggle.mp4`, enlarged) in a temporary folder. The pass decodes it,
converts by the file's own matrix and range, writes JPEG, thumbnail, SHA-256 and perceptual hash and looks for cuts.
It is held against two bare loops of PyAV decode and simplejpeg with the same quality and chroma grid: one in
sequence, and a stricter one that spreads the encoding over as many threads as ours. The value is ours over the
stricter one. Runs alternate and the fastest of each counts: whatever else the machine does only ever adds time. The
interval is that of the ratios of neighbouring runs; the rows also give the processor time.
"""

import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
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
        loops = {
            "ingest": lambda: _ours(path),
            "bare, in threads": lambda: _pooled(path, workers),
            "bare, in sequence": lambda: _in_sequence(path),
        }
        runs = [{name: _timed(loop) for name, loop in loops.items()} for _ in range(8 if full else 4)]
    best = {name: min((run[name] for run in runs), key=lambda taken: taken[0]) for name in loops}
    ratios = sorted(run["ingest"][0] / run["bare, in threads"][0] for run in runs)
    value = best["ingest"][0] / best["bare, in threads"][0]
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
            {"loop": name, "ms_per_frame": _ms(wall), "processor_ms_per_frame": _ms(spent)}
            for name, (wall, spent) in best.items()
        ],
        "source": "real clip, enlarged" if is_real(source) else "stand-in, enlarged",
    }


def _timed(loop: Callable[[], int]) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    began, spent = time.perf_counter(), time.process_time()
    count = loop()
    if count != FRAMES:
        raise RuntimeError(f"{count} frames instead of {FRAMES}")
    return time.perf_counter() - began, time.process_time() - spent


def _ms(seconds: float) -> float:
    return round(seconds / FRAMES * 1e3, 2)


def _enlarged(source: Path) -> Iterator[np.ndarray]:
    """240 frames of 1920×1080; a shorter clip is played again."""
    count = 0
    while count < FRAMES:
        for frame in frames(source, probe(source)):
            if count == FRAMES:
                return
            yield cv2.resize(frame.image, (1920, 1080), interpolation=cv2.INTER_CUBIC)
            count += 1


def _ours(path: Path) -> int:
    return sum(1 for _ in decode_clip(path, probe(path)))


def _pooled(path: Path, workers: int) -> int:
    count = 0
    waiting: deque = deque()
    with av.open(str(path)) as container, ThreadPoolExecutor(workers) as pool:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            waiting.append(pool.submit(_encode, frame))
            if len(waiting) > 2 * workers:
                waiting.popleft().result()
            count += 1
    return count


def _in_sequence(path: Path) -> int:
    count = 0
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            _encode(frame)
            count += 1
    return count


_KEPT = threading.local()


def _encode(frame: av.VideoFrame) -> bytes:
    # A scaler kept by each thread: `frame.to_ndarray` would set one up anew for every frame.
    if not hasattr(_KEPT, "scaler"):
        _KEPT.scaler = VideoReformatter()
    rgb = _KEPT.scaler.reformat(frame, format="rgb24", threads=1).to_ndarray()
    return simplejpeg.encode_jpeg(rgb, quality=QUALITY, colorsubsampling="420")
