"""Shows, clips, shots and frames."""

from collections.abc import Iterator
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.storage.models import Blob


class Show(models.Model):
    """A series or film, with the rights under which it is used."""

    class ShowQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Show.ShowQuerySet":
            return self.filter(project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Show.ShowQuerySet":
            return self.filter(deleted_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shows")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    licence = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ShowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="show_name_once"),
            models.UniqueConstraint(fields=["project", "slug"], name="show_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Clip(models.Model):
    """One video file, numbered picture folder or single picture. Decoded once."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        DECODING = "decoding", "Decoding"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    class ClipQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Clip.ClipQuerySet":
            return self.filter(show__project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Clip.ClipQuerySet":
            return self.filter(deleted_at=None, show__deleted_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="clips")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    state = models.CharField(max_length=16, choices=State.choices, default=State.UPLOADED)
    fault_code = models.CharField(max_length=64, blank=True)
    fault = models.TextField(blank=True)

    source = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    source_name = models.CharField(max_length=255)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pixel_aspect_num = models.PositiveIntegerField(default=1)
    pixel_aspect_den = models.PositiveIntegerField(default=1)
    rate_num = models.PositiveIntegerField(default=0)
    rate_den = models.PositiveIntegerField(default=1)
    variable_rate = models.BooleanField(default=False)
    time_base_num = models.PositiveIntegerField(default=1)
    time_base_den = models.PositiveIntegerField(default=1)
    codec = models.CharField(max_length=32, blank=True)
    pixel_format = models.CharField(max_length=32, blank=True)
    rotation = models.PositiveSmallIntegerField(default=0, help_text="Degrees counter-clockwise, undone")
    field_order = models.CharField(max_length=16, blank=True)
    cadence = models.CharField(max_length=16, blank=True)
    fields = models.CharField(max_length=8, blank=True, help_text="What was done with interlaced pictures")
    colour = models.CharField(max_length=64, blank=True, help_text="Matrix and range the frames were read with")
    reading = models.JSONField(default=dict, help_text="The choices that the frames were read by")
    encoder = models.CharField(max_length=200, blank=True, help_text="What wrote the frame files")
    estimated_bytes = models.BigIntegerField(default=0, help_text="Of all frame files, before the first was written")
    frame_count = models.PositiveIntegerField(default=0)

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ClipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "slug"], name="clip_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def project(self) -> Project:
        return self.show.project


class Frame(models.Model):
    """One picture of a clip, known by (clip, index, pts, sha256 of the stored file)."""

    class FrameQuerySet(models.QuerySet["Frame"]):
        def paged(self, size: int = 200) -> Iterator["Frame"]:
            """One clip's rows by index, read a page at a time.

            Unlike `iterator` no cursor stays open meanwhile: SQLite refuses to write while the same connection
            reads from a state that another process has written since.
            """
            last = -1
            while page := list(self.filter(index__gt=last).order_by("index")[:size]):
                yield from page
                last = page[-1].index

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="frames")
    index = models.PositiveIntegerField()
    pts = models.BigIntegerField(help_text="In the clip's time base")
    sha256 = models.CharField(max_length=64)
    phash = models.BigIntegerField(help_text="64-bit perceptual hash, stored as a signed integer")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    thumb = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")

    objects = FrameQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clip", "index"], name="frame_index_once")]

    def __str__(self) -> str:
        return f"{self.clip} {self.index}"


class Shot(models.Model):
    """The frames between two cuts, first and last included. Live shots of a clip cover it without overlap."""

    class Cut(models.TextChoices):
        START = "start", "Start of the clip"
        DETECTOR = "detector", "Cut detector"
        PERSON = "person", "Person"

    class ShotQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Shot.ShotQuerySet":
            return self.filter(clip__show__project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Shot.ShotQuerySet":
            return self.filter(deleted_at=None, clip__deleted_at=None, clip__show__deleted_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="shots")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    cut = models.CharField(max_length=16, choices=Cut.choices, help_text="Who set the cut at the first frame")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="Joined into its neighbour")

    objects = ShotQuerySet.as_manager()

    class Meta:
        ordering = ["clip", "first"]
        constraints = [
            models.UniqueConstraint(
                fields=["clip", "first"], condition=Q(deleted_at=None), name="live_shot_first_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="shot_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.clip} {self.first}–{self.last}"

    @property
    def project(self) -> Project:
        return self.clip.project

    @property
    def number(self) -> int:
        """Place among the clip's live shots, from 1."""
        return Shot.objects.filter(clip=self.clip_id, deleted_at=None, first__lte=self.first).count()

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class CutChange(models.Model):
    """One change of a clip's cuts by a person, undone as one step."""

    class Op(models.TextChoices):
        ADD = "add", "Add"
        REMOVE = "remove", "Remove"
        MOVE = "move", "Move"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="cut_changes")
    op = models.CharField(max_length=8, choices=Op.choices)
    at = models.PositiveIntegerField()
    to = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_shot = models.ForeignKey(Shot, on_delete=models.PROTECT, null=True, related_name="+")
    cut_before = models.CharField(
        max_length=16, choices=Shot.Cut.choices, default=Shot.Cut.PERSON, help_text="Of a move: who had set the cut"
    )
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.op} {self.at}"
