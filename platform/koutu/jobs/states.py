"""What an attempt at a job leaves for the next one: a file a job in the data folder, which goes when the job ends.

It saves time and is no truth: it may be gone at any moment. So it is not flushed, and what a crash of the machine left
of it half written is known by its checksum.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from koutu.jobs.models import Job
from koutu.storage import packs

log = structlog.get_logger(__name__)

_CHECK = 4  # bytes of CRC-32, the last of a file


def path_of(job: UUID) -> Path:
    return _folder() / job.hex


@contextmanager
def draft(job: UUID, token: UUID, pieces: Iterable[bytes | memoryview]) -> Iterator[Path]:
    """A file of all pieces, to be moved to its place; gone after the block otherwise. Raises OSError and DiskFull."""
    packs.require_space(0)
    path, check = _folder() / f"{job.hex}.{token.hex}", 0
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                check = zlib.crc32(piece, check)
            file.write(check.to_bytes(_CHECK, "little"))
        yield path
    finally:
        path.unlink(missing_ok=True)


def read(job: UUID) -> memoryview | None:
    """What was left, read from the disk as it is used; None where there is nothing, or nothing whole."""
    try:
        with path_of(job).open("rb") as file:
            data = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # ValueError: the file is empty
        log.warning("state_unread", error=str(error))
        return None
    state, check = data[:-_CHECK], data[-_CHECK:]
    if zlib.crc32(state) != int.from_bytes(check, "little"):
        log.warning("state_damaged")
        return None
    return state


def remove(job: UUID) -> None:
    """What was left, and what attempts that were killed were writing."""
    for path in _folder().glob(f"{job.hex}*"):
        path.unlink(missing_ok=True)


def sweep() -> None:
    """Remove what jobs left that are over: of one that was cancelled while it waited, or whose worker then died."""
    for path in _folder().glob("*"):
        if not Job.objects.open().filter(uuid=path.name[:32]).exists():
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings.DATA / "jobs"
