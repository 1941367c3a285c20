"""Folders of pictures as one file: an uncompressed zip, the same bytes for the same pictures."""

import zipfile
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".png")


def pictures_in(folder: Path) -> list[Path]:
    """Return the picture files that lie directly in `folder`, by name; links are left out."""
    files = (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    return sorted(path for path in files if path.suffix.lower() in SUFFIXES)


def pack_folder(folder: Path, target: Path) -> None:
    """Write the folder's pictures to `target`; raises ValueError when there are none."""
    pictures = pictures_in(folder)
    if not pictures:
        raise ValueError(f"{folder} holds no JPEG or PNG pictures")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in pictures:
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
