"""Alpha of one picture: ``python -m models.matting IMAGE TRIMAP -o alpha.png``."""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from . import files
from .compositing import extend_edges
from .foreground import estimate_foreground
from .inputs import MattingError
from .methods import METHODS, solve, soonest


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 the input cannot be solved, 2 wrong usage."""
    asked = _parser().parse_args(arguments)
    try:
        _solve(asked)
    except MattingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.matting", description=__doc__)
    parser.add_argument("image", type=Path, help="RGB picture")
    parser.add_argument("trimap", type=Path, help="grey picture: 0 background, 255 person, all else unknown")
    parser.add_argument("--method", choices=list(METHODS), help="default: closed form, by torch if the band is wide")
    parser.add_argument("-o", "--out", type=Path, required=True, help="alpha as 8-bit grey PNG")
    parser.add_argument("--foreground", type=Path, help="also write the person's own colours, carried past her edge")
    return parser


def _solve(asked: argparse.Namespace) -> None:
    for path in filter(None, (asked.out, asked.foreground)):
        files.check_target(path)
    image, trimap = files.read_image(asked.image), files.read_trimap(asked.trimap)
    method = asked.method or soonest(trimap)
    start = time.perf_counter()
    alpha = solve(image, trimap, method)
    seconds = time.perf_counter() - start
    files.write_alpha(asked.out, alpha)
    if asked.foreground:
        files.write_image(asked.foreground, extend_edges(estimate_foreground(image, alpha), alpha))
    band = int(np.count_nonzero((trimap != 0) & (trimap != 255)))
    share = 100 * band / trimap.size
    print(f"{method}: {seconds:.2f} s for a band of {band} pixels ({share:.1f} % of the picture) -> {asked.out}")


if __name__ == "__main__":
    sys.exit(main())
