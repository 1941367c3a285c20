"""Changes of how a project's clips are read."""

from typing import Any

from django.db import transaction

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips.media.reading import Reading
from koutu.clips.models import ProjectReading


def reading_of(project: Project) -> Reading:
    """What the project chose; the default where it chose nothing."""
    row = ProjectReading.objects.filter(project=project).first()
    return Reading.from_dict(row.choices if row else {})


@transaction.atomic
def choose(actor: User, project: Project, **choices: Any) -> Reading:
    """Change some choices. Clips that are read already stay as they are: a clip is decoded once.

    Raises Invalid `bad_reading`, whose detail names the field.
    """
    require(actor, project, Role.LEAD)
    row, _ = ProjectReading.objects.select_for_update().get_or_create(project=project)
    for name, value in choices.items():
        _check(name, value)
    reading = Reading.from_dict({**row.choices, **choices})
    row.choices = reading.to_dict()
    row.save()
    audit(actor, project, "reading_choose", project, **choices)
    return reading


def _check(name: str, value: Any) -> None:
    try:
        Reading.from_dict({name: value})
    except ValueError as error:
        raise Invalid("bad_reading", f"{error}.", field=name) from error
