"""A state that stands once more: the planes of an older revision, under a new one."""

from annotation.models import Revision, RevisionPlane
from koutu.accounts.models import User

Presence = Revision.Presence


def carry_planes(source: Revision, target: Revision) -> None:
    """Give `target` the planes of `source` by reference."""
    RevisionPlane.objects.bulk_create(plane.carried_to(target) for plane in source.planes.all())


def stand_again(actor: User, made: Revision, older: Revision | None, told: dict) -> Revision:
    """A revision after `made` that says what `older` says, in the same name; without one, that nobody has said yet.

    The tool log begins with `told`, why it was made.
    """
    at = {"frame": made.frame, "subject_id": made.subject_id, "parent": made, "digest": "undone"}
    if older is None:
        source = Revision.Source.PERSON
        return Revision.objects.create(**at, presence=Presence.UNKNOWN, source=source, author=actor, tools=[told])
    same = ("presence", "source", "author", "anchor", "model_version")
    revision = Revision.objects.create(
        **at, **{name: getattr(older, name) for name in same}, tools=[told, *older.tools]
    )
    carry_planes(older, revision)
    return revision
