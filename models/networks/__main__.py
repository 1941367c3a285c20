"""`python -m models.networks [PRESET]` tells how big Koutu-S is and how long it takes here."""

import argparse

from .config import PRESETS
from .koutu_s import KoutuS
from .refiner import Refiner
from .speed import parameters, stage_one, stage_two

SIZES = ((216, 384), (384, 384))  # a frame of a clip, and the window round a click
BANDS = (800, 1600, 3200, 6400)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.networks", description=__doc__)
    parser.add_argument("preset", nargs="?", choices=list(PRESETS), default="koutu-s", help="default: %(default)s")
    preset = parser.parse_args(arguments).preset
    network, refiner = KoutuS(PRESETS[preset]), Refiner().eval()
    print(f"{preset}: {parameters(network):,} parameters; stage 2: {parameters(refiner):,}")
    for threads in (1, 2):
        for height, width in SIZES:
            print(*stage_one(network, height, width, threads), sep="\n")
        print(*stage_two(refiner, BANDS, threads), sep="\n")


if __name__ == "__main__":
    main()
