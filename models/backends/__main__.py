"""`python -m models.backends`: every back end, whether it can run here, and if not, what to do."""

import argparse
import sys

from .registry import BACKENDS


def main(arguments: list[str] | None = None) -> int:
    """Print the list; answers the exit status."""
    argparse.ArgumentParser(prog="python -m models.backends", description=__doc__).parse_args(arguments)
    for backend in BACKENDS:
        print(f"{backend.name:22} {backend.task:8} {backend.about} [{backend.licence}]")
        reason = backend.missing()
        print(f"{'':22} {'ready' if reason is None else reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
