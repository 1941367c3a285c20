"""Rows over pictures: each is read once and answered by every row."""

from collections.abc import Iterable, Sequence

from .cases import Case
from .rows import Row
from .scores import Score, score
from .watch import Watch


def scores_of(rows: Sequence[Row], cases: Iterable[Case]) -> dict[str, list[Score]]:
    """Of every row by name, a score a picture, in the order of the cases."""
    found: dict[str, list[Score]] = {row.name: [] for row in rows}
    watches = {row.name: Watch() for row in rows}
    for case in cases:
        for row in rows:
            answer = row.find(case)
            found[row.name].append(score(case, answer, watches[row.name].step(case, answer)))
    return found
