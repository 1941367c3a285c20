"""Taking one shot away: pictures with alpha, made by a job and kept for some days."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation.models import Cutout, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Shot
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job

KEPT = timedelta(days=7)


@transaction.atomic
def ask(actor: User, shot: Shot, kind: str, subject: Subject | None) -> Job:
    """Queue the cutout of the whole shot, of one subject with the parts it owns or of everybody.

    Raises Refused ("nothing_drawn") where there is no matte yet.
    """
    require(actor, shot.project, Role.ANNOTATOR)
    drawn = Subject.objects.live().filter(shot=shot, heads__revision__planes__isnull=False)
    if not (drawn.filter(pk=subject.pk) if subject else drawn).exists():
        raise Refused("nothing_drawn", "Nothing is drawn yet that could be cut out: paint or pre-label a frame first.")
    whose = str(subject.uuid) if subject else ""
    audit(actor, shot.project, "cutout_ask", shot, format=kind, subject=whose)
    return enqueue(
        "cutout", shot.project, shot, by=actor, label=f"{shot.clip.name} · {shot}",
        key=f"cutout:{shot.uuid}:{kind}:{whose}", params={"format": kind, "subject": whose},
    )  # fmt: skip


def drop_old() -> None:
    """Forget cutouts that were made some days ago; their bytes go with the next collection of garbage."""
    Cutout.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
