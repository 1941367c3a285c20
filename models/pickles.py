"""Pickles of torch, read as tensors and plain values only: whatever could run anything is refused."""

import pickletools
import re
import zipfile
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch.serialization import safe_globals

from models.checkpoints import CheckpointError, Fault

# How torch's zip begins, and what it wrote until 1.6: pickles one after the other, a long number first.
_ARCHIVE, _BARE = b"PK\x03\x04", b"\x80\x02\x8a\x0a"
_HEAD = 4  # pickles of a bare file before its tensors' bytes: a magic number, a version, the system, the object
# Scores stand beside weights as numpy's numbers, which are harmless; numpy 1 called their maker otherwise.
_MAKER = np.float64().__reduce__()[0]
_NUMBERS: list[Any] = [_MAKER, (_MAKER, "numpy.core.multiarray.scalar"), np.dtype]
_NUMBERS += [type(np.dtype(kind)) for kind in ("f4", "f8", "i4", "i8")]


def read_pickle(path: str | Path) -> Any:
    """What a .pth file holds, tensors on the CPU. Raises CheckpointError; its UNSAFE names what it would call."""
    path = Path(path)
    _check_start(path)
    try:
        with safe_globals(_NUMBERS):
            return torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise _refusal(path, str(error)) from error
    except (EOFError, IndexError, OSError, RuntimeError) as error:
        if zipfile.is_zipfile(path):
            raise _no_checkpoint(path, str(error).splitlines()[0]) from error
        raise _cut_off(path) from error


def _check_start(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError as error:
        raise CheckpointError(Fault.MISSING, f"there is no file {path}: download it there") from error
    except OSError as error:
        raise CheckpointError(Fault.NOT_A_CHECKPOINT, f"{path} cannot be read: {error.strerror}") from error
    if not start:
        raise _cut_off(path)
    if not start.startswith((_ARCHIVE, _BARE)):
        raise _no_checkpoint(path, f"it begins with {start!r}, perhaps the page of a download that failed")


def _refusal(path: Path, said: str) -> CheckpointError:
    if not zipfile.is_zipfile(path) and _ends_early(path):
        return _cut_off(path)
    called = re.search(r"GLOBAL (\S+)", said)
    if not called:
        return _no_checkpoint(path, said.splitlines()[-1])
    return CheckpointError(
        Fault.UNSAFE,
        f"{path} holds more than tensors: it would call {called[1]}, which may run anything, so it is not loaded. "
        'Where you trust it, keep its weights alone: torch.save(torch.load(path, weights_only=False)["state_dict"], '
        "other), or .state_dict() of what it holds",
    )


def _ends_early(path: Path) -> bool:
    """Whether a bare file stops within its pickles. Nothing of them is run."""
    try:
        with path.open("rb") as file:
            for _ in range(_HEAD):
                for _ in pickletools.genops(file):
                    pass
    except ValueError:
        return True
    return False


def _no_checkpoint(path: Path, why: str) -> CheckpointError:
    return CheckpointError(Fault.NOT_A_CHECKPOINT, f"{path} is no checkpoint of torch: {why}. Download it again")


def _cut_off(path: Path) -> CheckpointError:
    return CheckpointError(Fault.TRUNCATED, f"{path} is cut off: download it again")
