"""Changes of shows."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips.models import Show
from koutu.clips.naming import free_slug


def create(actor: User, project: Project, name: str, licence: str = "", attribution: str = "") -> Show:
    """Make a show; refuses a name that the project has already."""
    require(actor, project, Role.ANNOTATOR)
    try:
        with transaction.atomic():
            show = Show.objects.create(
                project=project,
                name=name,
                slug=free_slug(name, Show.objects.filter(project=project)),
                licence=licence,
                attribution=attribution,
                created_by=actor,
            )
            audit(actor, project, "show_create", show, name=name)
    except IntegrityError as error:
        raise Refused("name_taken", f"The project has a show named {name} already.") from error
    return show


@transaction.atomic
def update(actor: User, show: Show, **values: str) -> Show:
    """Change name, licence or attribution; the slug stays, since releases name it."""
    require(actor, show.project, Role.LEAD)
    others = Show.objects.filter(project=show.project).exclude(pk=show.pk)
    if "name" in values and others.filter(name=values["name"]).exists():
        raise Refused("name_taken", f"The project has a show named {values['name']} already.")
    for field, value in values.items():
        setattr(show, field, value)
    show.save(update_fields=list(values))
    audit(actor, show.project, "show_update", show, **values)
    return show


@transaction.atomic
def delete(actor: User, show: Show) -> None:
    """Put a show with its clips away; nothing is removed."""
    require(actor, show.project, Role.LEAD)
    Show.objects.filter(pk=show.pk, deleted_at=None).update(deleted_at=Now())
    audit(actor, show.project, "show_delete", show)


@transaction.atomic
def restore(actor: User, show: Show) -> Show:
    require(actor, show.project, Role.LEAD)
    Show.objects.filter(pk=show.pk).update(deleted_at=None)
    audit(actor, show.project, "show_restore", show)
    show.refresh_from_db()
    return show
