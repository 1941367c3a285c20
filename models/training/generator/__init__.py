"""Pictures and clips of people with exact truth, put together from cut-outs, plates and drawn things by a seed."""

from .recipe import Recipe, draw
from .scene import Clip, compose
from .sources import UNKNOWN, Cutout, Footage, Memory, Part, Performer, Shelf, Sources

__all__ = [
    "UNKNOWN",
    "Clip",
    "Cutout",
    "Memory",
    "Part",
    "Recipe",
    "Footage",
    "Shelf",
    "Performer",
    "Sources",
    "compose",
    "draw",
]
