"""What keeps a prediction from being made."""

from enum import StrEnum


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


class PredictError(Exception):
    """A prediction that cannot be made. `fault` names the case; the message says what is wrong and what to do."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
