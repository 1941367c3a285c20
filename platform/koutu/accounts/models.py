"""People, organisations, projects, memberships and the audit log."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from koutu.accounts.roles import Role


class Organisation(models.Model):
    """A studio. Nothing is shared, and no duplicate is looked for, across organisations."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    quota_bytes = models.BigIntegerField(null=True, blank=True, help_text="Most that the store may hold; empty: any")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """People who share an organisation with `user`, and the user."""
        shared = Membership.objects.filter(user=user).values("organisation")
        return self.filter(Q(pk=user.pk) | Q(memberships__organisation__in=shared)).distinct()


class PersonManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own user manager with `visible_to`."""


class User(AbstractUser):
    class Language(models.TextChoices):
        CHINESE = "zh-CN", "中文"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        PAGE = "page", "As the page"
        DARK = "dark", "Dark"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.PAGE)

    objects = PersonManager()  # type: ignore[misc]

    @property
    def shown_name(self) -> str:
        return self.name or self.username

    def role_in(self, project: "Project") -> Role | None:
        """The highest role this person holds in `project`, or None."""
        rows = Membership.objects.filter(user=self).covering(project).values_list("role", flat=True)
        return max(map(Role, rows), key=lambda role: role.rank, default=None)

    def has_role(self, project: "Project", role: Role) -> bool:
        held = self.role_in(project)
        return held is not None and held.rank >= role.rank


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user: User, role: Role = Role.VIEWER) -> "ProjectQuerySet":
        """Projects where `user` holds at least `role`, by a membership of the project or of its organisation."""
        if not user.is_authenticated:
            return self.none()
        held = Membership.objects.filter(user=user, role__in=role.at_least())
        whole = held.filter(project=None).values("organisation")
        return self.filter(Q(pk__in=held.values("project")) | Q(organisation__in=whole))


class Project(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="project_name_once")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet):
    def covering(self, project: Project) -> "MembershipQuerySet":
        whole = Q(project=None, organisation=project.organisation_id)
        return self.filter(Q(project=project) | whole)


class Membership(models.Model):
    """A person's role in one project, or (project empty) in every project of the organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="one_role_a_project"),
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(project=None), name="one_role_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.project or self.organisation}"


class AuditQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "AuditQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user, Role.LEAD))


class AuditLine(models.Model):
    """Who did what to which object: written in the transaction of the act, never changed."""

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    object_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["project", "-at"]), models.Index(fields=["object_id"])]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"
