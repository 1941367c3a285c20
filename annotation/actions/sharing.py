"""One label for frames that show the same picture, where a person wishes it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from annotation.actions import heads
from annotation.actions.revisions import Save, carry_planes, create
from annotation.actions.tasks import open_to
from annotation.models import Head, Revision, Task
from koutu.accounts.actions import audit, require
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips import repeats
from koutu.clips.models import Clip, Frame


@dataclass(frozen=True)
class Shared:
    """How many labels were given to frames that repeat another, and in how many tasks others were at work."""

    labels: int
    held: int


@transaction.atomic
def share(actor: User, clip: Clip) -> Shared:
    """Give every frame of a picture the label of one of them: the newest by a person, else the first frame's.

    Each becomes a new revision, so that history gives back what was there. Accepted tasks and those that another
    person holds stay as they are.
    """
    require(actor, clip.project, Role.ANNOTATOR)
    tasks = Task.objects.filter(shot__clip=clip, deleted_at=None).exclude(stage=Task.Stage.ACCEPTED)
    mine = list(open_to(actor).filter(pk__in=tasks))
    runs = repeats.runs(clip)
    made = [revision for task in mine for revision in _in_task(actor, task, runs)]
    became = heads.move_many(made)
    audit(actor, clip.project, "labels_share", clip, labels=len(became))
    return Shared(len(became), tasks.count() - len(mine))


def _in_task(actor: User, task: Task, runs: list[tuple[int, int]]) -> Iterator[Revision]:
    rows = Head.objects.filter(subject__shot=task.shot_id, subject__deleted_at=None)
    rows = rows.filter(frame__index__range=(task.first, task.last)).select_related("frame", "subject", "revision")
    by_frame: dict[int, dict[int, Head]] = defaultdict(dict)
    for head in rows.prefetch_related("revision__planes"):
        by_frame[head.frame.index][head.subject_id] = head
    frames = {
        frame.index: frame for frame in Frame.objects.filter(clip=task.shot.clip_id, index__in=_indices(task, runs))
    }
    for first, last in runs:
        span = [index for index in range(first, last + 1) if task.first <= index <= task.last]
        for subject in sorted({key for index in span for key in by_frame[index]}):
            yield from _over(actor, [frames[index] for index in span], [by_frame[i].get(subject) for i in span])


def _indices(task: Task, runs: list[tuple[int, int]]) -> set[int]:
    return {i for first, last in runs for i in range(first, last + 1) if task.first <= i <= task.last}


def _over(actor: User, frames: list[Frame], held: list[Head | None]) -> Iterator[Revision]:
    there = [head for head in held if head]
    people = [head for head in there if head.revision.author_id]
    source = max(people, key=lambda head: head.revision_id) if people else there[0]
    for frame, head in zip(frames, held, strict=True):
        if head and _says(head.revision) == _says(source.revision):
            continue
        parent = head.revision if head else None
        sent = Save(
            uuid4(), frame, source.subject, parent.uuid if parent else None, source.revision.presence, bool(people)
        )
        revision = create(actor, sent, parent)
        carry_planes(source.revision, revision)
        yield revision


def _says(revision: Revision) -> tuple:
    return revision.presence, sorted((plane.layer, plane.blob_id) for plane in revision.planes.all())
