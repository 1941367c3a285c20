"""Folders of pictures as one file: an uncompressed zip, the same bytes for the same pictures."""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures.folders import is_picture, numbered

MAX_PICTURE_BYTES = 512 * 2**20


def pack(folder: Path, target: Path) -> None:
    """Write the folder's numbered pictures to `target`. Raises `MediaError` as `numbered` does."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in numbered(folder):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())


def unpack(archive_path: Path, folder: Path, most_pictures: int, most_bytes: int) -> None:
    """Write the pictures of a zip into `folder`.

    Pictures may lie in one folder of the zip; what is no picture is passed over. Raises `MediaError` for one that
    reaches outside, holds links, is broken, or unpacks to more than `most_pictures` or `most_bytes`.
    """
    try:
        with zipfile.ZipFile(archive_path) as archive:
            pictures = [e for e in archive.infolist() if not e.is_dir() and is_picture(Path(e.filename))]
            _check_amount(pictures, most_pictures, most_bytes)
            for entry in pictures:
                _extract(archive, entry, folder)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise MediaError(MediaFault.CORRUPT, f"the zip cannot be read: {error}") from error


def _check_amount(pictures: list[zipfile.ZipInfo], most_pictures: int, most_bytes: int) -> None:
    """By what the zip declares, which is also the most that is ever written of each."""
    if len(pictures) > most_pictures:
        raise MediaError(
            MediaFault.TOO_MANY_FRAMES, f"the zip holds {len(pictures)} pictures, more than {most_pictures}"
        )
    size = sum(entry.file_size for entry in pictures)
    if size > most_bytes:
        raise MediaError(
            MediaFault.TOO_LARGE, f"the zip unpacks to {size / 1e9:.1f} GB; {most_bytes / 1e9:.1f} GB are left for it"
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    path = PurePosixPath(entry.filename)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise MediaError(MediaFault.UNSAFE_PATH, f"{entry.filename} is a link")
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
        raise MediaError(MediaFault.UNSAFE_PATH, f"{entry.filename} points outside of the zip")
    if entry.file_size > MAX_PICTURE_BYTES:
        raise MediaError(MediaFault.TOO_LARGE, f"{entry.filename} is larger than {MAX_PICTURE_BYTES >> 20} MiB")
    target = folder / path.name
    if target.exists():
        raise MediaError(MediaFault.FOLDER_NUMBERS, f"{path.name} is in the zip twice")
    with archive.open(entry) as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 2**20)
