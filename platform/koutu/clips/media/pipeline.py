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
from koutu.clips.media.encode import (
    THUMB_QUALITY,
    encode_jpeg,
    encode_png,
    encoder_name,
    png_name,
    small,
    small_size,
)
from koutu.clips.media.hashing import perceptual_hash, sha256_hex
from koutu.clips.media.pictures.files import JPEG, PNG, frame_file
from koutu.clips.media.planes import PlaneEncoder, supports
from koutu.clips.media.probing import Kind, Probe
from koutu.clips.media.reading import DEFAULT, FrameFile, Reading
from koutu.clips.media.tone import NAME as TONE


@dataclass(frozen=True)
class FrameRecord:
    """What is kept of one frame.

    ``data`` is the frame file (made here, or the picture file as it came) and ``media_type`` its type;
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


def clip_encoder(about: Probe, reading: Reading = DEFAULT) -> str:
    """Name what writes the frame files of this clip and all that shapes them on the way.

    "original" where pictures are kept as they came. The same name, source and versions give the same bytes.
    """
    if about.kind is not Kind.VIDEO:
        return f"{png_name()} of {about.codec}" if about.codec in ("tiff", "exr") else "original"
    written = png_name() if reading.frames is FrameFile.PNG else encoder_name(reading.quality, _grid(about, reading))
    way = " from planes" if _is_direct(about, reading) else ""
    tone = f" {TONE}" if about.colour.hdr else ""
    fields = "" if about.fields == "plain" else f" {about.fields} {about.field_order} {about.cadence}".rstrip()
    return f"{written}{way}{tone}{fields}"


def _is_direct(about: Probe, reading: Reading) -> bool:
    """Whether frames go from the decoder's planes to JPEG's, which have the same grid."""
    if about.kind is not Kind.VIDEO or reading.frames is FrameFile.PNG:
        return False
    same = _grid(about, reading) == subsampling_of(about)
    return same and supports(about.pixel_format, about.colour, about.rotation)


def _grid(about: Probe, reading: Reading) -> str:
    return "4:4:4" if reading.frames is FrameFile.JPEG444 else subsampling_of(about)


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


def decode_clip(
    path: Path, about: Probe, reading: Reading = DEFAULT, workers: int | None = None
) -> Iterator[FrameRecord]:
    """Decode a clip once and yield a record for every frame, in order; ``about`` is what `probe` said by ``reading``.

    Decoding runs here (FFmpeg uses its own threads), RGB, JPEG, thumbnail and hashes in ``workers`` threads
    (default: the cores this process may use); both release the interpreter. At most 2 × ``workers`` + 6 frames
    are under way, whatever the clip's length. Raises `MediaError` in mid-way as `frames` does.
    """
    workers = workers or _cores()
    worker = _FrameWorker(about, reading)
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

    def __init__(self, about: Probe, reading: Reading) -> None:
        self.convert = Converter(about.colour, about.rotation)
        direct = _is_direct(about, reading)
        self.planes = PlaneEncoder(about.colour, about.rotation, reading.quality) if direct else None


class _FrameWorker:
    """Makes records, in any thread."""

    def __init__(self, about: Probe, reading: Reading) -> None:
        self._about = about
        self._reading = reading
        self._tools = _Tools(about, reading)
        self._aspect = float(about.pixel_aspect)
        self._small_size = small_size(about.height, about.width, pixel_aspect=self._aspect)
        self._grid = _grid(about, reading)

    def work(self, raw: RawFrame) -> tuple[FrameRecord, Look]:
        if isinstance(raw.source, bytes):
            data, media_type = frame_file(raw.source)
            preview = small(picture_of(data, raw.index, self._about), pixel_aspect=self._aspect)
        else:
            data, media_type = self._written(raw.source)
            preview = self._tools.convert.small(raw.source, *self._small_size)
        record = FrameRecord(
            index=raw.index,
            pts=raw.pts,
            time=raw.time,
            data=data,
            media_type=media_type,
            sha256=sha256_hex(data),
            phash=perceptual_hash(preview),
            thumb=encode_jpeg(preview, THUMB_QUALITY, "4:2:0"),
            cut=False,
        )
        return record, look(preview)

    def _written(self, frame: av.VideoFrame) -> tuple[bytes, str]:
        # A stream may change its pixel format on the way; the planes are then not what the probe saw.
        if self._tools.planes is not None and frame.format.name == self._about.pixel_format:
            return self._tools.planes.encode(frame), JPEG
        rgb = self._tools.convert.rgb(frame)
        if self._reading.frames is FrameFile.PNG:
            return encode_png(rgb), PNG
        return encode_jpeg(rgb, self._reading.quality, self._grid), JPEG
