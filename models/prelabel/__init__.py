"""The first pre-label: who is in a shot, and everybody's mask and matte on every frame."""

from .shot import FrameLabels, PersonLabel, prelabel_shot

__all__ = ["FrameLabels", "PersonLabel", "prelabel_shot"]
