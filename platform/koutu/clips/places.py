"""Places that can be watched: folders below roots that the administrator named, and prefixes of buckets."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from koutu.accounts.errors import Invalid
from koutu.clips.copies import copied
from koutu.storage.errors import SourceDown

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
    if in_bucket(place):
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
    if not any(within(place, bucket) for bucket in known):
        raise Invalid("outside_roots", f"{place} is not in a bucket that may be watched: {_names(known)}.")
    return place.rstrip("/")


def _names(known: list) -> str:
    return ", ".join(map(str, known)) or "KOUTU_WATCH names none"


def seen(place: str) -> Iterator[Seen]:
    """What lies in the place and could be a clip: films, zips, folders of pictures. Links are not followed.

    Raises SourceDown where it cannot be looked at.
    """
    return _in_bucket(place) if in_bucket(place) else _readable(place, _in_folder(Path(place)))


def in_bucket(place: str) -> bool:
    return place.startswith("s3://")


def within(place: str, other: str) -> bool:
    """Whether all that lies in the place lies in the other as well."""
    return place == other or place.startswith(f"{other.rstrip('/')}/")


def _readable(place: str, found: Iterator[Seen]) -> Iterator[Seen]:
    """Say of a folder what hinders, as a bucket does."""
    try:
        yield from found
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceDown("source_gone", f"{place} is not there") from error
    except PermissionError as error:
        raise SourceDown("source_closed", f"{place} may not be read: {error}") from error
    except OSError as error:
        raise SourceDown("source_down", f"{place} cannot be read: {error}") from error


@contextmanager
def fetched(place: str, name: str) -> Iterator[Path]:
    """A copy of what has this name in the place."""
    if in_bucket(place):
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
    # Walking says nothing of a folder that is gone or closed.
    os.scandir(place).close()
    for folder, _, names in os.walk(place, followlinks=False):
        here = Path(folder)
        files = [(here / name, _about(here / name)) for name in sorted(names) if not name.startswith(".")]
        there = [(path, about) for path, about in files if about]
        yield from (_one(place, path, about) for path, about in there if path.suffix.lower() in VIDEO)
        pictures = [about for path, about in there if path.suffix.lower() in PICTURES]
        if len(pictures) > 1 and here != place:
            yield _many(place, here, pictures)


def _about(path: Path) -> os.stat_result | None:
    """None for what is no plain file, or went away since its name was read."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return None
    return about if stat.S_ISREG(about.st_mode) else None


def _one(place: Path, path: Path, about: os.stat_result) -> Seen:
    return Seen(path.relative_to(place).as_posix(), about.st_size, f"{about.st_size} {about.st_mtime_ns}", False)


def _many(place: Path, folder: Path, pictures: list[os.stat_result]) -> Seen:
    size = sum(about.st_size for about in pictures)
    mark = f"{len(pictures)} {size} {max(about.st_mtime_ns for about in pictures)}"
    return Seen(folder.relative_to(place).as_posix(), size, mark, False)


def _in_bucket(place: str) -> Iterator[Seen]:
    from koutu.storage.homes.bucket import Reader

    for name, size, etag in Reader.at(place, settings.S3_ENDPOINT).names():
        if Path(name).suffix.lower() in VIDEO and size:
            # An object appears whole.
            yield Seen(name, size, f"{size} {etag}", True)
