"""The one place that moves heads.

A person's revision moves a head only from its own parent: whoever painted on an older state is told of the newer one.
A machine's revision (one without an author) passes neither an anchor nor a person's head that it has not seen: a
person's work outranks a model's. No revision moves a head of an accepted task: what is accepted is frozen.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from annotation.models import Head, Revision, Subject, Task
from koutu.accounts.errors import Refused


class MovedHead(Refused):
    """The head is not the parent any more; `head` is the revision that is."""

    def __init__(self, head: Revision | None) -> None:
        super().__init__("moved_head", "Somebody saved a newer state of this frame.")
        self.head = head


def move(revision: Revision) -> None:
    """Make `revision` the head of its frame and subject; raises MovedHead. Call inside a transaction."""
    if not move_many([revision]):
        head = Head.objects.filter(frame=revision.frame_id, subject=revision.subject_id)
        raise MovedHead(next((row.revision for row in head.select_related("revision")), None))


def move_many(revisions: Sequence[Revision]) -> list[Revision]:
    """Make each revision a head where it may be one; return those that became heads. Call inside a transaction."""
    if not revisions:
        return []
    open_ = _not_frozen(revisions)
    rows = _heads_at(revisions).select_for_update(of=("self",)).select_related("revision")
    held = {(head.frame_id, head.subject_id): head for head in rows}
    moving, new = [], []
    for revision in open_:
        head = held.get((revision.frame_id, revision.subject_id))
        if head is None and (revision.parent_id is None or revision.author_id is None):
            new.append(Head(frame_id=revision.frame_id, subject_id=revision.subject_id, revision=revision))
        elif head is not None and may_follow(revision, head.revision):
            head.revision = revision
            moving.append(head)
    Head.objects.bulk_update(moving, ["revision"], batch_size=200)
    # Whoever made the same head a moment ago was first.
    Head.objects.bulk_create(new, ignore_conflicts=True, batch_size=200)
    now = set(_heads_at(revisions).values_list("revision", flat=True))
    return [revision for revision in open_ if revision.pk in now]


def may_follow(revision: Revision, head: Revision) -> bool:
    """Whether `revision` may take the place of `head`."""
    if revision.author_id is None:
        return not head.anchor and (head.author_id is None or revision.parent_id == head.pk)
    return revision.parent_id == head.pk


def carry(subject: Subject, frames: Sequence[int], revisions: Sequence[Revision]) -> None:
    """Frames follow a cut: the subject's heads at these indices go, each revision is a head of its own subject."""
    Head.objects.filter(subject=subject, frame__index__range=(min(frames), max(frames))).delete()
    Head.objects.bulk_create(
        [Head(frame_id=row.frame_id, subject_id=row.subject_id, revision=row) for row in revisions], batch_size=200
    )


def _span(revisions: Sequence[Revision]) -> tuple[int, int]:
    indices = [revision.frame.index for revision in revisions]
    return min(indices), max(indices)


def _heads_at(revisions: Sequence[Revision]) -> QuerySet[Head]:
    """By span and not by a list of frames, which a long shot would make longer than a query may be."""
    subjects = {revision.subject_id for revision in revisions}
    return Head.objects.filter(subject__in=subjects, frame__index__range=_span(revisions))


def _not_frozen(revisions: Sequence[Revision]) -> list[Revision]:
    """Those outside of accepted tasks. Locks the tasks, always before heads: none is accepted while heads move."""
    first, last = _span(revisions)
    subjects = Subject.objects.filter(pk__in={revision.subject_id for revision in revisions})
    shot_of = dict(subjects.values_list("pk", "shot"))
    tasks = Task.objects.filter(shot__in=set(shot_of.values()), deleted_at=None, first__lte=last, last__gte=first)
    frozen = [row for row in tasks.select_for_update().order_by("pk") if row.stage == Task.Stage.ACCEPTED]

    def is_open(revision: Revision) -> bool:
        shot, index = shot_of[revision.subject_id], revision.frame.index
        return not any(task.shot_id == shot and task.first <= index <= task.last for task in frozen)

    return [revision for revision in revisions if is_open(revision)]
