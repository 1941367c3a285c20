"""What stands between a task and its acceptance."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from annotation.actions import owning
from annotation.models import Draft, Head, Revision, Subject, Task
from koutu.accounts.errors import Locked, Refused
from koutu.clips.models import Frame, Shot

Presence = Revision.Presence
SHOWN = 20
Heads = Mapping[tuple[int, int], Revision]  # by subject and frame


def require_acceptable(task: Task) -> None:
    """Raise Refused `not_acceptable` with every reason: who, where, how often."""
    if reasons := blocking(task):
        raise Refused("not_acceptable", "Some frames are not finished.", reasons=reasons)


def require_nothing_accepted(shot: Shot) -> None:
    """Accepted says that everybody in the frames is there: who comes or goes would make it untrue."""
    tasks = Task.objects.filter(shot=shot, deleted_at=None).select_for_update().order_by("pk")
    if any(task.stage == Task.Stage.ACCEPTED for task in tasks):
        raise Locked("accepted_frozen", "The shot holds accepted work. A reviewer can open it again first.")


def blocking(task: Task) -> list[dict]:
    """Reasons by code and subject: unknown_presence, no_mask, stale, draft_open."""
    subjects = list(Subject.objects.live().filter(shot=task.shot))
    found: dict[tuple[str, Subject], list[int]] = defaultdict(list)
    heads = _heads(task, subjects)
    owned = owning.owners_of(task.shot)
    for subject in subjects:
        for index in _judged(subject, task, owned, heads):
            if code := _fault(heads.get((subject.pk, index))):
                found[code, subject].append(index)
    drafts = Draft.objects.filter(subject__in=subjects, frame__index__range=(task.first, task.last))
    for draft in drafts.select_related("subject", "frame"):
        head = heads.get((draft.subject_id, draft.frame.index))
        # A draft of a state that was saved over waits for its author to look at both; it holds up nobody.
        if draft.parent_id == (head.pk if head else None):
            found["draft_open", draft.subject].append(draft.frame.index)
    return [_reason(code, subject, frames) for (code, subject), frames in found.items()]


def _judged(
    subject: Subject, task: Task, owned: Mapping[UUID, Sequence[owning.Owned]], heads: Heads
) -> list[int]:
    """Frames of the task on which something has to be known of the subject; of a part those where an owner is seen."""
    frames = list(range(task.first, task.last + 1))
    if not subject.is_part:
        return frames

    def seen(index: int) -> bool:
        owners = [span.owner for span in owned.get(subject.lineage, []) if span.first <= index <= span.last]
        states = (heads.get((owner.pk, index)) for owner in owners)
        return any(state is not None and state.presence == Presence.PRESENT for state in states)

    return [index for index in frames if seen(index)]


def _heads(task: Task, subjects: list[Subject]) -> Heads:
    heads = Head.objects.filter(subject__in=subjects, frame__index__range=(task.first, task.last))
    heads = heads.select_related("frame", "revision").prefetch_related("revision__planes")
    return {(head.subject_id, head.frame.index): head.revision for head in heads}


def _fault(revision: Revision | None) -> str | None:
    if revision is None or revision.presence == Presence.UNKNOWN:
        return "unknown_presence"
    if revision.presence == Presence.PRESENT and "mask" not in revision.layers():
        return "no_mask"
    return "stale" if revision.stale else None


def _reason(code: str, subject: Subject, frames: list[int]) -> dict:
    return {
        "code": code,
        "subject": str(subject.uuid),
        "subject_name": str(subject),
        "frames": sorted(frames)[:SHOWN],
        "count": len(frames),
    }


def unknown_frames(task: Task, subject: Subject) -> list[int]:
    """Frames of the task where nobody has said whether the subject is there."""
    known = Head.objects.filter(subject=subject).exclude(revision__presence=Presence.UNKNOWN)
    frames = Frame.objects.filter(clip=task.shot.clip_id, index__range=(task.first, task.last))
    return list(frames.exclude(pk__in=known.values("frame")).order_by("index").values_list("index", flat=True))
