"""The propagation job: a subject followed from anchor to anchor, committed frame by frame."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from annotation.actions import heads, tasks
from annotation.actions.painting import raster_of
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.accounts.errors import Refused
from koutu.clips.media.pictures.files import read_picture
from koutu.clips.models import Frame, Shot
from koutu.jobs.run import JobRun
from koutu.registry.models import ModelVersion, version_of
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob
from models import planes
from models.backends.registry import find
from models.matting.edges import edge_matte
from models.matting.trimap import MASK_LEVEL, mask_of
from models.video.carrier import Carrier
from models.video.propagation import Belief, Followed, Propagation
from models.video.spans import Span

# What is asked of each frame, the first that can be had.
NETWORKS = ("mean4", "selfie")
Layer = RevisionPlane.Layer


def work(run: JobRun) -> None:
    """Follow the subject over the spans that were asked for. What an earlier attempt committed stays."""
    subject = Subject.objects.select_related("shot__clip__show__project__organisation").get(uuid=run.job.target_id)
    tracker = _tracker()
    version = version_of(ModelVersion.Role.SEGMENT, tracker.name, tracker.version, tracker.licence)
    runs = [_run(run, subject, span, tracker) for span in _spans(run)]
    total, done = sum(len(each) for each in runs), 0
    for each in runs:
        for followed in each:
            done += 1
            _commit(run, subject, followed, version)
            run.progress("propagate", done, total, "frames")


def _tracker() -> Carrier:
    backends = [find(name) for name in NETWORKS]
    for backend in backends:
        if backend.missing() is None:
            return Carrier(backend.open())
    raise Refused("no_model", str(backends[-1].missing()))


def _spans(run: JobRun) -> list[Span]:
    return [Span(**span | {"things": tuple(span["things"])}) for span in run.job.params["spans"]]


def _run(run: JobRun, subject: Subject, span: Span, tracker: Carrier) -> Propagation:
    """From the frame that was asked for first."""
    ends = [end for end in (span.left, span.right) if end is not None]
    said = {end: dict.fromkeys(span.things, _mask(subject, end)) for end in ends}
    return Propagation(span, reader(subject.shot), said, tracker, back_first=span.right == run.job.params["frame"])


def _mask(subject: Subject, index: int) -> np.ndarray:
    """(height, width) bool: nothing where the subject is said to be absent or hidden."""
    mask = RevisionPlane.objects.filter(revision__head_of__subject=subject, layer=Layer.MASK)
    row = mask.filter(revision__frame__index=index).select_related("blob__pack").first()
    return raster_of(subject.shot.clip, row) > 0


def reader(shot: Shot) -> Callable[[int], np.ndarray]:
    """What reads a frame of the shot by its index, RGB uint8 (height, width, 3); the last two are held."""
    rows = Frame.objects.filter(clip=shot.clip_id).select_related("blob__pack")
    return lru_cache(maxsize=2)(lambda index: read_picture(blobs.read(rows.get(index=index).blob)))


def _commit(run: JobRun, subject: Subject, followed: Followed, version: ModelVersion) -> None:
    """One revision; a frame that a person made an anchor of meanwhile keeps it, and so does an accepted one."""
    digest = hashlib.sha256(f"{run.job.uuid}:{followed.index}:{followed.final}".encode()).hexdigest()
    frame = Frame.objects.select_related("blob__pack").get(clip=subject.shot.clip_id, index=followed.index)
    if Revision.objects.filter(frame=frame, subject=subject, digest=digest).exists():
        return  # an earlier attempt of this job has done it
    (belief,) = followed.things.values()
    rasters = _rasters(read_picture(blobs.read(frame.blob)), belief)
    keys = {layer: (layer.value, planes.address(raster)) for layer, raster in rasters.items()}
    with PackWriter(subject.project.organisation) as pack:
        for layer, raster in rasters.items():
            pack.add(*keys[layer], planes.encode(layer.value, raster))
    with run.commit():
        if not tasks.still_open(run.job.created_by, subject.shot, followed.index):
            return
        revision = _revision(run, subject, frame, belief, bool(rasters), version, digest)
        stored = pack.record()
        _attach(revision, {layer: stored[key] for layer, key in keys.items()})
        heads.move_many([revision])


def _rasters(image: np.ndarray, belief: Belief) -> dict[Layer, np.ndarray]:
    """Mask and matte, both at the frame's size; nothing where nobody is seen."""
    hard = (belief.probability >= 0.5).view(np.uint8) * np.uint8(255)
    matte = edge_matte(image, hard)
    mask = mask_of(matte)
    return {Layer.MASK: mask, Layer.MATTE: matte} if mask.any() else {}


def _revision(
    run: JobRun, subject: Subject, frame: Frame, belief: Belief, present: bool, version: ModelVersion, digest: str
) -> Revision:
    head = Head.objects.filter(frame=frame, subject=subject).first()
    return Revision.objects.create(
        frame=frame, subject=subject, parent_id=head and head.revision_id, digest=digest, model_version=version,
        presence=Revision.Presence.PRESENT if present else Revision.Presence.ABSENT,
        source=Revision.Source.PROPAGATION,
        tools=[{"tool": "propagate", "job": str(run.job.uuid), "sure": round(belief.sure, 3)}],
    )  # fmt: skip


def _attach(revision: Revision, stored: Mapping[Layer, Blob]) -> None:
    for layer, blob in stored.items():
        mask = layer == Layer.MASK
        RevisionPlane.objects.create(
            revision=revision, layer=layer, blob=blob,
            solved_on=None if mask else stored[Layer.MASK], level=MASK_LEVEL if mask else None,
        )  # fmt: skip
