"""Rows over a set: every picture is read once and answered by each row."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from .cases import Case
from .rows import Row
from .scores import Score, score
from .sets import SETS
from .watch import Watch


def scores_of(rows: Sequence[Row], data: str, samples: Path, most: int | None = None) -> dict[str, list[Score]]:
    """Of every row, a score a picture of the set `data`, or of its first `most`. Raises PredictError, IndexError."""
    found: dict[str, list[Score]] = {row.name: [] for row in rows}
    watches = {row.name: Watch() for row in rows}
    for case in _shown(islice(SETS[data](samples), most), data):
        for row in rows:
            answer = row.find(case)
            found[row.name].append(score(case, answer, watches[row.name].step(case, answer)))
    return found


def _shown(cases: Iterator[Case], data: str) -> Iterator[Case]:
    """With a bar."""
    from tqdm import tqdm

    return iter(tqdm(cases, desc=data, unit="picture"))
