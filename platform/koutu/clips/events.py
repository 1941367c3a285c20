"""Typed events of clips. Upper apps listen in AppConfig.ready; a listener runs inside the transaction of the act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from koutu.accounts.models import User
from koutu.clips.models import Clip, Shot

E = TypeVar("E")


class Event(Generic[E]):
    """Listeners in the order they joined; whatever one raises undoes the act."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[E], None]] = []

    def listen(self, listener: Callable[[E], None]) -> None:
        if listener not in self._listeners:
            self._listeners.append(listener)

    def send(self, event: E) -> None:
        for listener in self._listeners:
            listener(event)


@dataclass(frozen=True)
class ClipReady:
    """All frames and shots of the clip are stored."""

    clip: Clip
    by: User | None


@dataclass(frozen=True)
class FramesMoved:
    """A cut moved: the frames first … last now belong to shot `to` and no longer to `source`.

    `source_gone` says that nothing is left of the source (the cut was removed).
    """

    source: Shot
    to: Shot
    first: int
    last: int
    source_gone: bool
    by: User


clip_ready: Event[ClipReady] = Event()
frames_moved: Event[FramesMoved] = Event()
