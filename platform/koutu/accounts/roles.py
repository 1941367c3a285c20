"""Roles, from least to most: each may do what those before it may."""

from django.db import models


class Role(models.TextChoices):
    VIEWER = "viewer", "Viewer"
    ANNOTATOR = "annotator", "Annotator"
    REVIEWER = "reviewer", "Reviewer"
    LEAD = "lead", "Data lead"
    ADMIN = "admin", "Administrator"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def at_least(self) -> list["Role"]:
        """This role and all that stand above it."""
        return [role for role in Role if role.rank >= self.rank]
