"""What one backup holds: its packs with their SHA-256, and the place of every blob."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

SCHEMA = """
CREATE TABLE IF NOT EXISTS pack (hex TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS blob (
  kind TEXT NOT NULL, address TEXT NOT NULL, pack TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
);
"""


class Kept(NamedTuple):
    """A pack of a backup; `sha256` is empty where it could not be read."""

    pack: UUID
    size: int
    sha256: str


class Place(NamedTuple):
    pack: UUID
    offset: int
    length: int


class Index:
    """A small database of its own, since a backup may hold millions of blobs. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._rows = sqlite3.connect(path)

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_) -> None:
        self._rows.close()

    def fill(self, packs: Iterable[tuple[str, int]], blobs: Iterable[tuple[str, str, str, int, int]]) -> None:
        """`packs`: hex and size; `blobs`: kind, address, hex of the pack, offset, length."""
        self._rows.executescript(SCHEMA)
        with self._rows:
            self._rows.executemany("INSERT INTO pack (hex, size) VALUES (?, ?)", packs)
            self._rows.executemany("INSERT INTO blob VALUES (?, ?, ?, ?, ?)", blobs)
            self._rows.execute("CREATE INDEX blob_address ON blob (address)")

    def know(self, pack: UUID, sha256: str) -> None:
        with self._rows:
            self._rows.execute("UPDATE pack SET sha256 = ? WHERE hex = ?", (sha256, pack.hex))

    def packs(self) -> Iterator[Kept]:
        for name, size, sha256 in self._rows.execute("SELECT hex, size, sha256 FROM pack ORDER BY hex").fetchall():
            yield Kept(UUID(name), size, sha256)

    def pack(self, pack: UUID) -> Kept | None:
        row = self._rows.execute("SELECT size, sha256 FROM pack WHERE hex = ?", (pack.hex,)).fetchone()
        return Kept(pack, *row) if row else None

    def place(self, kind: str, address: str) -> Place | None:
        """Where the backup has a blob; any organisation's, since the bytes are the same."""
        found = "SELECT pack, offset, length FROM blob WHERE address = ? AND kind = ?"
        row = self._rows.execute(found, (address, kind)).fetchone()
        return Place(UUID(row[0]), row[1], row[2]) if row else None
