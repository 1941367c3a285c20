"""Classical matting: an uncertain band along a mask, and the alpha and the person's own colours inside it.

`solve` is the one door to all methods. Pictures are solved on the command line by ``python -m models.matting``.
"""

from .compositing import composite, despill, extend_edges
from .foreground import clean_colours, estimate_foreground
from .inputs import Fault, MattingError
from .methods import METHODS, Method, solve

__all__ = [
    "METHODS", "Fault", "MattingError", "Method", "clean_colours", "composite", "despill", "estimate_foreground",
    "extend_edges", "solve",
]  # fmt: skip
