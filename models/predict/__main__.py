"""`python -m models.predict VIDEO|FOLDER -o OUT`: the matte of everybody, without the platform.

Writes OUT/alpha/NAME.png, 8-bit grey at the source's size, where NAME is a video's frame number from 00000 or the
picture's own name. A folder is a numbered series of one shot, or with --stills pictures that have nothing to do with
each other. Called again, it makes only what is missing.
"""

import argparse
import sys
from pathlib import Path

from models.backends import BadInput, WeightsMissing
from models.backends.registry import UnknownBackend, finder
from models.matting.inputs import MattingError

from .edges import METHOD
from .errors import Fault, PredictError
from .run import Request, predict

_EDGES = "a method of models.matting or a back end that mattes along a mask, such as vitmatte (default: %(default)s)"
STOPPED = 130  # what a shell says of a program that was interrupted


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it (or a still) cannot be done, 2 wrong usage, 130 interrupted."""
    request = Request(**vars(_parser().parse_args(arguments)))
    try:
        done = predict(request)
    except UnknownBackend as error:
        return _failed(error, 2)
    except PredictError as error:
        return _failed(error, 2 if error.fault is Fault.USAGE else 1)
    except (WeightsMissing, BadInput, MattingError) as error:
        return _failed(error, 1)
    except KeyboardInterrupt:
        print("\nstopped: the same call goes on where it was", file=sys.stderr)
        return STOPPED
    print(f"{done.frames} frames, {done.new} of them new -> {request.out}/alpha")
    if done.composite:
        print(f"composite -> {done.composite}")
    for reason in done.broken:
        print(f"error: {reason}", file=sys.stderr)
    return 1 if done.broken else 0


def _failed(error: Exception, status: int) -> int:
    print(f"error: {error}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.predict", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="a video file, or a folder of JPEG, PNG or TIFF pictures")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--stills", action="store_true", help="pictures that have nothing to do with each other")
    parser.add_argument("--backend", default=finder().name, help="see python -m models.backends (default: %(default)s)")
    parser.add_argument("--weights", help="its weights: a folder, an id of the hub, or a YAML file for onnx")
    parser.add_argument("--device", default="cpu", help="where networks of torch run, such as cuda (default: cpu)")
    parser.add_argument("--edges", default=METHOD, metavar="NAME", help=_EDGES)
    parser.add_argument("--edges-weights", metavar="WEIGHTS", help="the weights of such a back end")
    parser.add_argument("--composite", metavar="COLOUR|IMAGE|VIDEO", help="also show everybody before this")
    parser.add_argument("--foreground", action="store_true", help="also write the people's own colours")
    parser.add_argument("--batch", type=_positive, default=2, help="frames in work at a time (default: %(default)s)")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
