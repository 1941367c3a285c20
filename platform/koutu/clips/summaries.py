"""Figures that upper apps add to clips and shots in lists, one query for a whole list."""

from collections.abc import Callable, Sequence
from typing import Any

Summary = Callable[[Sequence[int]], dict[int, Any]]
_of_clips: dict[str, tuple[Summary, Any]] = {}
_of_shots: dict[str, tuple[Summary, Any]] = {}


def register_clips(name: str, summary: Summary, empty: Any) -> None:
    """`summary(primary keys)` gives the figure by key; `empty` stands for a clip it leaves out."""
    _of_clips[name] = (summary, empty)


def register_shots(name: str, summary: Summary, empty: Any) -> None:
    _of_shots[name] = (summary, empty)


def of_clips(keys: Sequence[int]) -> dict[str, dict[int, Any]]:
    return _gather(_of_clips, keys)


def of_shots(keys: Sequence[int]) -> dict[str, dict[int, Any]]:
    return _gather(_of_shots, keys)


def _gather(registry: dict[str, tuple[Summary, Any]], keys: Sequence[int]) -> dict[str, dict[int, Any]]:
    figures = {}
    for name, (summary, empty) in registry.items():
        found = summary(keys)
        figures[name] = {key: found.get(key, empty) for key in keys}
    return figures
