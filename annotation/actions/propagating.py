"""Asking for what a person said on one frame to be carried to the frames round it."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from annotation.actions import tasks
from annotation.models import Head, Revision, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from models.video.spans import Reach, Span, reached, spans


def planned(subject: Subject, frame: int, reach: Reach) -> list[Span]:
    """The spans that a propagation from the anchor at `frame` would change, and no others.

    Raises Refused where that frame is no anchor, and where every frame that way is one.
    """
    anchors = anchors_of(subject)
    if frame not in anchors:
        raise Refused("no_anchor", "Confirm this frame as an anchor first: propagation starts from a person's word.")
    found = reached(spans({subject.number: anchors}, subject.shot.first, subject.shot.last), frame, reach)
    if not found:
        raise Refused("nothing_between", "There is no frame that way which is not an anchor itself.")
    return found


def anchors_of(subject: Subject) -> Sequence[int]:
    """The frames where a person's word on this subject stands."""
    said = Head.objects.filter(subject=subject, revision__anchor=True)
    known = said.exclude(revision__presence=Revision.Presence.UNKNOWN)
    return list(known.order_by("frame__index").values_list("frame__index", flat=True))


@transaction.atomic
def ask(actor: User, subject: Subject, frame: int, reach: Reach) -> Job:
    """Queue the propagation of `planned`; takes the lease as a save does."""
    require(actor, subject.project, Role.ANNOTATOR)
    found = planned(subject, frame, reach)
    for span in found:
        tasks.hold_span(actor, subject.shot, span.first, span.last)
    audit(actor, subject.project, "propagate_ask", subject, frame=frame, reach=reach)
    return enqueue(
        "propagate",
        subject.project,
        subject,
        by=actor,
        label=f"{subject.shot.clip.name} · {subject}",
        key=f"propagate:{subject.uuid}:{frame}:{reach}",
        params={"frame": frame, "spans": [asdict(span) for span in found]},
    )
