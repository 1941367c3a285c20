"""Copies of other people's files: the store may link what it is given, and their own may change later."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from koutu.clips import archives


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of a file, or a zip of a folder of pictures, gone in the end."""
    with tempfile.TemporaryDirectory(dir=settings.DATA / "tmp", prefix="copy-") as folder:
        copy = Path(folder) / "copy"
        if path.is_dir():
            archives.pack(path, copy)
        else:
            shutil.copyfile(path, copy)
        yield copy
