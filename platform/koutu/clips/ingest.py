"""The ingest job: source → frames, thumbnails, shots. Commits batch by batch; a second run goes on where they end."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from koutu.accounts.errors import Refused
from koutu.clips.events import ClipReady, clip_ready
from koutu.clips.media import pipeline, probe
from koutu.clips.media.faults import MediaError
from koutu.clips.models import Clip, Frame, Shot
from koutu.jobs.run import JobRun
from koutu.storage import packs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob

BATCH = 128


def work(run: JobRun) -> None:
    """Decode the clip named by the job once, store its frames, find its cuts, tell the upper apps."""
    clip = Clip.objects.select_related("show__project__organisation", "source__pack").get(uuid=run.job.target_id)
    if clip.state == Clip.State.READY:
        return
    try:
        with source_path(clip) as path:
            _decode(run, clip, path)
    except MediaError as error:
        raise Refused(error.code.value, str(error)) from error


def gave_up(run: JobRun) -> None:
    """Leave nothing half-made: a clip that cannot be read has a reason and no frames."""
    with transaction.atomic():
        clips = Clip.objects.filter(uuid=run.job.target_id).exclude(state=Clip.State.READY)
        Frame.objects.filter(clip__in=clips).delete()
        code = run.job.error_code or "cancelled"
        clips.update(state=Clip.State.FAILED, fault_code=code, fault=run.job.error, frame_count=0)


@contextmanager
def source_path(clip: Clip) -> Iterator[Path]:
    """Give the clip's source as a path: the pack itself, or a folder of the pictures of a zip."""
    path = packs.path_of(clip.source.pack.uuid)
    if not zipfile.is_zipfile(path):
        yield path
        return
    folder = Path(tempfile.mkdtemp(dir=settings.DATA / "tmp", prefix="pictures-"))
    try:
        probe.unpack_pictures(path, folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def _decode(run: JobRun, clip: Clip, path: Path) -> None:
    seen = probe.probe(path)
    with run.commit():
        _describe(clip, seen)
    kept = Frame.objects.filter(clip=clip).count()
    decoded = pipeline.decode_clip(path, seen, skip=kept)
    count = max(kept, _store(run, clip, decoded, kept, seen.frames))
    with run.commit():
        _finish(run, clip, count, decoded.cuts)


def _describe(clip: Clip, seen: probe.Probe) -> None:
    clip.state = Clip.State.DECODING
    clip.fault_code = clip.fault = ""
    clip.width, clip.height = seen.size
    clip.pixel_aspect_num, clip.pixel_aspect_den = seen.pixel_aspect
    clip.rate_num, clip.rate_den = seen.rate
    clip.time_base_num, clip.time_base_den = seen.time_base
    clip.variable_rate = not seen.constant_rate
    clip.codec, clip.colour, clip.encoder = seen.codec, seen.colour, pipeline.ENCODER
    clip.save()


def _store(run: JobRun, clip: Clip, decoded: pipeline.Decoding, kept: int, expected: int) -> int:
    """Write the frames in packs of BATCH; return how many frames the clip has."""
    count = kept
    for batch in _batches(decoded):
        with PackWriter(clip.project.organisation) as pack:
            for record in batch:
                pack.add(Blob.Kind.FRAME, record.sha256, record.data)
                pack.add(Blob.Kind.THUMB, record.thumb_sha256, record.thumb)
        with run.commit():
            stored = pack.record()
            Frame.objects.bulk_create(_row(clip, record, stored) for record in batch)
        count = batch[-1].index + 1
        run.progress("decode", count, max(expected, count), "frames")
    return count


def _batches(decoded: pipeline.Decoding) -> Iterator[list[pipeline.FrameRecord]]:
    batch: list[pipeline.FrameRecord] = []
    for record in decoded:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(clip: Clip, record: pipeline.FrameRecord, stored: dict) -> Frame:
    return Frame(
        clip=clip,
        index=record.index,
        pts=record.pts,
        sha256=record.sha256,
        phash=record.phash,
        blob=stored[Blob.Kind.FRAME, record.sha256],
        thumb=stored[Blob.Kind.THUMB, record.thumb_sha256],
    )


def _finish(run: JobRun, clip: Clip, count: int, cuts: list[int]) -> None:
    clip.frame_count = count
    clip.state = Clip.State.READY
    clip.save()
    firsts = [0, *cuts]
    lasts = [cut - 1 for cut in cuts] + [count - 1]
    Shot.objects.bulk_create(
        Shot(clip=clip, first=first, last=last, cut=Shot.Cut.DETECTOR if first else Shot.Cut.START)
        for first, last in zip(firsts, lasts, strict=True)
    )
    clip_ready.send(ClipReady(clip, run.job.created_by))
