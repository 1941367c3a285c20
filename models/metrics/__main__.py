"""Score folders on the command line: ``python -m models.metrics davis|matte --truth DIR --pred DIR``."""

import argparse
import json
import sys
from pathlib import Path

from . import davis, mattes
from .arrays import MetricError
from .matte import PROFILES


def main() -> None:
    asked = _parser().parse_args()
    try:
        _check_target(asked.json)
        said = asked.score(asked)
        if asked.json:
            asked.json.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    except (MetricError, OSError) as error:
        sys.exit(f"error: {error}")


def _check_target(target: Path | None) -> None:
    """Scoring takes minutes: said before it, rather than after, that the figures cannot be kept."""
    if target and not target.parent.is_dir():
        raise MetricError(f"{target} cannot be written: there is no folder {target.parent}")
    if target and target.is_dir():
        raise MetricError(f"{target} is a folder: give the file to write")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.metrics", description=__doc__)
    kinds = parser.add_subparsers(required=True)
    hard = kinds.add_parser("davis", help="J and F of palette PNGs, as DAVIS 2017")
    hard.add_argument("--task", choices=["semi", "unsupervised"], default="semi")
    hard.set_defaults(score=_davis)
    soft = kinds.add_parser("matte", help="SAD, MAD, MSE, Grad, Conn and dtSSD of grey PNGs")
    soft.add_argument("--trimap", type=Path, help="folder of trimaps, 128 where alpha is unknown")
    soft.add_argument("--profile", choices=list(PROFILES), default="rvm")
    soft.set_defaults(score=_matte)
    for kind in (hard, soft):
        kind.add_argument("--truth", type=Path, required=True, help="one folder of PNGs a sequence")
        kind.add_argument("--pred", type=Path, required=True, help="the same names")
        kind.add_argument("--json", type=Path, help="write every figure there, those of each frame too")
        kind.add_argument("--processes", type=int, help="default: one a core")
    return parser


def _davis(asked: argparse.Namespace) -> dict:
    scores: list[davis.SequenceScore] = []
    rows: dict[str, dict] = {}
    for score in davis.evaluate(asked.truth, asked.pred, asked.task, asked.processes):
        if not scores:
            print(_line("sequence", "object", ["J-Mean", "J-Recall", "J-Decay", "F-Mean", "F-Recall", "F-Decay"]))
        scores.append(score)
        rows[score.name] = {}
        for number, one in score.objects.items():
            j, f = one.statistics
            rows[score.name][number] = {
                "J": {**j._asdict(), "frames": one.j.tolist()}, "F": {**f._asdict(), "frames": one.f.tolist()},
            }  # fmt: skip
            print(_line(score.name, number, [*j, *f]), flush=True)
    means = davis.summary(scores)
    print(*(f"{name} {value:.4f}" for name, value in means.items()), sep="  ")
    return {"task": asked.task, "mean": means, "sequences": rows}


def _matte(asked: argparse.Namespace) -> dict:
    scores: list[mattes.MatteScore] = []
    for score in mattes.evaluate(asked.truth, asked.pred, asked.trimap, asked.profile, asked.processes):
        if not scores:
            print(_line("sequence", "frames", list(score.means)))
        scores.append(score)
        print(_line(score.name, len(score.values["MSE"]), list(score.means.values())), flush=True)
    means = mattes.summary(scores)
    print(_line("mean", "", list(means.values())), f"profile {asked.profile}", sep="\n")
    sequences = {score.name: {name: values.tolist() for name, values in score.values.items()} for score in scores}
    return {"profile": asked.profile, "mean": means, "sequences": sequences}


def _line(name: str, number: object, cells: list) -> str:
    shown = [cell if isinstance(cell, str) else f"{cell:.4f}" for cell in cells]
    return f"{name:<28}{number!s:>7}" + "".join(f"{cell:>12}" for cell in shown)


if __name__ == "__main__":
    main()
