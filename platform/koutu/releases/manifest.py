"""Reading a manifest: JSON Lines in UTF-8, keys sorted, no spaces, lines in the byte order of their paths.

Line types, each with `"type"`:

- `release`, the first line: format, name, version, notes, split policy and asked shares, shows with licence and
  attribution, encoder of the label files.
- `shot`: sequence, show, clip, shot (UUIDs), split, width, height, pixel_aspect, rate, time_base, frames, source
  (SHA-256 of the uploaded file), encoder and colour of the frame files, subjects front to back with their id.
- `frame`: sequence, index in the shot, clip_index, pts, file ("jpg", "png"), sha256 of the frame's file.
- `revision`: sequence, index, id, subject, revision (UUIDs), presence, source, addresses of mask and matte,
  mask_level (the alpha of 255 from which the mask took pixels of a matte; null: a person drew them all).

A shot line stands before its frames, a frame line before its revisions. Only public UUIDs, addresses and slugs:
no primary key, no time of building.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from koutu.releases.models import Release
from koutu.storage import blobs, packs

FORMAT = 1
Line = dict[str, Any]
T = TypeVar("T")


def encode(line: Line) -> bytes:
    """The one way to write a line."""
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


@dataclass(frozen=True)
class Labelled:
    """A frame with the revisions on it, front to back, and the shot it is in."""

    shot: Line
    frame: Line
    revisions: list[Line]

    @property
    def place(self) -> str:
        """Sequence and number, as in the paths of an export."""
        return f"{self.frame['sequence']}/{self.frame['index']:05d}"


@dataclass(frozen=True)
class Manifest:
    """A manifest that can be read any number of times, a line at a time."""

    chunks: Callable[[], Iterator[bytes]]

    @classmethod
    def of(cls, release: Release) -> "Manifest":
        """The manifest of a ready release; raises Refused("not_ready") before that."""
        blob = release.blob
        return cls(lambda: blobs.stream(blob))

    @classmethod
    def at(cls, path: Path) -> "Manifest":
        return cls(lambda: _file_chunks(path))

    def lines(self) -> Iterator[Line]:
        rest = b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from map(json.loads, whole)

    def header(self) -> Line:
        """The `release` line; raises ValueError for a manifest of another format."""
        line = next(self.lines())
        if line["format"] != FORMAT:
            raise ValueError(f"a manifest of format {line['format']}; this program reads format {FORMAT}")
        return line

    def shots(self) -> Iterator[Line]:
        return (line for line in self.lines() if line["type"] == "shot")

    def frames(self) -> Iterator[Line]:
        return (line for line in self.lines() if line["type"] == "frame")

    def labelled(self) -> Iterator[Labelled]:
        """Every frame in order, with its revisions."""
        shot: Line = {}
        current: Labelled | None = None
        for line in self.lines():
            if line["type"] == "revision" and current:
                current.revisions.append(line)
                continue
            if current:
                yield current
                current = None
            if line["type"] == "shot":
                shot = line
            elif line["type"] == "frame":
                current = Labelled(shot, line, [])
        if current:
            yield current

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(packs.CHUNK):
            yield chunk


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size` items, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
