"""A part is given to others."""

from collections.abc import Sequence

from django.db import transaction

from annotation.actions import acceptance, owning, wholes
from annotation.actions.owning import Owned
from annotation.models import Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Shot
from koutu.jobs.models import Job


@transaction.atomic
def set_owners(actor: User, part: Subject, owned: Sequence[Owned]) -> Job | None:
    """Say anew whose the part is in all of its shot; the job makes its new owners contain it, and the former no more.

    Raises Invalid, and Locked where the shot holds accepted work.
    """
    require(actor, part.project, Role.ANNOTATOR)
    Shot.objects.select_for_update().get(pk=part.shot_id)
    acceptance.require_nothing_accepted(part.shot)
    before = [one.told() for one in owning.owners_of(part.shot).get(part.lineage, [])]
    owning.own(part, owned)
    audit(actor, part.project, "part_owners", part, before=before, now=[one.told() for one in owned])
    return wholes.settle(actor, part, part.shot.first, part.shot.last)
