"""`python -m models.training.generator --samples FOLDER --seed N -o SHEET.jpg`: what a seed shows, to be looked at.

A row a recipe: each frame as it is, its alpha over magenta, its parts in colours.
"""

import argparse
import os
import sys
from pathlib import Path

from models.predict import PredictError

from .everything import sources_of
from .recipe import draw
from .scene import compose
from .sheet import save, sheet


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        sources = sources_of(asked.samples)
        seeds = range(asked.seed, asked.seed + asked.rows)
        clips = [compose(draw(seed, (asked.size, asked.size), asked.frames), sources) for seed in seeds]
        save(asked.output, sheet(clips))
    except (PredictError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{asked.output}: seeds {asked.seed} to {asked.seed + asked.rows - 1}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.generator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = os.environ.get("KOUTU_SAMPLES")
    parser.add_argument(
        "--samples", type=Path, default=given and Path(given), required=not given,
        help="the folder with rendered/, see docs/samples.md (default: KOUTU_SAMPLES)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of the first row (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=6, help="how many seeds (default: %(default)s)")
    parser.add_argument("--frames", type=int, default=4, help="in each row (default: %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="pixels of a side (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a picture file, such as sheet.jpg")
    return parser


if __name__ == "__main__":
    sys.exit(main())
