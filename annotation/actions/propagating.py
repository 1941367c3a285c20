"""Asking for what a person said on one frame to be carried to the frames round it; and taking that back."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from annotation.actions import heads, revisions, tasks
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Shot
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from models.video.spans import Reach, Span, changed, reached, spans, within

_LATE = timedelta(days=1)
# What a span is told by.
SPAN = ("first", "last", "left", "right")


def planned(actor: User, subject: Subject, frame: int, reach: Reach) -> list[Span]:
    """The spans that a propagation from the anchor at `frame` would change, and no others: it ends where frames are
    accepted or in another's hands. Of `Reach.CHANGED` there may be none, and the frame need be no anchor.

    Raises Refused where that frame is no anchor, and where no frame that way can be changed; Invalid where the shot
    does not hold it, Locked where it cannot be changed.
    """
    if reach == Reach.CHANGED:
        return outdated(subject, *tasks.open_round(actor, subject.shot, frame))
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


def outdated(subject: Subject, first: int, last: int) -> list[Span]:
    """The spans within the frames `first` to `last` with frames that stand as a propagation made them out of anchors
    that are others by now. Where no anchor ends a span, the last such frame does."""
    now = {subject.number: anchors_of(subject)}
    found: dict[Span, set[int]] = defaultdict(set)
    for job, frames in _propagated(subject, first, last).items():
        then = {subject.number: {int(index): word for index, word in job.params["anchors"].items()}}
        for span in changed(then, now, subject.shot.first, subject.shot.last):
            found[span] |= {index for index in frames if span.first <= index <= span.last}
    return within(sorted(_cut_to(span, frames) for span, frames in found.items() if frames), first, last)


def _cut_to(span: Span, frames: set[int]) -> Span:
    first = min(frames) if span.left is None else span.first
    return replace(span, first=first, last=max(frames) if span.right is None else span.last)


def _propagated(subject: Subject, first: int, last: int) -> dict[Job, list[int]]:
    """The frames that stand as a propagation left them, by the propagation. Old ones do not know their anchors."""
    made = Head.objects.filter(subject=subject, revision__source=Revision.Source.PROPAGATION)
    by: dict[str, list[int]] = defaultdict(list)
    for index, tools in made.filter(frame__index__range=(first, last)).values_list("frame__index", "revision__tools"):
        # What was undone or merged since says so first.
        job = next((tool["job"] for tool in tools if tool["tool"] == "propagate"), None)
        if job:
            by[job].append(index)
    return {job: by[str(job.uuid)] for job in Job.objects.filter(uuid__in=list(by), params__has_key="anchors")}


def anchors_of(subject: Subject) -> dict[int, str]:
    """The frames where a person's word on this subject stands, in order, with the mask's address, or with whether they
    are there where there is no mask."""
    said = Head.objects.filter(subject=subject, revision__anchor=True)
    known = said.exclude(revision__presence=Revision.Presence.UNKNOWN)
    masks = RevisionPlane.objects.filter(revision=OuterRef("revision"), layer=RevisionPlane.Layer.MASK)
    word = Coalesce(Subquery(masks.values("blob__address")), F("revision__presence"))
    return dict(known.order_by("frame__index").values_list("frame__index", word))


@transaction.atomic
def ask(actor: User, subject: Subject, frame: int, reach: Reach, told: Sequence[Mapping] | None = None) -> Job:
    """Queue the propagation of `planned`; takes the lease as a save does.

    Raises Refused `plan_changed` where that is not what the asker was `told`: spans by first, last, left and right.
    """
    require(actor, subject.project, Role.ANNOTATOR)
    # Nobody merges or splits between the plan and the job.
    Shot.objects.select_for_update().get(pk=subject.shot_id)
    found = planned(actor, subject, frame, reach)
    if not found:
        raise Refused("nothing_changed", "No frame stands that was propagated from an anchor which changed since.")
    if told is not None and not _same(found, told):
        raise plan_changed()
    for span in found:
        tasks.hold_span(actor, subject.shot, span.first, span.last)
    anchors = anchors_of(subject)
    audit(actor, subject.project, "propagate_ask", subject, frame=frame, reach=reach)
    return enqueue(
        "propagate",
        subject.project,
        subject,
        by=actor,
        label=f"{subject.shot.clip.name} · {subject}",
        key=f"propagate:{subject.uuid}:{_told(found, anchors)}:{_stopped(subject)}",
        params={"frame": frame, "spans": [asdict(span) for span in found], "anchors": anchors},
    )


def _told(found: Sequence[Span], anchors: Mapping[int, str]) -> str:
    """Short for spans and what people said round them: the same work waits in the queue once."""
    return hashlib.sha256(repr((found, anchors)).encode()).hexdigest()[:32]


def _stopped(subject: Subject) -> int:
    """How many were ever told to stop: whoever asks again does not mean one of those."""
    return Job.objects.filter(kind="propagate", target_id=subject.uuid, cancel_requested=True).count()


def _same(found: Sequence[Span], told: Sequence[Mapping]) -> bool:
    return [dict(span) for span in told] == [{key: getattr(span, key) for key in SPAN} for span in found]


def of_late(actor: User, shot: Shot) -> list[Job]:
    """The actor's propagations in this shot that are under way, the newest first, and the one that ended last if that
    is less than a day ago."""
    subjects = Subject.objects.live().filter(shot=shot).values("uuid")
    mine = Job.objects.select_related("created_by").filter(kind="propagate", created_by=actor, target_id__in=subjects)
    ended = mine.exclude(state__in=Job.OPEN).filter(finished_at__gte=Now() - _LATE).order_by("-finished_at")
    return [*mine.open().order_by("-pk"), *ended[:1]]


def is_as_asked(job: Job, subject: Subject, span: Span) -> bool:
    """Whether the anchors at the ends of the span are what they were when it was asked for."""
    now, then = anchors_of(subject), job.params.get("anchors")
    ends = [end for end in (span.left, span.right) if end is not None]
    return then is None or all(then.get(str(end)) == now.get(end) for end in ends)


def plan_changed() -> Refused:
    return Refused("plan_changed", "Somebody changed these frames meanwhile. Look again at what will happen.")


def require_still(subject: Subject) -> None:
    """Raises Refused while a propagation changes the subject's frames."""
    if Job.objects.open().filter(kind="propagate", target_id=subject.uuid).exists():
        raise Refused("being_propagated", "A propagation changes these frames. Let it end or stop it, then try again.")


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
