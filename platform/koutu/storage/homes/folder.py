"""Packs in a folder: sealed by rename on one file system."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from koutu.storage.homes.found import Found

CHUNK = 2**20


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, pack: UUID) -> Path:
        return self.root / pack.hex[:2] / f"{pack.hex}.pack"

    def seal(self, pack: UUID, draft: Path) -> None:
        target = self.path_of(pack)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A linked file is as old as its first byte: gc must not take it for something left behind.
        os.utime(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, pack: UUID, offset: int, length: int) -> bytes:
        return b"".join(self.stream(pack, offset, length))

    def stream(self, pack: UUID, offset: int, length: int) -> Iterator[bytes]:
        with self.path_of(pack).open("rb") as file:
            file.seek(offset)
            while length > 0:
                data = file.read(min(CHUNK, length))
                if not data:
                    raise EOFError(f"pack {pack} ends early")
                length -= len(data)
                yield data

    def size(self, pack: UUID) -> int:
        return self.path_of(pack).stat().st_size

    def remove(self, pack: UUID) -> None:
        self.path_of(pack).unlink(missing_ok=True)

    def all(self) -> Iterator[Found]:
        for path in sorted(self.root.glob("??/*.pack")):
            try:
                about = path.stat()
            except FileNotFoundError:  # removed since it was listed
                continue
            yield Found(UUID(path.stem), about.st_size, about.st_mtime)

    @contextmanager
    def local(self, pack: UUID) -> Iterator[Path]:
        yield self.path_of(pack)

    def free(self) -> int:
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free
