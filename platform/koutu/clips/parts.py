"""Uploads on disk: each grows as one file beside the store, and its size is how much of it is here."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings

from koutu.accounts.errors import Locked

CHUNK = 2**18


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def path_of(upload: UUID) -> Path:
    return settings.UPLOAD_ROOT / f"{upload.hex}.part"


def begin(upload: UUID) -> None:
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    path_of(upload).touch()


def offset(upload: UUID) -> int:
    """How many bytes are here; raises FileNotFoundError for one that is finished or was put away."""
    return path_of(upload).stat().st_size


@contextmanager
def held(upload: UUID) -> Iterator[BinaryIO]:
    """The file, ours alone until the end of the block; raises Locked while another request holds it."""
    with path_of(upload).open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked("upload_busy", "Another request is sending this file just now.") from error
        file.seek(0, os.SEEK_END)
        yield file


def append(file: BinaryIO, source: Readable, most: int) -> None:
    """Write what comes, at most `most` bytes, and leave it on disk for certain, even where it breaks off."""
    try:
        while most > 0 and (chunk := source.read(min(CHUNK, most))):
            file.write(chunk)
            most -= len(chunk)
    finally:
        file.flush()
        os.fsync(file.fileno())


def remove(upload: UUID) -> None:
    path_of(upload).unlink(missing_ok=True)
