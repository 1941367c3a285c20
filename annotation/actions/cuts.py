"""Subjects, heads, drafts and tasks follow frames from one shot to another when a person moves a cut.

What moves away leaves its row behind, put away, and finds it again when the frames come back: taking a change back
gives the very heads, subjects and tasks of before, unless somebody has worked on them since.
"""

from collections.abc import Sequence

from django.db.models import F, Q
from django.db.models.functions import Now

from annotation.actions import heads, subjects
from annotation.actions.tasks import spans
from annotation.models import Draft, Head, Revision, RevisionPlane, Subject, Task
from koutu.accounts.errors import Locked
from koutu.accounts.models import User
from koutu.clips.events import FramesMoved
from koutu.clips.models import Shot

Stage = Task.Stage


def follow(event: FramesMoved) -> None:
    """Carry all that hangs on the moved frames; raises Locked while it is accepted or another's."""
    concerned = Task.objects.filter(shot__in=(event.source, event.to), deleted_at=None)
    # Locked before heads are read: whoever saves or accepts goes through the task row.
    tasks = list(concerned.select_for_update().order_by("pk"))
    _require_free(event.by, tasks)
    for subject in event.source.subjects.order_by("pk"):
        _carry_subject(event, subject)
    wanted = {event.source: [] if event.source_gone else spans(event.source), event.to: spans(event.to)}
    planned = [_take_over(shot, first, last, tasks) for shot in wanted for first, last in wanted[shot]]
    concerned.exclude(pk__in=[task.pk for task in planned]).update(deleted_at=Now(), holder=None, lease_until=None)


def _require_free(actor: User, tasks: Sequence[Task]) -> None:
    if any(task.stage == Stage.ACCEPTED for task in tasks):
        raise Locked("accepted_frozen", "The shot holds accepted work. A reviewer can open it again first.")
    held = Task.objects.filter(pk__in=[task.pk for task in tasks], lease_until__gt=Now()).exclude(holder=actor)
    if task := held.select_related("holder").first():
        raise Locked("held", f"{task.holder.shown_name} is working on this shot.", holder=task.holder.shown_name)


def _carry_subject(event: FramesMoved, subject: Subject) -> None:
    inside = Q(frame__index__range=(event.first, event.last))
    held = list(Head.objects.filter(inside, subject=subject).select_related("revision__parent", "frame"))
    drafts = list(Draft.objects.filter(inside, subject=subject))
    works = (Head.objects.filter(subject=subject), Draft.objects.filter(subject=subject))
    stays = any(rows.exclude(inside).exists() for rows in works)
    twin = Subject.objects.filter(shot=event.to, lineage=subject.lineage).first()
    if held or drafts:
        _carry_work(event, subject, twin, stays, held, drafts)
    elif subject.deleted_at is None and not stays and (event.source_gone or _left_behind(twin)):
        # Nobody has painted the person yet: they go on in the other shot, or back to where they were.
        _awake(twin, subject) if twin else _twin(subject, event.to)
        _put_away(subject)


def _left_behind(twin: Subject | None) -> bool:
    """Whether an earlier cut, and not a person, put the twin away."""
    return twin is not None and twin.deleted_at is not None and twin.deleted_by_id is None


def _carry_work(event: FramesMoved, subject: Subject, twin: Subject | None, stays: bool, held, drafts) -> None:
    if not stays and _goes_over(event, subject, twin):
        return
    if subject.deleted_at and twin and twin.deleted_at is None:
        return  # somebody put this one away; its work must not come to life under the other
    twin = _awake(twin, subject) if twin else _twin(subject, event.to)
    carried = _carry_heads(held, twin)
    for draft in drafts:
        draft.subject, draft.parent = twin, carried.get(draft.parent_id)
        draft.save(update_fields=["subject", "parent"])
    if not stays or event.source_gone:
        _put_away(subject)


def _goes_over(event: FramesMoved, subject: Subject, twin: Subject | None) -> bool:
    """Move the subject itself, with all its history, where nobody is in its place but a younger twin left behind.

    Such a twin changes places with it, so that who was there first is there again.
    """
    if twin and not (twin.pk > subject.pk and _left_behind(twin) and _idle(twin)):
        return False
    taken = event.to.subjects.filter(number=subject.number)
    if taken.exists() or (twin and event.source.subjects.filter(number=twin.number).exists()):
        return False
    if twin:
        Subject.objects.filter(pk=twin.pk).update(shot=event.source)
    Subject.objects.filter(pk=subject.pk).update(shot=event.to)
    return True


def _idle(subject: Subject) -> bool:
    return not (subject.heads.exists() or Draft.objects.filter(subject=subject).exists())


def _put_away(subject: Subject) -> None:
    Subject.objects.filter(pk=subject.pk, deleted_at=None).update(deleted_at=Now())


def _awake(twin: Subject, subject: Subject) -> Subject:
    """Bring the twin back where the subject is live, under the name that it has by now."""
    if twin.deleted_at and not subject.deleted_at:
        twin.deleted_at = twin.deleted_by = None
        twin.name, twin.role, twin.colour = subject.name, subject.role, subject.colour
        twin.lead = subject.lead
        twin.save()
    return twin


def _twin(subject: Subject, shot: Shot) -> Subject:
    same = ("lineage", "kind", "name", "role", "lead", "colour", "created_by", "deleted_at", "deleted_by")
    return subjects.make(shot, **{name: getattr(subject, name) for name in same})


def _carry_heads(held: Sequence[Head], twin: Subject) -> dict[int, Revision]:
    """Give the frames' states to the twin; return the revision that each old one became, by primary key."""
    if not held:
        return {}
    became = {head.revision_id: _before(head.revision, twin) or _copy(head, twin) for head in held}
    new = {old: row for old, row in became.items() if row.pk is None}
    Revision.objects.bulk_create(new.values(), batch_size=200)
    planes = RevisionPlane.objects.filter(revision__in=list(new))
    RevisionPlane.objects.bulk_create([row.carried_to(new[row.revision_id]) for row in planes], batch_size=200)
    heads.carry(held[0].subject, [head.frame.index for head in held], list(became.values()))
    return became


def _before(state: Revision, twin: Subject) -> Revision | None:
    """The very revision the twin had on this frame, where nothing was done since."""
    before = state.parent
    carried = state.source == Revision.Source.CUT and before is not None and before.subject_id == twin.pk
    return before if carried and before.anchor == state.anchor else None


def _copy(head: Head, twin: Subject) -> Revision:
    same = ("presence", "model_version", "author", "anchor", "digest")
    state = head.revision
    values = {name: getattr(state, name) for name in same}
    return Revision(frame=head.frame, subject=twin, parent=state, source=Revision.Source.CUT, **values)


def _take_over(shot: Shot, first: int, last: int, before: Sequence[Task]) -> Task:
    """The task of this span: the one there is, the one there was, or a new one, as far as the work below it is."""
    same = Task.objects.filter(shot=shot, first=first, last=last)
    task = same.order_by(F("deleted_at").desc(nulls_first=True)).first() or Task(shot=shot, first=first, last=last)
    if task.pk and task.deleted_at is None:
        return task
    over = [old for old in before if old.first <= last and old.last >= first]
    if not over:
        task.stage = Stage.BASE
    elif task.deleted_at is None or _worked_on(task, over):
        least = min(over, key=lambda old: list(Stage).index(old.stage))
        task.stage = least.stage
        rejected = next((old for old in over if old.rejected_at), least)
        task.reject_reason, task.rejected_at = rejected.reject_reason, rejected.rejected_at
        task.rejected_by_id = rejected.rejected_by_id
        task.updated_at = max(old.updated_at for old in over)  # a cut is no work: see _worked_on
    held = next((old for old in over if old.holder_id), None)
    task.holder_id, task.lease_until = (held.holder_id, held.lease_until) if held else (None, None)
    task.deleted_at = None
    task.save()
    return task


def _worked_on(task: Task, over: Sequence[Task]) -> bool:
    """Whether anybody did a thing on the frames since a cut replaced this task."""
    work = Revision.objects.filter(
        frame__clip=task.shot.clip_id, frame__index__range=(task.first, task.last),
        author__isnull=False, created_at__gt=task.deleted_at,
    ).exclude(source=Revision.Source.CUT)  # fmt: skip
    return any(old.updated_at > task.deleted_at for old in over) or work.exists()
