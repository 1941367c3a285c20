"""The matte of everybody in a video, a numbered folder or single pictures: `python -m models.predict`.

Nothing heavy is loaded with the package.
"""

from .errors import Fault, PredictError

__all__ = ["Fault", "PredictError"]
