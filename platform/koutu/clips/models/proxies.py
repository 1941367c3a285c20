"""What is made of a clip to look at it."""

from django.db import models
from django.db.models.functions import Now

from koutu.clips.models.clips import Clip
from koutu.storage.models import Blob


class Proxy(models.Model):
    """A clip's film for playback. When each frame is shown follows from the frames' pts (media.proxy.frame_map)."""

    clip = models.OneToOneField(Clip, on_delete=models.CASCADE, related_name="proxy")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.clip} {self.width}×{self.height}"
