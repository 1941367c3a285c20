"""The likeness job: what a clip looks like over time, and which clips of the organisation show the same moments."""

import hashlib
import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from koutu.clips.media.likeness.candidates import candidates
from koutu.clips.media.likeness.fingerprint import Fingerprint, Fingerprinter
from koutu.clips.media.likeness.match import Match, likeness
from koutu.clips.models import Clip, Duplicate, Frame, Likeness
from koutu.jobs.run import JobRun
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob

READ_AT_ONCE = 200


def work(run: JobRun) -> None:
    """Keep the clip's likeness and flag its near-duplicates. Safe to do again: pairs are entered once."""
    clip = Clip.objects.select_related("show__project__organisation").get(uuid=run.job.target_id)
    if clip.state != Clip.State.READY:
        return
    known = Likeness.objects.filter(clip=clip).select_related("blob__pack").first()
    mine = Fingerprint.from_bytes(blobs.read(known.blob)) if known else _take(run, clip)
    others = dict(_nearest(clip, mine))
    with run.commit():
        for twin, match in others.items():
            _enter(clip, twin, match)


def _take(run: JobRun, clip: Clip) -> Fingerprint:
    printer = Fingerprinter()
    for time, thumb in run.count(_thumbs(clip), "likeness", clip.frame_count, "frames"):
        printer.push(thumb, time)
    found = printer.finish()
    data = found.to_bytes()
    address = hashlib.sha256(data).hexdigest()
    with PackWriter(clip.project.organisation) as pack:
        pack.add(Blob.Kind.FINGERPRINT, address, data)
    with run.commit():
        blob = pack.record()[Blob.Kind.FINGERPRINT, address]
        Likeness.objects.get_or_create(clip=clip, defaults={"blob": blob})
    return found


def _thumbs(clip: Clip) -> Iterator[tuple[float, np.ndarray]]:
    """The time in seconds since the first frame, and the small picture, of every frame."""
    frames = Frame.objects.filter(clip=clip).select_related("thumb__pack")
    tick, first = clip.time_base_num / clip.time_base_den, None
    for frame in frames.paged():
        first = frame.pts if first is None else first
        with Image.open(io.BytesIO(blobs.read(frame.thumb))) as thumb:
            yield (frame.pts - first) * tick, np.asarray(thumb.convert("RGB"))


def _nearest(clip: Clip, mine: Fingerprint) -> Iterator[tuple[Clip, Match]]:
    """The organisation's other live clips that match, each with how."""
    rows = Likeness.objects.filter(
        clip__in=Clip.objects.live(), clip__show__project__organisation=clip.project.organisation
    ).exclude(clip=clip)
    stored = ((row.pk, Fingerprint.from_bytes(blobs.read(row.blob))) for row in _streamed(rows))
    for key in candidates(mine, stored):
        row = rows.select_related("clip", "blob__pack").get(pk=key)
        match = likeness(mine, Fingerprint.from_bytes(blobs.read(row.blob)))
        if match:
            yield row.clip, match


def _streamed(rows):
    return rows.select_related("blob__pack").order_by("pk").iterator(READ_AT_ONCE)


def _enter(clip: Clip, twin: Clip, match: Match) -> None:
    """A pair is entered once, whichever of the two is looked at again."""
    if Duplicate.objects.between(clip, twin).exists():
        return
    same = clip.source_id == twin.source_id
    Duplicate.objects.get_or_create(
        clip=clip,
        twin=twin,
        defaults={
            "kind": Duplicate.Kind.BYTES if same else Duplicate.Kind.LOOKS,
            "score": 1.0 if same else match.score,
            "shift": match.shift,
            "overlap": match.overlap,
            "clip_frame": _frame_at(clip, match.a_time),
            "twin_frame": _frame_at(twin, match.b_time),
            "mirrored": match.mirrored,
        },
    )


def _frame_at(clip: Clip, time: float) -> int:
    """The frame that is shown at so many seconds from the first."""
    frames = Frame.objects.filter(clip=clip).order_by("index")
    first = frames.values_list("pts", flat=True)[0]
    until = first + round(time * clip.time_base_den / clip.time_base_num)
    return frames.filter(pts__lte=until).order_by("-index").values_list("index", flat=True).first() or 0
