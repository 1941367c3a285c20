"""`python -m models.training.datasets KIND -o SHEET.png`: what training is fed, to be looked at.

A row a sample: each frame as it is, its people over magenta with void in green, its parts or people in colours.
"""

import argparse
import os
import sys
from pathlib import Path

from models.predict import PredictError
from models.training.generator.sheet import save
from models.training.samples import SampleError

from . import MADE, OF_PATHS, OF_SAMPLES, DatasetError, open_dataset
from .sheet import sheet


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        draw = open_dataset(asked.kind, asked.samples, asked.path)
        samples = [draw(asked.seed, index, asked.frames, asked.size) for index in range(asked.rows)]
        for sample in samples:
            sample.check()
        save(asked.output, sheet(samples))
    except (DatasetError, PredictError, SampleError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{asked.output}: {asked.rows} samples of {asked.kind}, seed {asked.seed}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.datasets",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = os.environ.get("KOUTU_SAMPLES")
    parser.add_argument("kind", help=f"{', '.join([*MADE, *OF_SAMPLES])} of samples; {', '.join(OF_PATHS)} at --path")
    parser.add_argument("--samples", type=Path, default=given and Path(given), help="default: KOUTU_SAMPLES")
    parser.add_argument("--path", type=Path, help="a folder of pictures and masks, an unpacked release, or plates")
    parser.add_argument("--seed", type=int, default=0, help="of all rows (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=6, help="how many samples (default: %(default)s)")
    parser.add_argument("--frames", type=int, default=2, help="in each row (default: %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="pixels of a side (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a picture file, such as sheet.png")
    return parser


if __name__ == "__main__":
    sys.exit(main())
