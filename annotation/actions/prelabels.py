"""Asking for a pre-label again."""

from django.db import transaction

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Clip
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job


@transaction.atomic
def ask(actor: User, clip: Clip) -> Job:
    """Queue the pre-label of every shot anew; what people did stays."""
    require(actor, clip.project, Role.ANNOTATOR)
    if clip.state != Clip.State.READY:
        raise Refused("not_ready", "The clip is not decoded yet.")
    rounds = Job.objects.filter(kind="prelabel", target_id=clip.uuid).count()
    audit(actor, clip.project, "prelabel_ask", clip)
    return enqueue("prelabel", clip.project, clip, by=actor, label=clip.name, params={"round": rounds + 1})
