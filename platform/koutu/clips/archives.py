"""Folders of pictures as one file: an uncompressed zip, the same bytes for the same pictures."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures import is_picture, numbered

MAX_PICTURE_BYTES = 512 * 2**20


def pack(folder: Path, target: Path) -> None:
    """Write the folder's numbered pictures to `target`. Raises `MediaError` as `numbered` does."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in numbered(folder):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())


def unpack(archive_path: Path, folder: Path) -> None:
    """Write the pictures of a zip into `folder`. Raises `MediaError` for one that reaches outside or is broken.

    Pictures may lie in one folder of the zip; what is no picture is passed over.
    """
    try:
        with zipfile.ZipFile(archive_path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and is_picture(Path(entry.filename)):
                    _extract(archive, entry, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise MediaError(MediaFault.CORRUPT, f"the zip cannot be read: {error}") from error


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
        raise MediaError(MediaFault.UNSAFE_PATH, f"{entry.filename} points outside of the zip")
    if entry.file_size > MAX_PICTURE_BYTES:
        raise MediaError(MediaFault.TOO_LARGE, f"{entry.filename} is larger than {MAX_PICTURE_BYTES >> 20} MiB")
    target = folder / path.name
    if target.exists():
        raise MediaError(MediaFault.FOLDER_NUMBERS, f"{path.name} is in the zip twice")
    with archive.open(entry) as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 2**20)
