"""Clips that show the same moments."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from koutu.accounts.models import User
from koutu.clips.models.clips import Clip
from koutu.storage.models import Blob


class Likeness(models.Model):
    """What is kept of a clip's looks to compare it with others (media.likeness.fingerprint.Fingerprint)."""

    clip = models.OneToOneField(Clip, on_delete=models.CASCADE, related_name="likeness")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.clip)


class Duplicate(models.Model):
    """Two clips of one organisation that show the same moments: `clip` came later than `twin`."""

    class Kind(models.TextChoices):
        BYTES = "bytes", "The same file"
        LOOKS = "looks", "The same pictures"

    class State(models.TextChoices):
        OPEN = "open", "Nobody has looked"
        KEPT = "kept", "Kept, linked"
        DISMISSED = "dismissed", "Not the same"

    class DuplicateQuerySet(models.QuerySet):
        def between(self, one: Clip, other: Clip) -> "Duplicate.DuplicateQuerySet":
            """The pair of these two, whichever came later."""
            return self.filter(Q(clip=one, twin=other) | Q(clip=other, twin=one))

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="duplicates")
    twin = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="later_duplicates")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    score = models.FloatField(default=1.0, help_text="0 to 1")
    shift = models.FloatField(default=0.0, help_text="Seconds: time in the twin less time in the clip")
    overlap = models.FloatField(default=0.0, help_text="Seconds they share")
    clip_frame = models.PositiveIntegerField(default=0, help_text="Of the pair of frames most alike")
    twin_frame = models.PositiveIntegerField(default=0)
    mirrored = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clip", "twin"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=~Q(clip=F("twin")), name="duplicate_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.clip} ≈ {self.twin}"
