"""What was noticed about a clip, and the areas in which nobody is judged."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from koutu.accounts.models import User
from koutu.clips.models.clips import Clip, CutChange


class ClipSurvey(models.Model):
    """What the survey of a clip found of its rhythm (media.survey). What a person decides on is a Suggestion."""

    clip = models.OneToOneField(Clip, on_delete=models.CASCADE, related_name="survey")
    repeats = models.JSONField(default=list, help_text="Frames that show the picture before them once more")
    cadence = models.CharField(max_length=16, blank=True, help_text='"twos", "threes", "one in N"')
    cadence_share = models.FloatField(default=0.0, help_text="Of moving frames that keep the cadence")

    def __str__(self) -> str:
        return f"{self.clip}: {self.cadence or 'no cadence'}"


class VoidArea(models.Model):
    """A rectangle of a clip's frames in which nobody is judged: exported as void (255). Pixels, right exclusive."""

    class Kind(models.TextChoices):
        LETTERBOX = "letterbox", "Letterbox bar"
        LOGO = "logo", "Logo"
        SUBTITLE = "subtitle", "Subtitle"
        FLASH = "flash", "Flash"
        OTHER = "other", "Other"

    class VoidAreaQuerySet(models.QuerySet):
        def live(self) -> "VoidArea.VoidAreaQuerySet":
            return self.filter(removed_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="void_areas")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    top = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    bottom = models.PositiveIntegerField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)

    objects = VoidAreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), right__gt=F("left"), bottom__gt=F("top")), name="void_area_not_empty"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first}–{self.last}"


class Suggestion(models.Model):
    """Something noticed that may want a cut or a void area; a person accepts or dismisses it."""

    class Kind(models.TextChoices):
        DISSOLVE = "dissolve", "Dissolve"
        FADE_OUT = "fade_out", "Fade out"
        FADE_IN = "fade_in", "Fade in"
        FLASH = "flash", "Flash"
        LETTERBOX = "letterbox", "Letterbox"
        LOGO = "logo", "Logo"
        SUBTITLE = "subtitle", "Subtitle"

    class State(models.TextChoices):
        OPEN = "open", "Nobody has looked"
        ACCEPTED = "accepted", "Accepted"
        DISMISSED = "dismissed", "Dismissed"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    cut = models.PositiveIntegerField(null=True, help_text="The frame before which a cut is proposed")
    areas = models.JSONField(default=list, help_text="Proposed void areas: [left, top, right, bottom] in pixels")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    change = models.ForeignKey(CutChange, on_delete=models.SET_NULL, null=True, related_name="+")
    voids = models.ManyToManyField(VoidArea, related_name="+")

    class Meta:
        ordering = ["first", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.first}–{self.last}"
