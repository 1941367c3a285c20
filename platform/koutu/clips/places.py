"""Places that can be watched: folders below roots that the administrator named, and prefixes of buckets."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from koutu.accounts.errors import Invalid
from koutu.clips.copies import copied

VIDEO = {
    ".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".wmv",
    ".flv", ".ogv", ".3gp", ".y4m", ".zip",
}  # fmt: skip
PICTURES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".exr"}


class Seen(NamedTuple):
    """`mark` changes whenever the file does; `whole` where nobody can be writing it any more."""

    name: str
    size: int
    mark: str
    whole: bool


def check(place: str) -> str:
    """The place as it is kept; raises Invalid for one that the administrator has not opened."""
    if place.startswith("s3://"):
        return _check_bucket(place)
    path = Path(place).expanduser().resolve()
    roots = [root.resolve() for root in settings.WATCH_ROOTS]
    if not any(path == root or root in path.parents for root in roots):
        raise Invalid("outside_roots", f"{place} does not lie in a folder that may be watched: {_names(roots)}.")
    if not path.is_dir():
        raise Invalid("no_folder", f"{place} is not a folder on the server.")
    return str(path)


def _check_bucket(place: str) -> str:
    known = [bucket.rstrip("/") for bucket in settings.WATCH_BUCKETS]
    if not any(place == bucket or place.startswith(f"{bucket}/") for bucket in known):
        raise Invalid("outside_roots", f"{place} is not in a bucket that may be watched: {_names(known)}.")
    return place.rstrip("/")


def _names(known: list) -> str:
    return ", ".join(map(str, known)) or "KOUTU_WATCH names none"


def seen(place: str) -> Iterator[Seen]:
    """What lies in the place and could be a clip: films, zips, folders of pictures. Links are not followed.

    Raises OSError or StoreDown where it cannot be looked at.
    """
    return _in_bucket(place) if place.startswith("s3://") else _in_folder(Path(place))


@contextmanager
def fetched(place: str, name: str) -> Iterator[Path]:
    """A copy of what has this name in the place."""
    if place.startswith("s3://"):
        from koutu.storage.homes.bucket import Reader

        with Reader.at(place, settings.S3_ENDPOINT).fetched(name) as path:
            yield path
        return
    with copied(_inside(Path(place), name)) as path:
        yield path


def _inside(folder: Path, name: str) -> Path:
    """The path of a name; a link put in its place since would lead anywhere."""
    path = folder / name
    if path.resolve() != folder.resolve() / name:
        raise Invalid("unsafe_path", f"{name} is a link, or lies behind one.")
    return path


def _in_folder(place: Path) -> Iterator[Seen]:
    if not place.is_dir():
        raise FileNotFoundError(f"{place} is not there")
    for folder, _, names in os.walk(place, followlinks=False):
        here = Path(folder)
        files = [here / name for name in sorted(names) if not name.startswith(".")]
        files = [path for path in files if path.is_file() and not path.is_symlink()]
        yield from (_one(place, path) for path in files if path.suffix.lower() in VIDEO)
        pictures = [path for path in files if path.suffix.lower() in PICTURES]
        if len(pictures) > 1 and here != place:
            yield _many(place, here, pictures)


def _one(place: Path, path: Path) -> Seen:
    about = path.stat()
    return Seen(path.relative_to(place).as_posix(), about.st_size, f"{about.st_size} {about.st_mtime_ns}", False)


def _many(place: Path, folder: Path, pictures: list[Path]) -> Seen:
    stats = [path.stat() for path in pictures]
    size = sum(about.st_size for about in stats)
    mark = f"{len(pictures)} {size} {max(about.st_mtime_ns for about in stats)}"
    return Seen(folder.relative_to(place).as_posix(), size, mark, False)


def _in_bucket(place: str) -> Iterator[Seen]:
    from koutu.storage.homes.bucket import Reader

    for name, size, etag in Reader.at(place, settings.S3_ENDPOINT).names():
        if Path(name).suffix.lower() in VIDEO and size:
            # An object appears whole.
            yield Seen(name, size, f"{size} {etag}", True)
