"""`koutu COMMAND ...`: the doorway to what also runs as `python -m models....`."""

import sys
from importlib import import_module

# Command: (module whose main(arguments) does it, what it does).
COMMANDS = {
    "predict": ("models.predict.__main__", "cut everybody out of a video, a folder of frames or single pictures"),
    "backends": ("models.backends.__main__", "list the networks that can be used, and why some cannot"),
}
_ML = 'pip install "koutu[ml]"'


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command: 0 done, 1 it cannot be done, 2 wrong usage."""
    asked = sys.argv[1:] if arguments is None else arguments
    if not asked or asked[0] in ("-h", "--help", "help"):
        sys.stdout.write(_usage())
        return 0 if asked else 2
    if asked[0] not in COMMANDS:
        sys.stderr.write(f"error: there is no command {asked[0]}\n{_usage()}")
        return 2
    try:
        status: int = import_module(COMMANDS[asked[0]][0]).main(asked[1:])
    except ModuleNotFoundError as error:
        sys.stderr.write(f"error: {error.name} is not installed: koutu {asked[0]} needs {_ML}\n")
        return 1
    return status


def _usage() -> str:
    lines = [f"  {name:10} {about}" for name, (_, about) in COMMANDS.items()]
    return "\n".join(["usage: koutu COMMAND ...", "", *lines, "", "koutu COMMAND --help says more.", ""])


if __name__ == "__main__":
    sys.exit(main())
