"""Files on their way in."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from koutu.accounts.models import User
from koutu.clips.models.clips import Clip, Show


class Upload(models.Model):
    """One file that a person sends in pieces. How much is here is told by the file itself (koutu.clips.parts)."""

    class UploadQuerySet(models.QuerySet):
        def visible_to(self, user: User) -> "Upload.UploadQuerySet":
            """A person's own, in shows they may still see."""
            if not user.is_authenticated:
                return self.none()
            return self.filter(created_by=user, show__in=Show.objects.visible_to(user))

        def open(self) -> "Upload.UploadQuerySet":
            """Those still to be sent or made a clip of."""
            return self.filter(clip=None, fault_code="", cancelled_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True, help_text="Of the clip; the file's own where empty")
    source_name = models.CharField(max_length=255)
    length = models.BigIntegerField()
    mark = models.CharField(max_length=128, blank=True, help_text="What the sender knows the file by, to go on with it")
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now(), help_text="When its last piece came")
    cancelled_at = models.DateTimeField(null=True)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    fault_code = models.CharField(max_length=64, blank=True)
    fault = models.TextField(blank=True)
    fault_detail = models.JSONField(default=dict)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(length__gt=0), name="upload_not_empty")]

    def __str__(self) -> str:
        return self.source_name
