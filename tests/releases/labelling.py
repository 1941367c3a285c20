"""Accepted work with real planes: what a project holds before it makes a release."""

import numpy as np
from django.db import transaction

from annotation.models import Head, Revision, RevisionPlane, Subject, Task
from koutu.accounts.models import Project
from koutu.clips.models import Clip, Frame, Shot
from koutu.jobs import run as jobs
from koutu.releases import actions
from koutu.releases.models import Release
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob
from models import planes
from tests import factories

WIDTH, HEIGHT = 64, 48


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    """A mask uint8 (48, 64): 255 within the box, right and bottom excluded."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[top:bottom, left:right] = 255
    return mask


def subject(shot: Shot, number: int, *, role: str = "lead") -> Subject:
    return Subject.objects.create(shot=shot, number=number, role=role, colour=number % 8 + 1)


def label(person: Subject, masks: dict[int, np.ndarray]) -> None:
    """Say where the person is: a mask (and a softer matte) on the frames given, absent on all others of the shot."""
    frames = Frame.objects.filter(clip=person.shot.clip, index__range=(person.shot.first, person.shot.last))
    with PackWriter(person.project.organisation) as pack:
        for mask in masks.values():
            pack.add(Blob.Kind.MASK, planes.address(mask), planes.encode("mask", mask))
            pack.add(Blob.Kind.MATTE, planes.address(soft(mask)), planes.encode("matte", soft(mask)))
    with transaction.atomic():
        blobs = pack.record()
        for frame in frames:
            _revision(person, frame, masks.get(frame.index), blobs)


def soft(mask: np.ndarray) -> np.ndarray:
    return np.where(mask > 0, 250, 3).astype(np.uint8)


def _revision(person: Subject, frame: Frame, mask: np.ndarray | None, blobs: dict) -> None:
    presence = Revision.Presence.ABSENT if mask is None else Revision.Presence.PRESENT
    row = Revision.objects.create(frame=frame, subject=person, presence=presence, source="person", digest="0" * 64)
    if mask is not None:
        drawn = blobs[Blob.Kind.MASK, planes.address(mask)]
        alpha = blobs[Blob.Kind.MATTE, planes.address(soft(mask))]
        RevisionPlane.objects.create(revision=row, layer="mask", blob=drawn)
        RevisionPlane.objects.create(revision=row, layer="matte", blob=alpha, solved_on=drawn)
    Head.objects.update_or_create(frame=frame, subject=person, defaults={"revision": row})


def accept(shot: Shot, stage: str = Task.Stage.ACCEPTED) -> Task:
    return Task.objects.create(shot=shot, first=shot.first, last=shot.last, stage=stage)


def accepted_clip(of: Project, frames: int = 6, show=None, name: str = "") -> Clip:
    """A clip of one accepted shot in which one person walks to the right."""
    clip = factories.clip(show or factories.show(of), frames=frames, name=name)
    shot = clip.shots.get()
    label(subject(shot, 1), {index: box(4 + index, 10, 20 + index, 40) for index in range(frames)})
    accept(shot)
    return clip


def build(actor, project: Project, name: str = "court", *, val: float = 0.2, version: str = "") -> Release:
    """Make a release and do its job, as a worker would."""
    release, job = actions.create(actor, project, name, version=version, formats_=["davis2017"], val=val)
    jobs.run(job.uuid)
    return Release.objects.select_related("project__organisation", "manifest__pack").get(pk=release.pk)
