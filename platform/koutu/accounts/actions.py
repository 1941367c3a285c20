"""Changes of people and projects, and the audit line every action writes."""

import uuid

from django.db import models, transaction

from koutu.accounts.errors import Forbidden
from koutu.accounts.models import AuditLine, Membership, Organisation, Project, User
from koutu.accounts.roles import Role


def require(actor: User, project: Project, role: Role) -> None:
    """Raise Forbidden unless `actor` holds at least `role` in `project`."""
    if not actor.has_role(project, role):
        raise Forbidden("role_needed", f"This needs the role {role.label}.", role=role.value)


def audit(actor: User | None, project: Project | None, act: str, target: models.Model, **data) -> AuditLine:
    """Write one audit line; call inside the transaction of the act."""
    return AuditLine.objects.create(
        actor=actor,
        project=project,
        act=act,
        object_type=type(target).__name__.lower(),
        object_id=getattr(target, "uuid", None),
        data=_plain(data),
    )


def _plain(data: dict) -> dict:
    return {key: str(value) if isinstance(value, uuid.UUID) else value for key, value in data.items()}


@transaction.atomic
def first_admin(username: str, password: str) -> User:
    """Make the first administrator with an organisation and a project to work in."""
    organisation = Organisation.objects.create(name="Koutu")
    project = Project.objects.create(organisation=organisation, name="Dramas")
    admin = User.objects.create_superuser(username, password=password, name="Admin")
    Membership.objects.create(user=admin, organisation=organisation, role=Role.ADMIN)
    audit(admin, project, "first_admin", admin)
    return admin


@transaction.atomic
def set_preferences(actor: User, **values: str) -> User:
    """Keep a person's own language, theme and shown name."""
    for field, value in values.items():
        setattr(actor, field, value)
    actor.save(update_fields=list(values))
    return actor
