"""Finding a sample: folder, cache, public address, stand-in."""

import hashlib
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path, PurePosixPath

from koutu.samples.catalogue import Sample, UnknownSample, catalogue

TRIES = 2
TIMEOUT = 5.0
# Part of the cache's path: a stand-in drawn by an older generator is not taken for a new one.
STAND_IN_VERSION = "1"


def find(name: str) -> Path:
    """Return the file or folder of a sample such as ``clips/juggle.mp4`` or ``sequences/asl_eat``.

    Anything inside the ``KOUTU_SAMPLES`` folder is found by its path; what the catalogue knows is always found, as
    a stand-in if need be (`is_real` tells). Raises `UnknownSample` otherwise, also for a path that leads outside.
    """
    if here := at_hand(name):
        return here
    sample = catalogue().get(name)
    if sample is None:
        raise UnknownSample(name)
    return _download(sample) or _stand_in(sample)


def at_hand(name: str) -> Path | None:
    """Return the sample itself where it lies on this machine, without asking the network; else None.

    Raises `UnknownSample` for a path that leads outside of the folders.
    """
    if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
        raise UnknownSample(name)
    for folder in (_samples_folder(), cache_folder()):
        if folder is not None and (folder / name).exists():
            return folder / name
    return None


def is_real(path: Path) -> bool:
    """Whether what `find` returned is the sample itself and not a stand-in."""
    return not path.is_relative_to(cache_folder() / "stand-in")


def cache_folder() -> Path:
    """Return the folder that keeps downloads and stand-ins between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "koutu" / "samples"


def _samples_folder() -> Path | None:
    named = os.environ.get("KOUTU_SAMPLES")
    return Path(named) if named else None


def _download(sample: Sample) -> Path | None:
    if not sample.url or os.environ.get("KOUTU_SAMPLES_OFFLINE"):
        return None
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(sample.url, timeout=TIMEOUT) as answer:  # noqa: S310 - a fixed https list
                data = answer.read()
        except (urllib.error.URLError, HTTPException, OSError):
            continue
        if hashlib.sha256(data).hexdigest() == sample.sha256:
            return _keep(cache_folder() / sample.name, data)
    return None


def _keep(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    # Two runs may fetch at once; each sees a whole file or none.
    return Path(file.name).replace(path)


def _stand_in(sample: Sample) -> Path:
    path = cache_folder() / "stand-in" / STAND_IN_VERSION / sample.name
    sys.stderr.write(f"koutu: {sample.name} was not found; using a drawn stand-in (docs/samples.md)\n")
    if not path.exists():
        # Drawing needs OpenCV and PyAV; finding does not.
        from koutu.samples.stand_in import draw

        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            made = draw(sample, Path(folder) / path.name)
            if not path.exists():
                shutil.move(made, path)
    return path
