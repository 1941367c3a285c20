"""Changes of the rights ledger: enter, withdraw; and of what the people of a show agreed to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Cast, Right, Show


@transaction.atomic
def enter(actor: User, show: Show, **terms: Any) -> Right:
    """Add a line to the ledger. A line is never changed: a wrong one is withdrawn and entered anew."""
    require(actor, show.project, Role.LEAD)
    starts, expires = terms.get("starts"), terms.get("expires")
    if starts and expires and expires < starts:
        raise Invalid("right_ends_before_start", f"The right ends on {expires}, before it begins on {starts}.")
    right = Right.objects.create(show=show, created_by=actor, **terms)
    audit(actor, show.project, "right_enter", right, show=show.uuid, owner=right.owner, licence=right.licence)
    return right


@transaction.atomic
def withdraw(actor: User, right: Right, reason: str) -> Right:
    """End a right today. What was made under it stays and is listed (`touched`); no new release is made."""
    require(actor, right.show.project, Role.LEAD)
    if not reason.strip():
        raise Invalid("reason_needed", "Say why the right is withdrawn.")
    ended = Right.objects.filter(pk=right.pk, withdrawn_at=None)
    if not ended.update(withdrawn_at=Now(), withdrawn_by=actor, withdrawn_reason=reason[:500]):
        raise Refused("right_withdrawn", "This right was withdrawn before.")
    audit(actor, right.show.project, "right_withdraw", right, reason=reason[:500])
    right.refresh_from_db()
    return right


def add_cast(actor: User, show: Show, **said: Any) -> Cast:
    require(actor, show.project, Role.LEAD)
    clips = _clips_of(show, said.pop("clips", []))
    with _named_once(said["name"]), transaction.atomic():
        cast = Cast.objects.create(show=show, **said)
        cast.clips.set(clips)
        audit(actor, show.project, "cast_add", cast, name=cast.name)
    return cast


def change_cast(actor: User, cast: Cast, **said: Any) -> Cast:
    """Change what is known of a person; each change of consent stands in the audit log."""
    require(actor, cast.show.project, Role.LEAD)
    clips = _clips_of(cast.show, said.pop("clips")) if "clips" in said else None
    for field, value in said.items():
        setattr(cast, field, value)
    with _named_once(cast.name), transaction.atomic():
        cast.save(update_fields=list(said))
        if clips is not None:
            cast.clips.set(clips)
        audit(actor, cast.show.project, "cast_change", cast, **{key: str(value) for key, value in said.items()})
    return cast


@transaction.atomic
def remove_cast(actor: User, cast: Cast) -> None:
    require(actor, cast.show.project, Role.LEAD)
    Cast.objects.filter(pk=cast.pk, deleted_at=None).update(deleted_at=Now())
    audit(actor, cast.show.project, "cast_remove", cast)


def _clips_of(show: Show, clips: list) -> list:
    if any(clip.show_id != show.pk for clip in clips):
        raise Invalid("clip_of_other_show", "Only clips of the show can be named.")
    return clips


@contextmanager
def _named_once(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused("name_taken", f"The show has a person named {name} already.") from error
