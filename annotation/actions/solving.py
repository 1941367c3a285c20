"""Asking for the unknown band to be solved again."""

from django.db import transaction

from annotation.actions import tasks
from annotation.models import Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job

LONGEST = 300


@transaction.atomic
def ask(actor: User, subject: Subject, first: int, last: int) -> Job:
    """Queue the solver for the subject's heads on frames first … last of its shot; takes the lease as a save does."""
    require(actor, subject.project, Role.ANNOTATOR)
    shot = subject.shot
    if not shot.first <= first <= last <= shot.last or last - first >= LONGEST:
        raise Invalid("outside_shot", f"Choose at most {LONGEST} frames within {shot.first} – {shot.last}.")
    tasks.hold_span(actor, shot, first, last)
    audit(actor, subject.project, "solve_ask", subject, first=first, last=last)
    return enqueue(
        "solve",
        subject.project,
        subject,
        by=actor,
        label=f"{shot.clip.name} · {subject}",
        key=f"solve:{subject.uuid}:{first}:{last}",
        params={"first": first, "last": last},
    )
