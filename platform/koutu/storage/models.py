"""Content-addressed blobs: the database holds addresses and places, never pixels."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now

from koutu.accounts.models import Organisation


class Pack(models.Model):
    """One sealed file that holds many blobs. Written once, before the rows that name it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    wanted_at = models.DateTimeField(db_default=Now(), help_text="When a blob of it was last written or used anew")

    def __str__(self) -> str:
        return str(self.uuid)


class Hold(models.Model):
    """The one row that keeps packs where they are while a backup reads them; nothing holds once `until` is past.

    `backed_up_at` is when the last whole backup was finished, wherever it lies.
    """

    class What(models.TextChoices):
        PACKS = "packs", "Packs"

    what = models.CharField(max_length=16, choices=What.choices, unique=True)
    until = models.DateTimeField()
    backed_up_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} until {self.until:%F %T}"


class Blob(models.Model):
    """Bytes in a pack. The address of a plane is of its raster (models.planes), of all else of its bytes."""

    class Kind(models.TextChoices):
        SOURCE = "source", "Uploaded file"
        FRAME = "frame", "Frame file"
        THUMB = "thumb", "Thumbnail"
        MASK = "mask", "Mask"
        MATTE = "matte", "Matte"
        TRIMAP = "trimap", "Trimap"
        MANIFEST = "manifest", "Release manifest"
        PROXY = "proxy", "Proxy for playback"
        FINGERPRINT = "fingerprint", "Likeness of a clip"
        CUTOUT = "cutout", "Pictures with alpha to take away"

    PLANES = (Kind.MASK, Kind.MATTE, Kind.TRIMAP)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    address = models.CharField(max_length=64)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="blobs")
    offset = models.BigIntegerField()
    length = models.BigIntegerField()

    class Meta:
        constraints = [
            # A mask and a matte of the same raster share the address but not the encoding.
            models.UniqueConstraint(fields=["organisation", "kind", "address"], name="blob_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address[:12]}"
