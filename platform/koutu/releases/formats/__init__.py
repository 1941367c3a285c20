"""Formats of export by name, one file each. A format is a function of (manifest, store) that yields files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from koutu.accounts.errors import Invalid
from koutu.releases.archive import Entry
from koutu.releases.manifest import Manifest
from koutu.releases.store import Store


@dataclass(frozen=True)
class Format:
    name: str
    title: str
    frame_types: frozenset[str]
    entries: Callable[[Manifest, Store], Iterator[Entry]]


def get(name: str) -> Format:
    """Return the format; raises Invalid("unknown_format")."""
    for known in every():
        if known.name == name:
            return known
    raise Invalid("unknown_format", f"There is no format {name!r}.", known=[known.name for known in every()])


def every() -> list[Format]:
    from koutu.releases.formats import davis2017

    return [Format(davis2017.NAME, davis2017.TITLE, davis2017.FRAME_TYPES, davis2017.entries)]
