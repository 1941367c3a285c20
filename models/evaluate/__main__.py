"""`python -m models.evaluate ROW … --samples FOLDER`: one table of how good each row is where truth is known.

A row is a back end (python -m models.backends), NAME=WEIGHTS, prelabel:NAME (asked as pre-labels are: a close look at
each person, and nobody where the views disagree), or empty (a control that finds nobody).
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from models.backends import WeightsMissing
from models.backends.registry import UnknownBackend
from models.predict import PredictError

from .cases import SETS
from .rows import rows_of
from .scores import Score, Summary, by_group, score, summary

_COLUMNS = ("row", "group", "n", "J", "F", "tight F", "good", "empty", "false area", "parts")


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        found = _scores(asked)
    except (PredictError, UnknownBackend, WeightsMissing, IndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    for name, scores in found.items():
        for group, figures in {**by_group(scores), "all": summary(scores)}.items():
            print(_line(name, group, figures))
    if asked.json:
        asked.json.write_text(json.dumps({name: list(map(asdict, scores)) for name, scores in found.items()}))
    return 0


def _scores(asked: argparse.Namespace) -> dict[str, list[Score]]:
    """Of every row, a score a case. Each picture is decoded once."""
    from tqdm import tqdm

    rows = rows_of(asked.row, asked.device)
    found: dict[str, list[Score]] = {row.name: [] for row in rows}
    for case in tqdm(SETS[asked.data](asked.samples), desc=asked.data, unit="picture"):
        for row in rows:
            found[row.name].append(score(case, row.find(case.image)))
    return found


def _line(name: str, group: str, of: Summary) -> str:
    figures = (f"{value:.3f}" for value in (of.j, of.f, of.tight_f, of.good))
    parts = ", ".join(f"{part} {share:.3f}" for part, share in of.parts.items())
    return f"| {name} | {group} | {of.n} | {' | '.join(figures)} | {of.empty} | {of.false_area:.4f} | {parts} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("row", nargs="+", metavar="ROW", help="what is compared")
    parser.add_argument("--samples", type=Path, required=True, help="the folder with clips/ (docs/samples.md)")
    parser.add_argument("--data", choices=list(SETS), default="gold", help="the set (default: %(default)s)")
    parser.add_argument("--device", default="cpu", help="where networks of torch run")
    parser.add_argument("--json", type=Path, help="also write every picture's figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
