"""Small protocols over our own networks and foreign ones. `registry.open_backend` opens one by name."""

from .prompt import BadInput, Prompt
from .protocol import (
    Interactive,
    Matte,
    Matter,
    Reel,
    Segmenter,
    Track,
    VideoMatter,
    VideoTracker,
    WeightsMissing,
)

__all__ = [
    "BadInput", "Interactive", "Matte", "Matter", "Prompt", "Reel", "Segmenter", "Track", "VideoMatter",
    "VideoTracker", "WeightsMissing",
]  # fmt: skip
