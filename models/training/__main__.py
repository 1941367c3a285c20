"""`python -m models.training CONFIG -o RUN`: train a network, or go on where it stopped, at any moment and in any way.

RUN then holds the newest checkpoints, the log, TensorBoard's files (tensorboard --logdir RUN/board), and the weights
to use. In several processes: torchrun --nproc-per-node 2 -m models.training CONFIG -o RUN.
"""

import argparse
import os
import sys
from pathlib import Path

# glibc gives every thread an arena of its own and hands large blocks back to the system at once, to be cleared anew
# for the next one. A step on the CPU allocates the same blocks as the one before: kept, they save a step 16,000 page
# faults and 4 % of its time (256 pixels, batch 8).
_ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_MMAP_THRESHOLD_": "1073741824"}


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 the training is done, 3 it stopped before its end and can be taken up, 1 it cannot be done."""
    asked = _parser().parse_args(arguments)
    from models.checkpoints import CheckpointError
    from models.exporting import ExportError

    from .config import TrainingError

    try:
        return _train(asked)
    except (TrainingError, CheckpointError, ExportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _train(asked: argparse.Namespace) -> int:
    import torch

    from .config import read_config
    from .delivery import deliver
    from .loop import Means, train

    if asked.threads:
        torch.set_num_threads(asked.threads)
    config = read_config(asked.config)
    means = Means(
        asked.samples, _device(asked.device), asked.workers, asked.save_minutes, asked.save_steps, asked.minutes
    )
    trainer, done = train(config, asked.output, means)
    if trainer.place.rank == 0:
        written = deliver(asked.output, asked.onnx)
        print(f"{done} of {config.steps} steps: {', '.join(map(str, written))}")
    return 0 if done == config.steps else 3


def _device(name: str) -> str:
    """Each process of torchrun has a GPU of its own."""
    rank = os.environ.get("LOCAL_RANK", "0")
    return f"cuda:{rank}" if name == "cuda" else name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    samples = os.environ.get("KOUTU_SAMPLES")
    parser.add_argument("config", type=Path, help="a TOML file; see models/training/configs/")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="RUN", help="the folder of the run")
    parser.add_argument(
        "--samples",
        type=Path,
        default=Path(samples) if samples else None,
        help="the folder of docs/samples.md (default: KOUTU_SAMPLES)",
    )
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="of the training itself (default: all)")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw samples (default: %(default)s)")
    parser.add_argument("--minutes", type=float, help="stop after so long; call again to go on")
    parser.add_argument("--save-minutes", type=float, default=10, help="between two checkpoints (default: %(default)s)")
    parser.add_argument("--save-steps", type=int, default=0, help="also after each so many steps")
    parser.add_argument(
        "--onnx",
        nargs="?",
        const="frames",
        choices=("frames", "clicks"),
        help="also write ONNX in the end: of frames (where nothing is said), or of clicks in a browser",
    )
    return parser


def _with_allocation() -> None:
    """Start again with what has to be in the environment before a process begins."""
    if os.environ.keys() >= _ALLOCATION.keys() or not sys.platform.startswith("linux"):
        return
    command = [sys.executable, "-m", "models.training", *sys.argv[1:]]
    os.execve(sys.executable, command, _ALLOCATION | os.environ)  # noqa: S606 the same program, no shell


if __name__ == "__main__":
    _with_allocation()
    sys.exit(main())
