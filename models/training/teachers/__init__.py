"""Targets for pictures without labels, from networks that are free: `python -m models.training.teachers`."""

from .store import distilled

__all__ = ["distilled"]
