"""Writing and reading blobs. A pack is sealed on disk first; its rows come with the work's transaction."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from koutu.accounts.models import Organisation
from koutu.storage import packs
from koutu.storage.models import Blob, Pack

Key = tuple[str, str]


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
        self._file: BinaryIO = self._path.open("wb")
        return self

    def add(self, kind: str, address: str, data: bytes) -> None:
        """Append one blob; a second one of the same kind and address is left out."""
        key = (str(kind), address)
        if key in self._places:
            return
        self._file.write(data)
        self._places[key] = (self._size, len(data))
        self._size += len(data)

    def __exit__(self, failed, *_) -> None:
        self._file.close()
        if failed or not self._places:
            self._path.unlink()
        else:
            packs.seal(self.uuid, self._path)

    def record(self) -> dict[Key, Blob]:
        """Create the rows, reusing blobs the organisation has; return every added blob by (kind, address)."""
        if not self._places:
            return {}
        known = find(self.organisation, self._places)
        new = [key for key in self._places if key not in known]
        if not new:
            packs.path_of(self.uuid).unlink(missing_ok=True)
            return known
        pack = Pack.objects.create(uuid=self.uuid, organisation=self.organisation, size=self._size)
        Blob.objects.bulk_create((self._row(pack, key) for key in new), ignore_conflicts=True)
        return find(self.organisation, self._places)

    def _row(self, pack: Pack, key: Key) -> Blob:
        offset, length = self._places[key]
        kind, address = key
        return Blob(organisation=self.organisation, kind=kind, address=address, pack=pack, offset=offset, length=length)


def find(organisation: Organisation, keys) -> dict[Key, Blob]:
    """Return the organisation's blobs among `keys`, by (kind, address)."""
    addresses = sorted({address for _, address in keys})
    wanted = set(keys)
    found: dict[Key, Blob] = {}
    for start in range(0, len(addresses), 500):
        rows = Blob.objects.filter(organisation=organisation, address__in=addresses[start : start + 500])
        found |= {(row.kind, row.address): row for row in rows.select_related("pack")}
    return {key: blob for key, blob in found.items() if key in wanted}


def adopt_file(organisation: Organisation, kind: str, path: Path, address: str) -> Blob:
    """Make a whole file a pack of one blob by moving it (same file system) or copying it; return its row."""
    size = path.stat().st_size
    identifier = uuid.uuid4()
    draft = packs.draft_path(identifier)
    try:
        path.replace(draft)
    except OSError:
        packs.require_space(size)
        _copy(path, draft)
    packs.seal(identifier, draft)
    pack = Pack.objects.create(uuid=identifier, organisation=organisation, size=size)
    return Blob.objects.create(organisation=organisation, kind=kind, address=address, pack=pack, offset=0, length=size)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(packs.CHUNK):
            writer.write(chunk)


def read(blob: Blob) -> bytes:
    return packs.read(blob.pack.uuid, blob.offset, blob.length)


def stream(blob: Blob, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Yield a range of a blob in chunks (for Range requests of large files)."""
    length = blob.length - start if length is None else length
    return packs.stream(blob.pack.uuid, blob.offset + start, length)


def file_address(path: Path) -> str:
    """SHA-256 of a file's bytes, read in chunks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
