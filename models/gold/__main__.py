"""Draw and check outlines of gold frames, build their masks, and print how well second outlines agree.

CLIP is a sample's name, such as clips/juggle.mp4, within --samples (default: KOUTU_SAMPLES).
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from models.predict.errors import PredictError

from .drawing import checked, shown
from .making import agreement, build, pictures
from .outlining import OutlineError, mask_of, read_outline
from .store import AGAIN, OUTLINES


def main() -> None:
    asked = _parser().parse_args()
    if asked.samples is None:
        sys.exit("error: say where the clips are: --samples FOLDER, or KOUTU_SAMPLES in the environment")
    try:
        asked.run(asked)
    except (OutlineError, PredictError, IndexError, OSError) as error:
        sys.exit(f"error: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.gold", description=__doc__)
    parser.add_argument("--samples", type=Path, default=os.environ.get("KOUTU_SAMPLES"), help="folder of the clips")
    commands = parser.add_subparsers(required=True)
    show = commands.add_parser("show", help="write an enlarged crop with a grid of pixels")
    show.add_argument("--plain", action="store_true", help="do not stretch the levels")
    show.add_argument("--no-grid", action="store_true", help="rulers only")
    check = commands.add_parser("check", help="the same with the mask's outline, and the cut-out on magenta")
    check.add_argument("--again", action="store_true", help="the second outline")
    for command, run in ((show, _show), (check, _check)):
        command.add_argument("clip")
        command.add_argument("index", type=int)
        command.add_argument("-o", "--out", type=Path, required=True, help="the PNG to write")
        command.add_argument("--box", type=int, nargs=4, metavar=("X0", "Y0", "X1", "Y1"), help="default: all")
        command.add_argument("--scale", type=int, help="default: what gives about 1500 pixels of width")
        command.set_defaults(run=run)
    make = commands.add_parser("build", help="write masks/ anew")
    make.add_argument("only", nargs="?", default="", help="only names that begin so, such as juggle")
    make.set_defaults(run=_build)
    agree = commands.add_parser("agree", help="J, F and tight F between first and second outlines")
    agree.add_argument("--drawn", action="store_true", help="of the polygons, before any snapping")
    agree.set_defaults(run=_agree)
    return parser


def _show(asked: argparse.Namespace) -> None:
    image = _picture(asked)
    _write(asked.out, shown(image, *_view(asked, image), stretch=not asked.plain, grid=not asked.no_grid))


def _check(asked: argparse.Namespace) -> None:
    image, folder = _picture(asked), AGAIN if asked.again else OUTLINES
    labels = mask_of(image, read_outline(folder / f"{Path(asked.clip).stem}_{asked.index:05d}.json"))
    _write(asked.out, checked(image, labels, *_view(asked, image)))


def _build(asked: argparse.Namespace) -> None:
    print(*build(asked.samples, asked.only), sep="\n")


def _agree(asked: argparse.Namespace) -> None:
    rows = agreement(asked.samples, not asked.drawn)
    for row in rows:
        print(f"{row.name:32} J {row.j:.4f}  F {row.f:.4f}  tight F {row.tight_f:.4f}")
    if rows:
        means = np.mean([row[1:] for row in rows], axis=0)
        print("{:32} J {:.4f}  F {:.4f}  tight F {:.4f}".format(f"mean of {len(rows)}", *means))


def _picture(asked: argparse.Namespace) -> np.ndarray:
    (image,) = pictures(asked.samples / asked.clip, [asked.index])
    return image


def _view(asked: argparse.Namespace, image: np.ndarray) -> tuple[tuple[int, int, int, int], int]:
    box = tuple(asked.box or (0, 0, image.shape[1], image.shape[0]))
    return box, asked.scale or max(1, round(1500 / (box[2] - box[0])))  # type: ignore[return-value]


def _write(path: Path, picture: np.ndarray) -> None:
    from PIL import Image

    Image.fromarray(picture).save(path)


if __name__ == "__main__":
    main()
