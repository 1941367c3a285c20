"""Where sealed packs live: a folder of this machine, or a bucket of any server that speaks S3."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

from koutu.storage.homes.folder import Folder
from koutu.storage.homes.found import Found


class Home(Protocol):
    """Packs are written once and whole; a reader never meets half a pack.

    Raises FileNotFoundError for a pack that is not there, EOFError for one that ends early, StoreDown (a Refused)
    where the home does not answer.
    """

    def seal(self, pack: UUID, draft: Path) -> None:
        """Make the finished file a pack, for certain before any row names it. The file at `draft` is gone then."""

    def read(self, pack: UUID, offset: int, length: int) -> bytes: ...

    def stream(self, pack: UUID, offset: int, length: int) -> Iterator[bytes]:
        """Yield the bytes in chunks of bounded size."""

    def size(self, pack: UUID) -> int: ...

    def remove(self, pack: UUID) -> None:
        """Remove the pack; one that is not there is no error."""

    def all(self) -> Iterator[Found]: ...

    def local(self, pack: UUID) -> AbstractContextManager[Path]:
        """The pack as a file of this machine, for readers that seek; not to be changed."""

    def free(self) -> int | None:
        """Bytes that can still be written; None where the home has no bound of its own."""


def home() -> Home:
    if not settings.BLOB_BUCKET:
        return Folder(settings.BLOB_ROOT)
    # boto3 takes a third of a second to load: only where it is needed.
    from koutu.storage.homes.bucket import Bucket

    return Bucket.at(settings.BLOB_BUCKET, settings.S3_ENDPOINT)
