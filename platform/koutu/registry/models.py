"""Model versions: every revision a model makes names the one that made it."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now


class ModelVersion(models.Model):
    class Role(models.TextChoices):
        SEGMENT = "segment", "Segmentation"
        MATTE = "matte", "Matting"
        INTERACTIVE = "interactive", "Answers to prompts"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    role = models.CharField(max_length=16, choices=Role.choices)
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    licence = models.CharField(max_length=120, blank=True)
    config = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="model_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def version_of(role: str, name: str, version: str, licence: str = "", **config) -> ModelVersion:
    """The row of a model version, made when the version is first used."""
    row, _ = ModelVersion.objects.get_or_create(
        name=name, version=version, defaults={"role": role, "licence": licence, "config": config}
    )
    return row
