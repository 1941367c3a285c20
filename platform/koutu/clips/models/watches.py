"""Folders and bucket prefixes whose files become clips of a show."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips.models.clips import Clip, Show


class Watch(models.Model):
    """One place that is looked at again and again; what appears there is copied, never moved or changed."""

    class WatchQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Watch.WatchQuerySet":
            return self.filter(show__project__in=Project.objects.visible_to(user, role), stopped_at=None)

        def live(self) -> "Watch.WatchQuerySet":
            return self.filter(stopped_at=None, show__deleted_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="watches")
    place = models.CharField(max_length=1000, help_text="A folder, or s3://bucket/prefix")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(null=True, help_text="When it was last looked at")
    reached_at = models.DateTimeField(null=True, help_text="When it was last looked at and answered")
    found = models.PositiveIntegerField(null=True, help_text="How many films lay there then")
    fault_code = models.CharField(max_length=64, blank=True, help_text="Why it could not be looked at")
    fault = models.TextField(blank=True, help_text="The same in the words of the system it lies on")
    stopped_at = models.DateTimeField(null=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "place"], condition=Q(stopped_at=None), name="place_watched_once")
        ]

    def __str__(self) -> str:
        return f"{self.place} → {self.show}"

    @property
    def project(self) -> Project:
        return self.show.project


class WatchedFile(models.Model):
    """A file, or a folder of pictures, that was seen in a watched place."""

    class State(models.TextChoices):
        GROWING = "growing", "May still be written"
        QUEUED = "queued", "About to be fetched"
        TAKEN = "taken", "A clip"
        KNOWN = "known", "The same bytes are a clip already"
        BEFORE = "before", "Taken by an earlier watch of the show"
        REFUSED = "refused", "Refused"

    # What people are told of: whether a clip could be decoded is the clip's own affair, and may change.
    FAILED = "failed"
    TOLD: ClassVar = [*State.choices, (FAILED, "A clip that could not be decoded")]

    class WatchedFileQuerySet(models.QuerySet["WatchedFile"]):
        def told(self) -> "WatchedFile.WatchedFileQuerySet":
            """With `told`: the state, or that the clip it became failed."""
            failed = When(state=WatchedFile.State.TAKEN, clip__state=Clip.State.FAILED, then=Value(WatchedFile.FAILED))
            return self.annotate(told=Case(failed, default=F("state"), output_field=models.CharField()))

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=1000, help_text="From the watched place on")
    mark = models.CharField(max_length=200, help_text="Size and time, or the ETag: another mark is another file")
    size = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.GROWING)
    clip = models.ForeignKey(
        Clip, on_delete=models.PROTECT, null=True, related_name="+", help_text="What it became, or what it is a copy of"
    )
    fault_code = models.CharField(max_length=64, blank=True)
    fault = models.TextField(blank=True)
    seen_at = models.DateTimeField(db_default=Now(), help_text="When it first had this mark")

    objects = WatchedFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "name"], name="watched_name_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
