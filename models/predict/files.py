"""Files that are whole or not there: written beside their place, then moved into it."""

import fcntl
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .errors import Fault, PredictError

PART, LOCK = ".part", ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make the folder, keep other runs out of it, and clear away what an earlier one left half-written.

    Raises PredictError where it cannot be written to, or another run is at work in it. The lock goes with the process.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise unwritable(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PredictError(Fault.OUTPUT, f"another run is at work in {folder}: wait for its end") from error
        for left in folder.rglob(f"*{PART}"):
            left.unlink()
        yield


def write(path: Path, data: bytes) -> None:
    """Write a file whole. Raises PredictError, after which nothing new stands there."""
    part = path.with_name(f"{path.name}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> PredictError:
    """What to raise where `path` could not be written."""
    return PredictError(
        Fault.OUTPUT, f"{path} cannot be written ({error.strerror}): give another folder with -o, or make room"
    )


def write_json(path: Path, value: Any) -> None:
    """Write JSON for people to read."""
    write(path, json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n")


def png(image: np.ndarray) -> bytes:
    """(height, width, 3) uint8 RGB as PNG, quick rather than small."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", compress_level=1)
    return out.getvalue()
