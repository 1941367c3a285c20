"""Changes of subjects."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from annotation.actions import acceptance, owning
from annotation.actions.owning import Owned
from annotation.models import Subject, Task
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Locked
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import CutChange, Shot

COLOURS = 8


def next_number(shot: Shot) -> int:
    """Numbers are never used again in a shot: who was deleted, or left it with a cut, may come back."""
    cut = CutChange.objects.filter(clip=shot.clip_id).exists()
    others = Subject.objects.filter(shot__clip=shot.clip_id) if cut else Subject.objects.filter(shot=shot)
    return (others.aggregate(n=Max("number"))["n"] or 0) + 1


@transaction.atomic
def add(actor: User, shot: Shot, name: str = "", owner: Subject | None = None, **values: str) -> Subject:
    """Add a person to the shot, or a part of `owner` over all of it, in the next colour.

    `values` are role and kind. Raises Invalid for an owner that cannot be one.
    """
    require(actor, shot.project, Role.ANNOTATOR)
    Shot.objects.select_for_update().get(pk=shot.pk)
    acceptance.require_nothing_accepted(shot)
    subject = make(shot, created_by=actor, name=name, **values)
    if owner is not None:
        owning.own(subject, [Owned(owner, shot.first, shot.last)])
    audit(actor, shot.project, "subject_add", subject, shot=shot.uuid, kind=subject.kind)
    return subject


def make(shot: Shot, **values) -> Subject:
    """Create the row with the shot's next number and its colour; used by people and by pre-label."""
    number = next_number(shot)
    values.setdefault("colour", (number - 1) % COLOURS + 1)
    return Subject.objects.create(shot=shot, number=number, **values)


@transaction.atomic
def update(actor: User, subject: Subject, **values) -> Subject:
    """Change name, role or colour."""
    require(actor, subject.project, Role.ANNOTATOR)
    for field, value in values.items():
        setattr(subject, field, value)
    subject.save(update_fields=list(values))
    audit(actor, subject.project, "subject_update", subject, **values)
    return subject


@transaction.atomic
def set_owners(actor: User, part: Subject, owned: Sequence[Owned]) -> None:
    """Say anew whose the part is in all of its shot.

    Raises Invalid, and Locked while another works on the shot or where it holds accepted work.
    """
    require(actor, part.project, Role.ANNOTATOR)
    Shot.objects.select_for_update().get(pk=part.shot_id)
    _require_free(actor, part.shot)
    before = [one.told() for one in owning.owners_of(part.shot).get(part.lineage, [])]
    owning.own(part, owned)
    audit(actor, part.project, "part_owners", part, before=before, now=[one.told() for one in owned])


@transaction.atomic
def delete(actor: User, subject: Subject) -> None:
    """Put a subject away with all its revisions; nothing is removed. Raises Locked while another works on the shot."""
    require(actor, subject.project, Role.ANNOTATOR)
    _require_free(actor, subject.shot)
    Subject.objects.filter(pk=subject.pk, deleted_at=None).update(deleted_at=Now(), deleted_by=actor)
    audit(actor, subject.project, "subject_delete", subject)


def _require_free(actor: User, shot: Shot) -> None:
    acceptance.require_nothing_accepted(shot)
    held = Task.objects.filter(shot=shot, deleted_at=None, lease_until__gt=Now()).exclude(holder=actor)
    if task := held.select_related("holder").first():
        raise Locked("held", f"{task.holder.shown_name} is working on this shot.", holder=task.holder.shown_name)


@transaction.atomic
def restore(actor: User, subject: Subject) -> Subject:
    """Bring a subject back as it was."""
    require(actor, subject.project, Role.ANNOTATOR)
    acceptance.require_nothing_accepted(subject.shot)
    Subject.objects.filter(pk=subject.pk).update(deleted_at=None, deleted_by=None)
    audit(actor, subject.project, "subject_restore", subject)
    subject.refresh_from_db()
    return subject
