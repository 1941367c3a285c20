"""The pre-label job: who is in each shot, with mask and matte, committed shot by shot."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from annotation.actions import heads, subjects, tasks
from annotation.frames import ShotFrames
from annotation.models import Draft, Head, Ownership, PrelabelledShot, Revision, RevisionPlane, Subject, Task
from koutu.accounts.errors import Refused
from koutu.clips.models import Clip, Shot
from koutu.jobs.run import JobRun
from koutu.registry.models import ModelVersion, version_of
from koutu.storage import blobs
from koutu.storage.blobs import Key, PackWriter
from models import planes
from models.backends.registry import finder
from models.matting.trimap import MASK_LEVEL
from models.prelabel import FrameLabels, prelabel_shot
from models.video.leads import LEAD

# Changes with what the pipeline does beyond the networks, so that a shot is done again by a newer one.
PIPELINE = "prelabel-3"
Layer = RevisionPlane.Layer
# A person found is taken for a subject that is there already from this overlap on.
SAME = 0.5

Found = dict[int, dict[int, dict[str, Key]]]
Presence = Revision.Presence


@dataclass
class Collected:
    """What a shot's pre-label says: planes by track, frame and layer; frames on which a track is behind somebody; how
    much of a lead each is."""

    found: Found = field(default_factory=lambda: defaultdict(dict))
    hidden: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    lead: dict[int, float] = field(default_factory=dict)


def work(run: JobRun) -> None:
    """Pre-label every live shot of the clip that this round has not done yet; accepted work is left alone."""
    clip = Clip.objects.select_related("show__project__organisation").get(uuid=run.job.target_id)
    backend = finder()
    if reason := backend.missing():
        raise Refused("no_model", reason)
    segmenter = backend.open(device=settings.DEVICE)
    version = version_of(ModelVersion.Role.SEGMENT, segmenter.name, segmenter.version, segmenter.licence)
    done = 0
    for shot in _shots(clip):
        before = min(done, clip.frame_count - shot.length)
        _shot(run, clip, shot, segmenter, version, before)
        done = before + shot.length
        run.progress("prelabel", done, clip.frame_count, "frames")
    with run.commit():
        tasks.open_waiting(run.job)


def _shots(clip: Clip) -> Iterator[Shot]:
    """Live shots in order, then those that a person's cuts made meanwhile and that still wait for a pre-label."""
    shots = Shot.objects.filter(clip=clip, deleted_at=None).order_by("first")
    yield from shots
    met = set()
    waiting = shots.filter(Exists(_tasks(OuterRef("pk")).filter(stage=Task.Stage.PRELABEL)))
    while shot := next((shot for shot in waiting.all() if (shot.pk, shot.first, shot.last) not in met), None):
        met.add((shot.pk, shot.first, shot.last))
        yield shot


def _tasks(shot) -> QuerySet[Task]:
    return Task.objects.filter(shot=shot, deleted_at=None)


def _shot(run: JobRun, clip: Clip, shot: Shot, segmenter, version: ModelVersion, before: int) -> None:
    if _tasks(shot).filter(stage=Task.Stage.ACCEPTED).exists():
        return
    frames = ShotFrames(shot)
    key = _key(run, frames, version)
    if PrelabelledShot.objects.filter(shot=shot, key=key).exists():
        return

    def progress(stage: str, count: int) -> None:
        # Finding people and solving their edges take times of one order.
        half = count // 2 if stage == "find" else (len(frames) + count) // 2
        run.progress(stage, before + half, clip.frame_count, "frames")

    with PackWriter(clip.project.organisation) as pack:
        told = _collect(pack, prelabel_shot(frames, segmenter, progress))
    with run.commit():
        if not _still_as_it_was(shot):
            return
        _record(shot, frames, told, pack.record(), version)
        PrelabelledShot.objects.create(shot=shot, key=key)
        _tasks(shot).filter(stage=Task.Stage.PRELABEL).update(stage=Task.Stage.BASE, updated_at=Now())


def _still_as_it_was(shot: Shot) -> bool:
    """Lock shot and tasks; false where a person moved its cut meanwhile, or accepted what is there."""
    same = Shot.objects.filter(pk=shot.pk, first=shot.first, last=shot.last, deleted_at=None)
    stages = _tasks(shot).select_for_update().order_by("pk").values_list("stage", flat=True)
    return bool(same.select_for_update()) and Task.Stage.ACCEPTED not in list(stages)


def _key(run: JobRun, frames: ShotFrames, version: ModelVersion) -> str:
    said = [PIPELINE, str(version), run.job.params.get("round", 1), [row.sha256 for row in frames.rows]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _collect(pack: PackWriter, labels) -> Collected:
    """Write the planes as they come; keep their keys."""
    told = Collected()
    for frame in labels:
        for track, keys in _written(pack, frame):
            told.found[track][frame.index] = keys
        for track in frame.hidden:
            told.hidden[track].add(frame.index)
        told.lead.update({person.track: person.lead for person in frame.people})
    return told


def _written(pack: PackWriter, frame: FrameLabels):
    for person in frame.people:
        keys = {}
        for layer, raster in ((Layer.MASK, person.mask), (Layer.MATTE, person.matte)):
            keys[layer] = (layer.value, planes.address(raster))
            pack.add(*keys[layer], planes.encode(layer.value, raster))
        yield person.track, keys


def _record(shot: Shot, frames: ShotFrames, told: Collected, stored, version: ModelVersion) -> None:
    found = told.found
    known = list(Subject.objects.people().filter(shot=shot).order_by("number"))
    taken: set[int] = set()
    for track in sorted(found):
        subject = _same_person(known, taken, frames, found[track], stored) or _new(shot, told.lead[track])
        taken.add(subject.pk)
        Subject.objects.filter(pk=subject.pk).update(lead=told.lead[track])
        if subject.deleted_by_id:
            continue  # a person said that this is nobody
        if subject.deleted_at:
            Subject.objects.filter(pk=subject.pk).update(deleted_at=None)
        _write_revisions(subject, frames, found[track], told.hidden[track], stored, version)
    _retire([subject for subject in known if subject.pk not in taken])


def _new(shot: Shot, lead: float) -> Subject:
    """Leads and crowd are told apart once: a later round leaves what a person made of it."""
    return subjects.make(shot, role=Subject.Standing.LEAD if lead >= LEAD else Subject.Standing.CROWD)


def _same_person(known: list[Subject], taken, frames: ShotFrames, masks, stored) -> Subject | None:
    """The subject that overlaps this track most, if it does enough; one put away only where no other does."""
    for put_away in (False, True):
        left = [row for row in known if row.pk not in taken and bool(row.deleted_at) == put_away]
        scored = [(_overlap(subject, frames, masks, stored), subject) for subject in left]
        best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best[0] >= SAME:
            return best[1]
    return None


def _overlap(subject: Subject, frames: ShotFrames, masks, stored) -> float:
    """Mean intersection over union on up to five frames that both have."""
    rows = RevisionPlane.objects.filter(revision__head_of__subject=subject, layer=Layer.MASK)
    theirs = {row.revision.frame_id: row.blob for row in rows.select_related("revision", "blob__pack")}
    both = [index for index in masks if frames.rows[index].pk in theirs]
    shown = both[:: max(1, len(both) // 5)][:5]
    scores = [_iou(stored[masks[index][Layer.MASK]], theirs[frames.rows[index].pk]) for index in shown]
    return float(np.mean(scores)) if scores else 0.0


def _iou(mine, theirs) -> float:
    a, b = (planes.decode(blobs.read(blob)) > 0 for blob in (mine, theirs))
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 0.0


def _write_revisions(
    subject: Subject, frames: ShotFrames, masks, hidden: set[int], stored, version: ModelVersion
) -> None:
    """One revision a frame where a machine may speak: present with planes, occluded, or absent."""
    held = {head.frame_id: head.revision for head in Head.objects.filter(subject=subject).select_related("revision")}
    new, layers = [], []
    for index, row in enumerate(frames.rows):
        parent = held.get(row.pk)
        if parent is not None and (parent.author_id is not None or parent.anchor):
            continue
        keys = masks.get(index, {})
        presence = Presence.PRESENT if keys else Presence.OCCLUDED if index in hidden else Presence.ABSENT
        new.append(_revision(subject, row, parent, presence, version))
        layers.append(keys)
    Revision.objects.bulk_create(new, batch_size=200)
    RevisionPlane.objects.bulk_create(
        (_plane(revision, layer, keys, stored) for revision, keys in zip(new, layers, strict=True) for layer in keys),
        batch_size=200,
    )
    heads.move_many(new)


def _revision(subject: Subject, frame, parent: Revision | None, presence: str, version: ModelVersion) -> Revision:
    return Revision(
        frame=frame, subject=subject, parent=parent, presence=presence, source=Revision.Source.MODEL,
        model_version=version, digest=PIPELINE,
    )  # fmt: skip


def _plane(revision: Revision, layer: str, keys: dict[str, Key], stored) -> RevisionPlane:
    mask = layer == Layer.MASK
    return RevisionPlane(
        revision=revision, layer=layer, blob=stored[keys[layer]],
        solved_on=None if mask else stored[keys[Layer.MASK]], level=MASK_LEVEL if mask else None,
    )  # fmt: skip


def _retire(missed: list[Subject]) -> None:
    """Put away subjects of earlier rounds that are not found again, that no person has touched and that own nothing."""
    by_people = Revision.objects.filter(subject=OuterRef("pk"), author__isnull=False)
    drafted = Draft.objects.filter(subject=OuterRef("pk"))
    untouched = Subject.objects.live().filter(pk__in=[row.pk for row in missed], created_by=None, name="")
    owners = Ownership.objects.filter(clip=OuterRef("shot__clip"), owner=OuterRef("lineage"), gone_by=None)
    untouched = untouched.exclude(Exists(owners))
    untouched.exclude(Exists(by_people)).exclude(Exists(drafted)).update(deleted_at=Now())
