"""What keeps a data set from being opened or read."""

from enum import StrEnum

from models.faults import Faulty


class Fault(StrEnum):
    """What was wrong, for a caller that has to tell cases apart."""

    KIND = "kind"
    PLACE = "place"
    EMPTY = "empty"
    LABEL = "label"
    SIZES = "sizes"
    JUDGED = "judged"
    RELEASE = "release"


class DatasetError(Faulty):
    """A data set that cannot be used."""
