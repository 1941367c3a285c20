"""What people say of clips that show the same moments."""

from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Duplicate


@transaction.atomic
def decide(actor: User, pair: Duplicate, state: str) -> Duplicate:
    """Keep both clips as linked, say that they are not the same, or open the question again."""
    require(actor, pair.clip.project, Role.ANNOTATOR)
    if pair.kind == Duplicate.Kind.BYTES and state == Duplicate.State.DISMISSED:
        raise Refused("same_bytes", "The two clips are of the same file, byte for byte.")
    pair.state = state
    pair.decided_by = None if state == Duplicate.State.OPEN else actor
    pair.decided_at = None if state == Duplicate.State.OPEN else Now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    audit(actor, pair.clip.project, "duplicate_decide", pair, state=state, clip=pair.clip.uuid, twin=pair.twin.uuid)
    pair.refresh_from_db()
    return pair
