"""A folder of backups: which there are, and the packs they share."""

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from koutu.accounts.errors import Invalid
from koutu.storage.backups.index import Index, Kept
from koutu.storage.errors import FULL
from koutu.storage.homes import home
from koutu.storage.homes.folder import Folder

CHUNK = 2**20
NAME = "%Y-%m-%dT%H%M%SZ"
ABOUT = "backup.json"
PACKS = "packs"
# Names that `begun` gives. Whatever else lies in the folder is not ours to remove.
OURS = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?")


@dataclass(frozen=True)
class Backup:
    path: Path

    @property
    def database(self) -> Path:
        return self.path / "database"

    @property
    def about(self) -> dict:
        return json.loads((self.path / ABOUT).read_text())

    @property
    def packs(self) -> Folder:
        return Folder(self.path.parent / PACKS)

    def index(self) -> Index:
        return Index(self.path / "index.sqlite3")


def finished(folder: Path) -> list[Backup]:
    """The whole backups of a folder, oldest first."""
    return [Backup(path.parent) for path in sorted(folder.glob(f"*/{ABOUT}"))]


def chosen(folder: Path, name: str = "") -> Backup:
    """The backup of this name, else the newest; raises Invalid where there is none."""
    there = finished(folder)
    if not there:
        raise Invalid("no_backup", f"{folder} holds no finished backup.")
    if not name:
        return there[-1]
    for backup in there:
        if backup.path.name == name:
            return backup
    names = ", ".join(backup.path.name for backup in there)
    raise Invalid("no_backup", f"{folder} has no backup {name}. It has: {names}.")


def require_apart(folder: Path) -> None:
    """Refuse a folder that is lost together with what it saves, or whose packs would be the store's own."""
    places = [settings.DATA] if settings.BLOB_BUCKET else [settings.DATA, settings.BLOB_ROOT.resolve()]
    for place in places:
        packs = folder / PACKS
        if folder.is_relative_to(place) or packs.is_relative_to(place) or place.is_relative_to(packs):
            message = f"{folder} shares its place with Koutu's own data in {place}; one loss would take both."
            raise Invalid("folder_inside", f"{message} Choose a folder elsewhere, best on another disk.")


def begun(folder: Path) -> Backup:
    """A new one; the second of a second is named after the first. Refuses a folder that cannot be written."""
    name = timezone.now().strftime(NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (name if number == 1 else f"{name}-{number}")
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                break
    except OSError as error:
        if error.errno in FULL:
            raise
        message = f"A backup cannot be written to {folder}: {error.strerror}. Choose another folder."
        raise Invalid("folder_unwritable", message) from error
    return Backup(path)


def keep(folder: Folder, pack: UUID, size: int, sha256: str = "") -> str:
    """Copy a pack of the store here and return its SHA-256: `sha256`, where it is here and known by that.

    Raises FileNotFoundError or EOFError where the store has it no more, or only a part.
    """
    path = folder.path_of(pack)
    if path.is_file() and path.stat().st_size == size:
        return sha256 or digest(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    try:
        found = _write(draft, home().stream(pack, 0, size))
        folder.seal(pack, draft)
    finally:
        draft.unlink(missing_ok=True)
    return found


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_sound(folder: Folder, kept: Kept) -> bool:
    path = folder.path_of(kept.pack)
    return bool(kept.sha256) and path.is_file() and digest(path) == kept.sha256


def prune(folder: Path, most: int) -> None:
    """Remove all but the newest `most` backups, unfinished ones, and packs that none of the rest names."""
    rest = finished(folder)[-most:]
    for path in folder.iterdir():
        if path.is_dir() and OURS.fullmatch(path.name) and Backup(path) not in rest:
            shutil.rmtree(path)
    named: set[UUID] = set()
    for backup in rest:
        with backup.index() as index:
            named |= {kept.pack for kept in index.packs()}
    packs = Folder(folder / PACKS)
    for found in list(packs.all()):
        if found.pack not in named:
            packs.remove(found.pack)


def _write(path: Path, chunks: Iterator[bytes]) -> str:
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            sha256.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()
