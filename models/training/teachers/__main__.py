"""`python -m models.training.teachers --samples DIR --out DIR`: what free networks make of pictures without labels.

For every picture without labels, and pieces of every film, the mean of what the teacher's views say, weighted by how
far they agree; void where they do not. What is judged, or is a copy of it, is refused. Called again it goes on where
it was; the folder is read by the data set `distilled`.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, cast

from models.backends import Segmenter, WeightsMissing
from models.backends.registry import UnknownBackend, find, finder
from models.predict import PredictError
from models.training.datasets.errors import DatasetError

from .making import make
from .prompted import Prompted
from .store import Making, Store


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    if asked.samples is None or not asked.samples.is_dir():
        print("error: no samples: give --samples or set KOUTU_SAMPLES (docs/samples.md)", file=sys.stderr)
        return 1
    try:
        store = _made(asked)
    except (PredictError, UnknownBackend, WeightsMissing, DatasetError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    kept = [one for one in store.done.values() if one.frames]
    print(f"{asked.out}: {len(kept)} pieces of {sum(one.frames for one in kept)} frames")
    for reason, number in Counter(_kind(one.refused) for one in store.done.values() if one.refused).most_common():
        print(f"refused, {reason}: {number}")
    return 0


def _made(asked: argparse.Namespace) -> Store:
    from tqdm import tqdm

    name, _, weights = asked.teacher.partition("=")
    teacher = opened(name, weights, asked.device)
    store = Store(asked.out, Making(teacher.name, teacher.version, asked.side))
    for _ in tqdm(make(asked.samples, store, teacher, asked.most), unit="piece", initial=len(store.done)):
        pass
    return store


def opened(name: str, weights: str, device: str) -> Segmenter:
    """The teacher `name`. Who has to be pointed at people is so by those who find them by default.

    Raises UnknownBackend, also where it cannot be one, and WeightsMissing.
    """
    backend = find(name)
    found: Any = backend.open(weights or None, device)
    if backend.task == "point":
        return Prompted(found, finder().open())
    if not hasattr(found, "opinions"):
        raise UnknownBackend(f"{name} cannot be a teacher: give a back end for the task segment or point as --teacher")
    return cast(Segmenter, found)


def _kind(reason: str) -> str:
    """What many refusals have in common."""
    return "a copy of what is judged" if reason.startswith("a copy") else "the views disagree"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.teachers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = os.environ.get("KOUTU_SAMPLES")
    parser.add_argument("--samples", type=Path, default=given and Path(given), help="docs/samples.md (KOUTU_SAMPLES)")
    parser.add_argument("--out", type=Path, required=True, help="a folder of yours; one that was begun is gone on with")
    parser.add_argument(
        "--teacher",
        default="mean4",
        metavar="NAME[=WEIGHTS]",
        help="a back end that finds people, or one that is pointed at them (default: %(default)s)",
    )
    parser.add_argument("--side", type=int, default=384, help="pixels of the shorter side kept (default: %(default)s)")
    parser.add_argument("--most", type=int, metavar="N", help="stop after N more pieces")
    parser.add_argument("--device", default="cpu", help="where networks of torch run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
