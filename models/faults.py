"""What every error of `models` that a caller may have to tell from others has in common."""

from enum import StrEnum


class Faulty(ValueError):
    """Something that cannot be done. `fault` names the case; the message says what is wrong and what to do."""

    def __init__(self, fault: StrEnum, message: str) -> None:
        super().__init__(message)
        self.fault = fault
