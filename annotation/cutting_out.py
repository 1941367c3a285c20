"""The cutout job: one shot's pictures with the alpha that stands, in a file to take away."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import numpy as np
from django.conf import settings

from annotation.actions import owning
from annotation.actions.painting import raster_of
from annotation.frames import ShotFrames
from annotation.models import Cutout, Head, Revision, RevisionPlane, Subject
from koutu.clips import frame_map
from koutu.clips.media import alpha_film
from koutu.clips.models import Clip, Shot
from koutu.jobs.run import JobRun
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob
from models.matting import clean_colours

Layer = RevisionPlane.Layer


def work(run: JobRun) -> None:
    """Write the file of the shot named by the job, as its mattes stand when each frame is read."""
    if Cutout.objects.filter(uuid=run.job.uuid).exists():
        return  # an earlier attempt of this job has done it
    shot = Shot.objects.select_related("clip__show__project__organisation").get(uuid=run.job.target_id)
    subject = Subject.objects.filter(shot=shot, uuid=run.job.params["subject"] or None).first()
    with tempfile.TemporaryDirectory(dir=settings.DATA / "tmp", prefix="cutout-") as folder:
        path = Path(folder) / "cutout"
        pictures = run.count(_pictures(shot, subject), "cut_out", shot.length, "frames")
        alpha_film.write(path, run.job.params["format"], pictures, _showing(shot))
        _keep(run, shot, subject, path)


def _pictures(shot: Shot, subject: Subject | None) -> Iterator[np.ndarray]:
    """RGBA (H, W, 4) uint8 of every frame; nobody is a picture without alpha."""
    owners = owning.owners_of(shot)
    for index, image in enumerate(ShotFrames(shot), shot.first):
        parts = [part for part, spans in owners.items() if any(_holds(subject, index, span) for span in spans)]
        alpha = _alpha(shot, subject and [subject.lineage, *parts], index)
        share = alpha / np.float32(255)
        colours = clean_colours(image, share) if alpha.any() else np.zeros_like(image)
        yield np.dstack([colours, alpha])


def _holds(subject: Subject | None, index: int, owned: owning.Owned) -> bool:
    return owned.owner == subject and owned.first <= index <= owned.last


def _alpha(shot: Shot, lineages: list[UUID] | None, index: int) -> np.ndarray:
    """The larger value of all that is drawn of these (None: of everybody), as a release joins them; of what has no
    matte the mask."""
    clip: Clip = shot.clip
    alpha = np.zeros((clip.height, clip.width), np.uint8)
    for revision in _drawn(shot, lineages, index):
        layers = revision.layers()
        if plane := layers.get(Layer.MATTE) or layers.get(Layer.MASK):
            alpha = np.maximum(alpha, raster_of(clip, plane))
    return alpha


def _drawn(shot: Shot, lineages: list[UUID] | None, index: int) -> list[Revision]:
    heads = Head.objects.filter(subject__shot=shot, subject__deleted_at=None, frame__index=index)
    heads = heads.filter(revision__presence=Revision.Presence.PRESENT)
    if lineages is not None:
        heads = heads.filter(subject__lineage__in=lineages)
    heads = heads.select_related("revision").prefetch_related("revision__planes__blob__pack")
    return [head.revision for head in heads.order_by("subject__number")]


def _showing(shot: Shot) -> alpha_film.Showing:
    """Film of one rate keeps it; of a variable one each frame keeps its own time, to a millisecond."""
    clip = shot.clip
    size = clip.width, clip.height
    times = frame_map.of(clip)[shot.first : shot.last + 1]
    times = [time - times[0] for time in times]
    tick = Fraction(clip.rate_den, clip.rate_num or 25)
    if all(abs(time - index * tick * 1000) <= 1 for index, time in enumerate(times)):
        return alpha_film.Showing(size, range(shot.length), tick)
    return alpha_film.Showing(size, times, Fraction(1, 1000))


def _keep(run: JobRun, shot: Shot, subject: Subject | None, path: Path) -> None:
    key = (Blob.Kind.CUTOUT.value, blobs.file_address(path))
    pack = PackWriter.of_file(shot.project.organisation, *key, path)
    with run.commit():
        blob = pack.record()[key]
        kind = run.job.params["format"]
        Cutout.objects.create(uuid=run.job.uuid, shot=shot, subject=subject, format=kind, blob=blob)
