"""`python -m models.evaluate ROW … --samples FOLDER --data all`: how good each row is where truth is known, as a table.

A row is a back end (python -m models.backends) or NAME=WEIGHTS, and may have before it prelabel: (asked as pre-labels
are: a close look at each person, and nobody where both looks doubt it), the name of a method of models.matting, such as
guided: (the band along the mask's edge is solved), or koutu-s-refiner=FILE: (solved by stage 2 of ours). Controls are
empty (finds nobody) and frozen (holds what is true of a film's first frame). Without rows it is the free ones.

near: tight F where colours across the true contour differ by at most 10 (CIE 1976 ΔE*ab), elsewhere: in other places.
flicker: that of the film's alpha beyond the truth's own, times 1000: empty wins there, so read it beside J. instance J:
of pictures with several people, everybody with the region that stands for her.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

from models.backends import WeightsMissing
from models.backends.registry import UnknownBackend
from models.predict import Fault, PredictError

from . import table
from .cases import Case
from .kinds import KINDS
from .rows import FREE, Row, UnknownRow, rows_of
from .running import scores_of
from .scores import Score
from .sets import SETS


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    if asked.samples is None:
        print("error: no samples: give --samples or set KOUTU_SAMPLES (docs/samples.md)", file=sys.stderr)
        return 1
    try:
        found = _found(asked)
    except (PredictError, UnknownRow, UnknownBackend, WeightsMissing, IndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table.head())
    for data, scores in found.items():
        print(*table.lines(data, scores), sep="\n")
    for data, scores in found.items() if asked.against else ():
        print("", *table.differences(data, scores, asked.against), sep="\n")
    if asked.json:
        asked.json.write_text(json.dumps(_plain(found)))
    return 0


def _found(asked: argparse.Namespace) -> dict[str, dict[str, list[Score]]]:
    """By set, of every row a score a picture."""
    rows = _rows(asked)
    sets = list(SETS) if asked.data == "all" else [asked.data]
    found = {data: scores_of(rows, _cases(data, asked)) for data in sets}
    for data in sets:
        if not any(found[data].values()):
            raise PredictError(
                Fault.MISSING, f"{asked.samples} holds nothing of the set {data}: give the folder of docs/samples.md"
            )
    return found


def _cases(data: str, asked: argparse.Namespace) -> Iterable[Case]:
    """With a bar, in groups as asked for."""
    from tqdm import tqdm

    grouped = (replace(case, group=KINDS[asked.by](case)) for case in islice(SETS[data](asked.samples), asked.most))
    return tqdm(grouped, desc=data, unit="picture")


def _rows(asked: argparse.Namespace) -> list[Row]:
    own = [f"koutu-s={path}" for path in asked.weights]
    refined = [f"koutu-s-refiner={path}:{name}" for name in own for path in asked.edges]
    names = [*(asked.row or FREE), *own, *refined]
    against = [asked.against] if asked.against and asked.against not in names else []
    return rows_of([*names, *against], asked.device)


def _plain(found: dict[str, dict[str, list[Score]]]) -> dict:
    return {data: {name: list(map(asdict, scores)) for name, scores in rows.items()} for data, rows in found.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given = os.environ.get("KOUTU_SAMPLES")
    parser.add_argument("row", nargs="*", metavar="ROW", help=f"what is compared (default: {' '.join(FREE)})")
    parser.add_argument("--weights", action="append", default=[], metavar="FILE", help="a row koutu-s=FILE more")
    parser.add_argument("--edges", action="append", default=[], metavar="FILE", help="a koutu-s-refiner for --weights")
    parser.add_argument("--samples", type=Path, default=given and Path(given), help="docs/samples.md (KOUTU_SAMPLES)")
    parser.add_argument("--data", choices=[*SETS, "all"], default="gold", help="the set (default: %(default)s)")
    parser.add_argument("--most", type=int, metavar="N", help="only the first N pictures of a set, to try it out")
    parser.add_argument("--by", choices=KINDS, default="clip", help="what the groups are (default: %(default)s)")
    parser.add_argument("--against", metavar="ROW", help="also say by how much each row is better than this one")
    parser.add_argument("--device", default="cpu", help="where networks of torch run")
    parser.add_argument("--json", type=Path, help="also write every picture's figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
