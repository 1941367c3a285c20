"""Drafts: an author's own unsent state, kept by the server as well, so that it is there on another machine."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotation.actions import painting
from annotation.actions.revisions import require_inside
from annotation.models import Draft, Revision, Subject
from koutu.accounts.actions import require
from koutu.accounts.errors import Invalid
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Frame
from koutu.storage.blobs import PackWriter

Layer = painting.Layer


@dataclass(frozen=True)
class Sent:
    frame: Frame
    subject: Subject
    parent: UUID | None
    presence: str
    matte: painting.SentPlane | None = None
    tools: list = field(default_factory=list)


def keep(actor: User, sent: Sent) -> Draft:
    """Write the author's draft of a frame and subject over the one before."""
    require(actor, sent.subject.project, Role.ANNOTATOR)
    require_inside(sent.subject, sent.frame)
    parent = None
    if sent.parent:
        parent = Revision.objects.filter(uuid=sent.parent, frame=sent.frame, subject=sent.subject).first()
        if parent is None:
            raise Invalid("unknown_parent", "The parent is no revision of this frame and subject.")
    painted = painting.Painted()
    if sent.matte:
        painted = painting.paint(sent.frame.clip, parent, {Layer.MATTE: sent.matte})
        painted.new.pop(Layer.MASK)
    with PackWriter(sent.subject.project.organisation) as pack:
        keys = painting.write(pack, painted)
    with transaction.atomic():
        stored = pack.record()
        matte = stored[keys[Layer.MATTE]] if keys else None
        draft, _ = Draft.objects.update_or_create(
            author=actor,
            frame=sent.frame,
            subject=sent.subject,
            defaults={
                "parent": parent, "presence": sent.presence, "matte": matte, "tools": sent.tools, "updated_at": Now(),
            },  # fmt: skip
        )
    draft.refresh_from_db()
    return draft


def discard(actor: User, frame: Frame, subject: Subject) -> None:
    """Forget the author's own draft."""
    Draft.objects.filter(author=actor, frame=frame, subject=subject).delete()
