"""`python -m models.training.panoramas FOLDER --out PLATES`: plates cut out of panoramas without anybody.

A panorama is a picture of all directions, twice as wide as high (equirectangular): .exr with light from 0 up, or a
photograph. Of each some views are taken, all round.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from .cutting import PanoramaError, plates_of, read_panorama


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        files = sorted(file for file in asked.folder.iterdir() if file.is_file())
        if not files:
            raise PanoramaError(f"{asked.folder} is empty: tools/fetch_panoramas.sh gets panoramas")
        asked.out.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(files):
            made = plates_of(read_panorama(file), asked.views, np.random.default_rng([asked.seed, number]))
            for place, plate in enumerate(made):
                Image.fromarray(plate).save(asked.out / f"{file.stem}-{place:02d}.jpg", quality=95)
    except (PanoramaError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{asked.out}: {asked.views} plates of each of {len(files)} panoramas")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.panoramas",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="panoramas (tools/fetch_panoramas.sh gets some)")
    parser.add_argument("--out", type=Path, required=True, help="a folder for the plates")
    parser.add_argument("--views", type=int, default=24, help="of each panorama (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
