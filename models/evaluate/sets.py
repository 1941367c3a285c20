"""All sets by name, in the order of the table."""

from collections.abc import Callable, Iterator
from pathlib import Path

from .cases import Case, gold_cases, picture_cases, sequence_cases
from .rendered import rendered_cases

SETS: dict[str, Callable[[Path], Iterator[Case]]] = {
    "gold": gold_cases,
    "pictures": picture_cases,
    "rendered": rendered_cases,
    "sequences": sequence_cases,
}
