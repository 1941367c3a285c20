"""Writing and reading blobs. A pack is sealed on disk first; its rows come with the work's transaction."""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from koutu.accounts.models import Organisation
from koutu.storage import packs
from koutu.storage.errors import writing
from koutu.storage.homes import home
from koutu.storage.models import Blob, Pack

Key = tuple[str, str]
# A pack that was asked for within this time is safe from gc, which waits a day.
FRESH = timedelta(hours=1)


class PackWriter:
    """Collects blobs into one pack file.

    Use as a context manager, then call `record()` inside the transaction that refers to the blobs::

        with PackWriter(organisation) as pack:
            pack.add(Blob.Kind.FRAME, sha256, data)
        with run.commit():
            blobs = pack.record()

    An exception, or a kill between the two, leaves a file that no row names: `manage.py gc` removes it.
    """

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.uuid = uuid.uuid4()
        self._places: dict[Key, tuple[int, int]] = {}
        self._size = 0
        self._path = packs.draft_path(self.uuid)

    def __enter__(self) -> "PackWriter":
        packs.require_space(0)
        with writing():
            self._file: BinaryIO = self._path.open("wb")
        return self

    def add(self, kind: str, address: str, data: bytes) -> None:
        """Append one blob; a second one of the same kind and address is left out."""
        key = (str(kind), address)
        if key in self._places:
            return
        with writing():
            self._file.write(data)
        self._places[key] = (self._size, len(data))
        self._size += len(data)

    def __exit__(self, failed, *_) -> None:
        try:
            with writing():
                self._file.close()
                if not failed and self._places:
                    home().seal(self.uuid, self._path)
        finally:
            self._path.unlink(missing_ok=True)

    @classmethod
    def of_file(cls, organisation: Organisation, kind: str, address: str, path: Path) -> "PackWriter":
        """A sealed pack of one blob: the whole file at `path`, which stays and must not be written to any more.

        Linked where that can be, else copied.
        """
        pack = cls(organisation)
        try:
            with writing():
                _link(path, pack._path)
                pack._size = pack._path.stat().st_size
                home().seal(pack.uuid, pack._path)
        finally:
            pack._path.unlink(missing_ok=True)
        pack._places[str(kind), address] = (0, pack._size)
        return pack

    def record(self) -> dict[Key, Blob]:
        """Create the rows, reusing blobs the organisation has; return every added blob by (kind, address)."""
        if not self._places:
            return {}
        known = claim(self.organisation, self._places)
        new = [key for key in self._places if key not in known]
        if not new:
            transaction.on_commit(lambda: home().remove(self.uuid))
            return known
        pack = Pack.objects.create(uuid=self.uuid, organisation=self.organisation, size=self._size)
        Blob.objects.bulk_create((self._row(pack, key) for key in new), ignore_conflicts=True)
        return find(self.organisation, self._places)

    def take_over(self, rows: Iterable[Blob]) -> None:
        """Inside a transaction: let rows of blobs that were added here as well lie here from now on."""
        rows = list(rows)
        if not rows:
            return
        pack = Pack.objects.create(uuid=self.uuid, organisation=self.organisation, size=self._size)
        for row in rows:
            row.pack = pack
            row.offset, row.length = self._places[row.kind, row.address]
        Blob.objects.bulk_update(rows, ["pack", "offset", "length"], batch_size=200)

    def _row(self, pack: Pack, key: Key) -> Blob:
        offset, length = self._places[key]
        kind, address = key
        return Blob(organisation=self.organisation, kind=kind, address=address, pack=pack, offset=offset, length=length)


def find(organisation: Organisation, keys: Iterable[Key]) -> dict[Key, Blob]:
    """Return the organisation's blobs among `keys`, by (kind, address)."""
    wanted = set(keys)
    addresses = sorted({address for _, address in wanted})
    found: dict[Key, Blob] = {}
    for start in range(0, len(addresses), 500):
        rows = Blob.objects.filter(organisation=organisation, address__in=addresses[start : start + 500])
        found |= {(row.kind, row.address): row for row in rows.select_related("pack")}
    return {key: blob for key, blob in found.items() if key in wanted}


def claim(organisation: Organisation, keys: Iterable[Key]) -> dict[Key, Blob]:
    """`find` for a transaction that will refer to the blobs: gc does not take them meanwhile."""
    found = find(organisation, keys)
    stale = timezone.now() - FRESH
    old = {blob.pack_id for blob in found.values() if blob.pack.wanted_at < stale}
    if not old:
        return found
    # Locked in one order, so that two who claim the same packs never wait for each other.
    list(Pack.objects.filter(pk__in=old).order_by("pk").select_for_update())
    Pack.objects.filter(pk__in=old).update(wanted_at=Now())
    # What gc took while we waited is gone.
    return find(organisation, keys)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        packs.require_space(source.stat().st_size)
        with source.open("rb") as reader, target.open("wb") as writer:
            while chunk := reader.read(packs.CHUNK):
                writer.write(chunk)


def read(blob: Blob) -> bytes:
    return home().read(blob.pack.uuid, blob.offset, blob.length)


def stream(blob: Blob, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Yield a range of a blob in chunks (for Range requests of large files)."""
    length = blob.length - start if length is None else length
    return home().stream(blob.pack.uuid, blob.offset + start, length)


@contextmanager
def local(blob: Blob) -> Iterator[Path]:
    """The blob as a file of this machine, for readers that seek; not to be changed."""
    if (blob.offset, blob.length) == (0, blob.pack.size):
        with home().local(blob.pack.uuid) as path:
            yield path
        return
    # Compaction lays small files beside others in one pack.
    packs.require_space(blob.length)
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="blob-") as file:
        for chunk in stream(blob):
            file.write(chunk)
        file.flush()
        yield Path(file.name)


def file_address(path: Path) -> str:
    """SHA-256 of a file's bytes, read in chunks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
