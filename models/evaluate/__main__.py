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
from .differences import FIGURES, paired
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
    _print_head(_COLUMNS)
    for name, scores in found.items():
        for group, figures in {**by_group(scores), "all": summary(scores)}.items():
            print(_line(name, group, figures))
    if asked.against:
        _print_differences(found, asked.against)
    if asked.json:
        asked.json.write_text(json.dumps({name: list(map(asdict, scores)) for name, scores in found.items()}))
    return 0


def _print_head(columns: tuple[str, ...]) -> None:
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")


def _print_differences(found: dict[str, list[Score]], against: str) -> None:
    print()
    _print_head((f"less {against}", "figure", "n", "mean", "95 % of draws", "leaving one group out"))
    for name in (name for name in found if name != against):
        for figure in FIGURES:
            apart = paired(found[name], found[against], figure)
            ranges = (f"{low:+.4f} … {high:+.4f}" for low, high in (apart.interval, apart.without_one))
            print(f"| {name} | {figure} | {apart.n} | {apart.mean:+.4f} | {' | '.join(ranges)} |")


def _scores(asked: argparse.Namespace) -> dict[str, list[Score]]:
    """Of every row, a score a case. Each picture is decoded once."""
    from tqdm import tqdm

    against = [asked.against] if asked.against and asked.against not in asked.row else []
    rows = rows_of([*asked.row, *against], asked.device)
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
    parser.add_argument("--against", metavar="ROW", help="also say by how much each row is better than this one")
    parser.add_argument("--device", default="cpu", help="where networks of torch run")
    parser.add_argument("--json", type=Path, help="also write every picture's figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
