"""What keeps a prediction from being made."""

from enum import StrEnum

from models.faults import Faulty


class Fault(StrEnum):
    """What was wrong, for a caller that has to tell cases apart."""

    USAGE = "usage"
    MISSING = "missing"
    NOT_A_VIDEO = "not_a_video"
    DAMAGED = "damaged"
    NO_PICTURES = "no_pictures"
    NUMBERS = "numbers"
    GAP = "gap"
    SIZES = "sizes"
    PICTURE = "picture"
    CHANGED = "changed"
    OUTPUT = "output"


class PredictError(Faulty):
    """A prediction that cannot be made."""
