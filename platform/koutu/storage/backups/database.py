"""The database of one moment, whole, while others write: SQLite's VACUUM INTO, or pg_dump of a shared snapshot."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from koutu.accounts.errors import Refused

PACKS = "SELECT uuid, size FROM storage_pack"
BLOBS = """
    SELECT b.kind, b.address, p.uuid, b."offset", b.length FROM storage_blob b JOIN storage_pack p ON p.id = b.pack_id
"""


class Rows(NamedTuple):
    """What the store holds at the moment of the copy: (hex, size), and (kind, address, hex, offset, length)."""

    packs: Iterator[tuple[str, int]]
    blobs: Iterator[tuple[str, str, str, int, int]]


@contextmanager
def copied(path: Path) -> Iterator[Rows]:
    """Write the database to `path` and give the rows of the store as they are in it."""
    with _sqlite(path) if connection.vendor == "sqlite" else _postgres(path) as rows:
        yield rows


def is_empty() -> bool:
    return not connection.introspection.table_names()


def load(path: Path) -> None:
    """Put a copy in the place of a database that is empty."""
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        connection.close()
        for beside in ("", "-wal", "-shm"):
            Path(f"{target}{beside}").unlink(missing_ok=True)
        draft = target.with_suffix(".restoring")
        shutil.copyfile(path, draft)
        draft.replace(target)
    else:
        _run("pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "-d", _name(), path)


@contextmanager
def _sqlite(path: Path) -> Iterator[Rows]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    with closing(sqlite3.connect(path)) as copy:
        yield Rows(iter(copy.execute(PACKS)), iter(copy.execute(BLOBS)))


@contextmanager
def _postgres(path: Path) -> Iterator[Rows]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", "-f", path, "-d", _name())
        yield Rows(_streamed(PACKS, 0), _streamed(BLOBS, 2))


def _streamed(query: str, pack: int) -> Iterator[tuple]:
    """Rows of a server-side cursor, the pack's id as hex."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        for row in cursor:
            yield (*row[:pack], row[pack].hex, *row[pack + 1 :])


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: object) -> None:
    """One of PostgreSQL's own programs, which know what a database is made of."""
    found = shutil.which(program)
    if not found:
        raise Refused(
            "no_program", f"{program} is not here. PostgreSQL's client programs copy a database: install them."
        )
    about = connection.settings_dict
    server = {f"PG{name}": about[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    environment = os.environ | {name: str(value) for name, value in server.items() if value}
    done = subprocess.run([found, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused("database_copy", f"{program}: {done.stderr.strip()[-2000:]}")
