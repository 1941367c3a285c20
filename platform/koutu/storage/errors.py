"""What the store refuses: no room, or no answer. Both pass; nothing that was acknowledged is lost by them."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from koutu.accounts.errors import Refused

FULL = (errno.ENOSPC, errno.EDQUOT)


class StoreDown(Refused):
    """The home of the packs does not answer, or not as it should."""

    status = 503

    def __init__(self, message: str) -> None:
        super().__init__("store_down", message)


class SourceDown(StoreDown):
    """Other people's bucket or folder cannot be read now; it is asked again. `code` says how it is."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DiskFull(Refused):
    def __init__(self, message: str, **detail: int) -> None:
        super().__init__("disk_full", message, **detail)


@contextmanager
def writing() -> Iterator[None]:
    """Say that the disk is full in words, where it fills up in the middle of a file."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull("The disk is full. Make room on it, then try again.") from error
        raise
