"""Asking for what a person said on one frame to be carried to the frames round it; and taking that back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet

from annotation.actions import heads, revisions, tasks
from annotation.models import Head, Revision, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Shot
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from models.video.spans import Reach, Span, reached, spans, within

# What a span is told by.
SPAN = ("first", "last", "left", "right")


def planned(actor: User, subject: Subject, frame: int, reach: Reach) -> list[Span]:
    """The spans that a propagation from the anchor at `frame` would change, and no others: it ends where frames are
    accepted or in another's hands.

    Raises Refused where that frame is no anchor, and where no frame that way can be changed; Locked where this one
    cannot.
    """
    anchors = anchors_of(subject)
    if frame not in anchors:
        raise Refused("no_anchor", "Confirm this frame as an anchor first: propagation starts from a person's word.")
    every = reached(spans({subject.number: anchors}, subject.shot.first, subject.shot.last), frame, reach)
    found = within(every, *tasks.open_round(actor, subject.shot, frame))
    if every and not found:
        raise Refused("nothing_open", "The frames that way are accepted, or in another's hands.")
    if not found:
        raise Refused("nothing_between", "There is no frame that way which is not an anchor itself.")
    return found


def anchors_of(subject: Subject) -> Sequence[int]:
    """The frames where a person's word on this subject stands."""
    said = Head.objects.filter(subject=subject, revision__anchor=True)
    known = said.exclude(revision__presence=Revision.Presence.UNKNOWN)
    return list(known.order_by("frame__index").values_list("frame__index", flat=True))


@transaction.atomic
def ask(actor: User, subject: Subject, frame: int, reach: Reach, told: Sequence[Mapping] | None = None) -> Job:
    """Queue the propagation of `planned`; takes the lease as a save does.

    Raises Refused `plan_changed` where that is not what the asker was `told`: spans by first, last, left and right.
    """
    require(actor, subject.project, Role.ANNOTATOR)
    found = planned(actor, subject, frame, reach)
    if told is not None and not _same(found, told):
        raise Refused("plan_changed", "Somebody changed these frames meanwhile. Look again at what will happen.")
    for span in found:
        tasks.hold_span(actor, subject.shot, span.first, span.last)
    audit(actor, subject.project, "propagate_ask", subject, frame=frame, reach=reach)
    return enqueue(
        "propagate",
        subject.project,
        subject,
        by=actor,
        label=f"{subject.shot.clip.name} · {subject}",
        key=f"propagate:{subject.uuid}:{_told(found)}",
        params={"frame": frame, "spans": [asdict(span) for span in found]},
    )


def _told(found: Sequence[Span]) -> str:
    """Short for the spans: the same work waits in the queue once."""
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32]


def _same(found: Sequence[Span], told: Sequence[Mapping]) -> bool:
    return [dict(span) for span in told] == [{key: getattr(span, key) for key in SPAN} for span in found]


def under_way(actor: User, shot: Shot) -> QuerySet[Job]:
    """The actor's propagations in this shot that are not over, the newest first."""
    subjects = Subject.objects.live().filter(shot=shot).values("uuid")
    return Job.objects.open().filter(kind="propagate", created_by=actor, target_id__in=subjects).order_by("-pk")


def changed_by(job: Job) -> QuerySet[Head]:
    """The heads that stand as the propagation left them, in order of frames."""
    made = Head.objects.filter(subject__uuid=job.target_id, revision__source=Revision.Source.PROPAGATION)
    return made.filter(revision__tools__0__job=str(job.uuid)).order_by("frame__index")


@transaction.atomic
def undo(actor: User, subject: Subject, job: Job) -> list[int]:
    """Make every frame that stands as the propagation left it what it was before; returns these frames.

    What a person has changed since stays. Raises Refused while the job runs and where nothing of it stands, Locked
    where a task is accepted or in another's hands.
    """
    require(actor, subject.project, Role.ANNOTATOR)
    if job.state in Job.OPEN:
        raise Refused("still_running", "Stop the propagation first, then undo it.")
    standing = [head.revision for head in changed_by(job).select_related("revision__frame")]
    if not standing:
        raise Refused("nothing_to_undo", "No frame stands as this propagation left it: there is nothing to undo.")
    tasks.hold_span(actor, subject.shot, standing[0].frame.index, standing[-1].frame.index)
    told = {"tool": "undo", "undone": str(job.uuid)}
    again = [revisions.stand_again(actor, made, before(made, job), told) for made in standing]
    frames = sorted(revision.frame.index for revision in heads.move_many(again))
    audit(actor, subject.project, "propagate_undo", subject, job=job.uuid, frames=len(frames))
    return frames


def before(revision: Revision, job: Job) -> Revision | None:
    """What stood before the job first came to this frame: the revision itself where it never did."""
    older: Revision | None = revision
    while older is not None and _is_by(older, job):
        older = older.parent
    return older


def _is_by(revision: Revision, job: Job) -> bool:
    return revision.source == Revision.Source.PROPAGATION and revision.tools[0].get("job") == str(job.uuid)
