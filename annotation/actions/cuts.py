"""Subjects and tasks follow frames from one shot to another when a person moves a cut."""

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from annotation.actions import revisions, subjects
from annotation.actions.tasks import spans
from annotation.models import Draft, Head, Revision, Subject, Task
from koutu.accounts.errors import Locked
from koutu.clips.events import FramesMoved
from koutu.clips.models import Shot


def follow(event: FramesMoved) -> None:
    """Carry heads, drafts and tasks of the moved frames; raises Locked while they are accepted or another's."""
    tasks = list(Task.objects.filter(shot__in=(event.source, event.to), deleted_at=None).select_related("holder"))
    _require_free(event, tasks)
    for subject in event.source.subjects.live():
        _carry_subject(event, subject)
    for shot in (event.source, event.to):
        _plan(shot, [] if shot == event.source and event.source_gone else spans(shot), tasks)


def _require_free(event: FramesMoved, tasks: list[Task]) -> None:
    for task in tasks:
        if task.stage == Task.Stage.ACCEPTED:
            raise Locked("accepted_frozen", "The shot holds accepted work. A reviewer can open it again first.")
        if task.holder_id and task.holder != event.by and task.lease_until > timezone.now():
            raise Locked("held", f"{task.holder.shown_name} is working on this shot.", holder=task.holder.shown_name)


def _carry_subject(event: FramesMoved, subject: Subject) -> None:
    inside = Q(frame__index__range=(event.first, event.last))
    heads = list(Head.objects.filter(inside, subject=subject).select_related("revision__parent"))
    stays = Head.objects.filter(subject=subject).exclude(inside).exists()
    twin = Subject.objects.filter(shot=event.to, lineage=subject.lineage).first()
    if twin is None and (event.source_gone or heads) and not stays:
        _move_row(subject, event.to)
        return
    if heads:
        twin = _awake(twin) if twin else _twin(subject, event.to)
        for head in heads:
            _carry_head(head, twin)
        drafts = Draft.objects.filter(inside, subject=subject)
        drafts.update(subject=twin, parent=None)
    if event.source_gone or (heads and not stays):
        Subject.objects.filter(pk=subject.pk).update(deleted_at=Now())


def _move_row(subject: Subject, shot: Shot) -> None:
    if Subject.objects.filter(shot=shot, number=subject.number).exists():
        subject.number = subjects.next_number(shot)
    subject.shot = shot
    subject.save(update_fields=["shot", "number"])


def _awake(twin: Subject) -> Subject:
    twin.deleted_at = None
    twin.save(update_fields=["deleted_at"])
    return twin


def _twin(subject: Subject, shot: Shot) -> Subject:
    return subjects.make(
        shot,
        lineage=subject.lineage,
        name=subject.name,
        role=subject.role,
        colour=subject.colour,
        created_by=subject.created_by,
    )


def _carry_head(head: Head, twin: Subject) -> None:
    """Give the frame's state to the twin: the very revision it had there, where nothing was done since."""
    state = head.revision
    frame = head.frame_id
    head.delete()
    before = state.parent
    if state.source == Revision.Source.CUT and before is not None and before.subject_id == twin.pk:
        Head.objects.create(frame_id=frame, subject=twin, revision=before)
        return
    carried = Revision.objects.create(
        frame_id=frame,
        subject=twin,
        parent=state,
        presence=state.presence,
        source=Revision.Source.CUT,
        model_version=state.model_version,
        author=state.author,
        anchor=state.anchor,
        digest=state.digest,
    )
    revisions.carry_planes(state, carried)
    Head.objects.create(frame_id=frame, subject=twin, revision=carried)


def _plan(shot: Shot, wanted: list[tuple[int, int]], before: list[Task]) -> None:
    """Give the shot tasks of these spans, each in the least advanced stage of those it takes over from."""
    for task in Task.objects.filter(shot=shot, deleted_at=None):
        if (task.first, task.last) not in wanted:
            Task.objects.filter(pk=task.pk).update(deleted_at=Now(), holder=None, lease_until=None)
    for first, last in wanted:
        same = Task.objects.filter(shot=shot, first=first, last=last).order_by("deleted_at", "pk")
        task = same.first() or Task(shot=shot, first=first, last=last)
        over = [old for old in before if old.first <= last and old.last >= first]
        task.stage = min((old.stage for old in over), key=list(Task.Stage).index, default=Task.Stage.BASE)
        task.deleted_at = None
        held = next((old for old in over if old.holder_id and old.lease_until > timezone.now()), None)
        task.holder, task.lease_until = (held.holder, held.lease_until) if held else (None, None)
        task.save()
