"""Truth by hand: masks of real film frames, outlined by hand, for judging models and never for training them."""

from .outlining import VOID, OutlineError
from .store import GoldFrame, barred, frames, labels, shots

__all__ = ["VOID", "GoldFrame", "OutlineError", "barred", "frames", "labels", "shots"]
