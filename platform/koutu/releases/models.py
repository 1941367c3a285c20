"""Releases: named, immutable sets of accepted revisions. The manifest, a blob, is the release; the row finds it."""

from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from koutu.accounts.errors import Locked, Refused
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.storage.models import Blob

# A name is part of file names and of plain-text cards: no separators of paths, no control characters.
name_rule = RegexValidator(r"^\w[\w .-]{0,79}\Z", "Letters, digits, space, dot, dash and underscore; at most 80.")
version_rule = RegexValidator(r"^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}\Z", "A version has the form 1.0.0.")


class Release(models.Model):
    """A release. Once ready it never changes: only `deleted_at` (put away, taken back) may be written."""

    class State(models.TextChoices):
        BUILDING = "building", "Building"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    MUTABLE = frozenset({"deleted_at"})

    class ReleaseQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Release.ReleaseQuerySet":
            return self.filter(project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Release.ReleaseQuerySet":
            return self.filter(deleted_at=None)

        def ready(self) -> "Release.ReleaseQuerySet":
            return self.filter(state=Release.State.READY)

        def update(self, **values) -> int:
            if not Release.MUTABLE.issuperset(values) and self.ready().exists():
                raise frozen()
            return super().update(**values)

        def delete(self):
            if self.ready().exists():
                raise frozen()
            return super().delete()

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="releases")
    name = models.CharField(max_length=80, validators=[name_rule])
    version = models.CharField(max_length=32, validators=[version_rule])
    state = models.CharField(max_length=16, choices=State.choices, default=State.BUILDING)
    query = models.JSONField(default=dict, help_text="What was asked for: stage, split")
    formats = models.JSONField(default=list)
    notes = models.TextField(blank=True, max_length=4000)

    splits = models.JSONField(default=dict, help_text="The solution: policy, groups, figures; never solved again")
    counts = models.JSONField(default=dict)
    manifest = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    manifest_lines = models.PositiveIntegerField(default=0)

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # A version put away keeps its number: the same name and version never mean two things.
            models.UniqueConstraint(
                fields=["project", "name", "version"], condition=~Q(state="failed"), name="release_version_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(manifest__isnull=False), name="ready_release_has_manifest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def blob(self) -> Blob:
        """The manifest of a ready release; raises Refused("not_ready") before that."""
        if self.manifest is None:
            raise Refused("not_ready", "The release is not built yet.", state=self.state)
        return self.manifest

    def save(self, *args, **kwargs) -> None:
        """Write the row; raises Locked where that would change a ready release."""
        fields = kwargs.get("update_fields")
        only_mutable = fields is not None and self.MUTABLE.issuperset(fields)
        if not only_mutable and self.pk and Release.objects.filter(pk=self.pk).ready().exists():
            raise frozen()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Remove a row that never became ready; a ready one is only put away (actions.delete)."""
        if Release.objects.filter(pk=self.pk).ready().exists():
            raise frozen()
        return super().delete(*args, **kwargs)


def frozen() -> Locked:
    return Locked("release_frozen", "A release that is ready never changes. Make a new version.")
