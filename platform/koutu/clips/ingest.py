"""The ingest job: source → frames, thumbnails, shots. Commits batch by batch; a second run goes on where they end.

The source is read in a confined process (`media.apart`); here its results are stored.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from django.conf import settings

from koutu.accounts.errors import Refused
from koutu.clips import archives, room
from koutu.clips.actions.readings import reading_of
from koutu.clips.events import ClipReady, clip_ready
from koutu.clips.media.apart import Patience, stream
from koutu.clips.media.confine import Limits
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pipeline import FrameRecord, clip_encoder
from koutu.clips.media.probing import Kind, Probe
from koutu.clips.media.reading import FrameFile, Reading
from koutu.clips.media.source import read_source
from koutu.clips.models import Clip, Frame, Shot
from koutu.jobs.run import Interrupted, JobRun
from koutu.storage import blobs, packs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob

BATCH = 16
# Of pictures that stay their own files.
KEPT = ("mjpeg", "png")
# Written here and nowhere else; the name, for one, may be changed by a person meanwhile.
DESCRIBED = (
    "state", "fault_code", "fault", "width", "height", "pixel_aspect_num", "pixel_aspect_den", "rate_num", "rate_den",
    "time_base_num", "time_base_den", "variable_rate", "codec", "encoder", "colour", "pixel_format", "rotation",
    "field_order", "cadence", "fields", "reading", "estimated_bytes",
)  # fmt: skip


def work(run: JobRun) -> None:
    """Decode the clip named by the job once, store its frames, find its cuts, tell the upper apps."""
    clip = Clip.objects.select_related("show__project__organisation", "source__pack").get(uuid=run.job.target_id)
    if clip.state == Clip.State.READY:
        return
    try:
        with source_path(clip) as path:
            reading = _reading(clip)
            with closing(stream(read_source, path, reading, settings.MAX_FRAMES, patience=_patience())) as results:
                _take(run, clip, reading, results)
    except MediaError as error:
        refusal = Interrupted if error.code is MediaFault.READER_KILLED else Refused
        raise refusal(error.code.value, error.detail) from error


@contextmanager
def source_path(clip: Clip) -> Iterator[Path]:
    """Give the clip's source as a path: a link under the uploaded name, or a folder of a zip's pictures."""
    with _folder() as folder, blobs.local(clip.source) as source:
        if zipfile.is_zipfile(source):
            archives.unpack(source, folder, settings.MAX_FRAMES, packs.free())
            yield folder
        else:
            # The name tells a picture from a video and stands in errors.
            path = folder / Path(clip.source_name).name
            _link(source, path)
            yield path


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=settings.DATA / "tmp", prefix="source-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _link(source: Path, target: Path) -> None:
    """A hard link costs nothing; blobs on another disk than KOUTU_DATA get a symbolic one."""
    try:
        target.hardlink_to(source)
    except OSError:
        target.symlink_to(source)


def _patience() -> Patience:
    return Patience(settings.DECODE_PATIENCE_SECONDS, Limits(memory=settings.DECODE_MEMORY_BYTES))


def _reading(clip: Clip) -> Reading:
    """The project's choices of today; those of the first run where frames are stored by them already."""
    begun = Frame.objects.filter(clip=clip).exists()
    return Reading.from_dict(clip.reading) if begun else reading_of(clip.project)


def _take(run: JobRun, clip: Clip, reading: Reading, results: Iterator) -> None:
    """Store what the reader sends: what the source is, then its frames."""
    about: Probe = next(results)
    _describe(clip, about, reading)
    room.require(clip.project.organisation, clip.estimated_bytes)
    with run.commit():
        clip.save(update_fields=DESCRIBED)
    cuts: list[int] = []
    count = 0
    for batch in _batches(results):
        _store(run, clip, batch)
        cuts += [record.index for record in batch if record.cut]
        count += len(batch)
        run.progress("decode", count, max(about.frame_count, count), "frames")
    with run.commit():
        _finish(run, clip, count, cuts)


def _describe(clip: Clip, about: Probe, reading: Reading) -> None:
    clip.state = Clip.State.DECODING
    clip.fault_code = clip.fault = ""
    clip.width, clip.height = about.width, about.height
    clip.pixel_aspect_num, clip.pixel_aspect_den = about.pixel_aspect.as_integer_ratio()
    clip.rate_num, clip.rate_den = about.rate.as_integer_ratio()
    clip.time_base_num, clip.time_base_den = about.time_base.as_integer_ratio()
    clip.variable_rate = not about.constant_rate
    clip.codec, clip.encoder, clip.reading = about.codec, clip_encoder(about, reading), reading.to_dict()
    clip.pixel_format, clip.rotation, clip.colour = about.pixel_format, about.rotation, str(about.colour)
    clip.field_order, clip.cadence, clip.fields = about.field_order, about.cadence, about.fields
    clip.estimated_bytes = _estimate(clip, about, reading)


def _estimate(clip: Clip, about: Probe, reading: Reading) -> int:
    """Pictures that stay their own files take what they take; all else goes by the size of its frames."""
    if about.kind is not Kind.VIDEO and about.codec in KEPT:
        return clip.source.length
    frames = reading.frames if about.kind is Kind.VIDEO else FrameFile.PNG
    return room.estimate(about.width, about.height, about.frame_count, frames)


def _batches(records: Iterator[FrameRecord]) -> Iterator[list[FrameRecord]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _store(run: JobRun, clip: Clip, batch: list[FrameRecord]) -> None:
    """Write the frames of the batch that an earlier run has not stored yet, as one pack and one commit."""
    span = (batch[0].index, batch[-1].index)
    stored = set(Frame.objects.filter(clip=clip, index__range=span).values_list("index", flat=True))
    new = [record for record in batch if record.index not in stored]
    with PackWriter(clip.project.organisation) as pack:
        for record in new:
            pack.add(Blob.Kind.FRAME, record.sha256, record.data)
            pack.add(Blob.Kind.THUMB, _sha256(record.thumb), record.thumb)
    with run.commit():
        stored = pack.record()
        Frame.objects.bulk_create(_row(clip, record, stored) for record in new)


def _row(clip: Clip, record: FrameRecord, stored: dict) -> Frame:
    return Frame(
        clip=clip,
        index=record.index,
        pts=record.pts,
        sha256=record.sha256,
        phash=record.phash,
        blob=stored[Blob.Kind.FRAME, record.sha256],
        thumb=stored[Blob.Kind.THUMB, _sha256(record.thumb)],
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _finish(run: JobRun, clip: Clip, count: int, cuts: list[int]) -> None:
    clip.frame_count = count
    clip.state = Clip.State.READY
    clip.save(update_fields=["frame_count", "state"])
    firsts = [0, *cuts]
    lasts = [cut - 1 for cut in cuts] + [count - 1]
    Shot.objects.bulk_create(
        Shot(clip=clip, first=first, last=last, cut=Shot.Cut.DETECTOR if first else Shot.Cut.START)
        for first, last in zip(firsts, lasts, strict=True)
    )
    clip_ready.send(ClipReady(clip, run.job.created_by))
