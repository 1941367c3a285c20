"""Pictures and clips of people with exact truth, put together from cut-outs, plates and drawn things by a seed."""

from .recipe import Recipe, draw
from .scene import Clip, compose
from .sources import Cutout, Memory, Part, Shelf, Sources

__all__ = ["Clip", "Cutout", "Memory", "Part", "Recipe", "Shelf", "Sources", "compose", "draw"]
