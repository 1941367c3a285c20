"""One small protocol over our own networks and foreign ones."""

from .protocol import Segmenter, WeightsMissing

__all__ = ["Segmenter", "WeightsMissing"]
