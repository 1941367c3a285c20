"""One pass over a clip: everything that ingest keeps of each frame."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import local

import av

from koutu.clips.media.colour import Converter
from koutu.clips.media.cuts import CutDetector, Look, look
from koutu.clips.media.decode import RawFrame, picture_of, raw_frames
from koutu.clips.media.encode import QUALITY, THUMB_QUALITY, encode_jpeg, encoder_name, small, small_size
from koutu.clips.media.fingerprint import perceptual_hash, sha256_hex
from koutu.clips.media.planes import PlaneEncoder, supports
from koutu.clips.media.probing import Kind, Probe


@dataclass(frozen=True)
class FrameRecord:
    """What is kept of one frame.

    ``data`` is the frame file (JPEG made here, or the picture file as it came) and ``media_type`` its type;
    ``sha256`` is over ``data``; ``phash`` the signed 64-bit perceptual hash; ``thumb`` a small JPEG with square
    pixels. ``cut`` says that a shot begins here; index 0 begins the first shot and is no cut.
    """

    index: int
    pts: int
    time: float
    data: bytes
    media_type: str
    sha256: str
    phash: int
    thumb: bytes
    cut: bool


def clip_encoder(about: Probe) -> str:
    """Name what writes the frame files of this clip; "original" where the pictures are kept as they came."""
    if about.kind is not Kind.VIDEO:
        return "original"
    way = " from planes" if supports(about.pixel_format, about.colour, about.rotation) else ""
    return encoder_name(QUALITY, subsampling_of(about)) + way


def subsampling_of(about: Probe) -> str:
    """The chroma grid of the source: a finer one stores nothing more, a coarser one loses."""
    fmt = av.VideoFormat(about.pixel_format)
    if fmt.is_rgb or len(fmt.components) < 3:
        return "4:4:4"
    halved = (fmt.chroma_width(16) == 8, fmt.chroma_height(16) == 8)
    if halved == (True, True):
        return "4:2:0"
    # Turned by 90°, halved columns become halved rows, which the encoder does not know.
    return "4:2:2" if halved == (True, False) and about.rotation % 180 == 0 else "4:4:4"


def decode_clip(path: Path, about: Probe, workers: int | None = None) -> Iterator[FrameRecord]:
    """Decode a clip once and yield a record for every frame, in order.

    Decoding runs here (FFmpeg uses its own threads), RGB, JPEG, thumbnail and hashes in ``workers`` threads
    (default: the cores this process may use); both release the interpreter. At most 2 × ``workers`` + 6 frames
    are under way, whatever the clip's length. Raises `MediaError` in mid-way as `frames` does.
    """
    workers = workers or _cores()
    worker = _FrameWorker(about)
    detector = CutDetector()
    waiting: deque[Future[tuple[FrameRecord, Look]]] = deque()
    held: deque[FrameRecord] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="frame") as pool:
        try:
            for raw in raw_frames(path, about):
                waiting.append(pool.submit(worker.work, raw))
                if len(waiting) > 2 * workers:
                    yield from _settle(waiting.popleft().result(), detector, held)
            while waiting:
                yield from _settle(waiting.popleft().result(), detector, held)
        finally:
            # A fault, or a caller that stopped early, must not wait for frames nobody wants.
            for future in waiting:
                future.cancel()
    yield from _release(held, set(detector.finish()), len(held))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _settle(done: tuple[FrameRecord, Look], detector: CutDetector, held: deque[FrameRecord]) -> Iterator[FrameRecord]:
    record, seen = done
    held.append(record)
    cuts = set(detector.push_look(seen))
    yield from _release(held, cuts, detector.decided - held[0].index)


def _release(held: deque[FrameRecord], cuts: set[int], count: int) -> Iterator[FrameRecord]:
    for _ in range(count):
        record = held.popleft()
        yield replace(record, cut=True) if record.index in cuts else record


class _Tools(local):
    """What each thread keeps for itself: scalers and buffers."""

    def __init__(self, about: Probe) -> None:
        self.convert = Converter(about.colour, about.rotation)
        direct = about.kind is Kind.VIDEO and supports(about.pixel_format, about.colour, about.rotation)
        self.planes = PlaneEncoder(about.colour, about.rotation, QUALITY) if direct else None


class _FrameWorker:
    """Makes records, in any thread."""

    def __init__(self, about: Probe) -> None:
        self._about = about
        self._tools = _Tools(about)
        self._aspect = float(about.pixel_aspect)
        self._small_size = small_size(about.height, about.width, pixel_aspect=self._aspect)
        self._subsampling = subsampling_of(about)

    def work(self, raw: RawFrame) -> tuple[FrameRecord, Look]:
        if isinstance(raw.source, bytes):
            data = raw.source
            preview = small(picture_of(raw, self._tools.convert, self._about), pixel_aspect=self._aspect)
        else:
            data = self._encode(raw.source)
            preview = self._tools.convert.small(raw.source, *self._small_size)
        record = FrameRecord(
            index=raw.index,
            pts=raw.pts,
            time=raw.time,
            data=data,
            media_type=raw.media_type or "image/jpeg",
            sha256=sha256_hex(data),
            phash=perceptual_hash(preview),
            thumb=encode_jpeg(preview, THUMB_QUALITY, "4:2:0"),
            cut=False,
        )
        return record, look(preview)

    def _encode(self, frame: av.VideoFrame) -> bytes:
        # A stream may change its pixel format on the way; the planes are then not what the probe saw.
        if self._tools.planes is not None and frame.format.name == self._about.pixel_format:
            return self._tools.planes.encode(frame)
        return encode_jpeg(self._tools.convert.rgb(frame), QUALITY, self._subsampling)
