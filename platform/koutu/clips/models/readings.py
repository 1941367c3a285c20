"""How a project's clips are read."""

from django.db import models

from koutu.accounts.models import Project


class ProjectReading(models.Model):
    """A project's choices, as `media.reading.Reading` writes them. A clip keeps those it was read by."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="reading")
    choices = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.project}: {self.choices}"
