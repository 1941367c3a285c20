"""What follows a subject through its shot: the network that `KOUTU_TRACKER` names, else corrections carried along."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings
from django.core.checks import CheckMessage, Error

from koutu.accounts.errors import Refused
from models.backends.prompt import BadInput
from models.backends.protocol import VideoTracker, WeightsMissing
from models.backends.registry import BACKENDS, Backend, UnknownBackend, find, finder


def tracker() -> VideoTracker:
    """Kept from job to job: opening networks takes as long as several frames. Raises Refused ("no_tracker")."""
    with refusing():
        return _opened(settings.TRACKER)


@contextmanager
def refusing() -> Iterator[None]:
    """What a tracker lacks or cannot take, found out while it is opened or works, as Refused ("no_tracker")."""
    try:
        yield
    except (UnknownBackend, WeightsMissing, BadInput) as error:
        raise Refused("no_tracker", str(error), why=str(error)) from error


@lru_cache(maxsize=1)
def _opened(said: str) -> VideoTracker:
    from models.video.carrier import Carrier

    name, _, weights = said.partition("=")
    if not name:
        return Carrier(finder().open(device=settings.DEVICE))
    opened: VideoTracker = _named(name).open(weights or None, settings.DEVICE)
    return opened


def _named(name: str) -> Backend:
    """Raises UnknownBackend."""
    backend = find(name)
    if backend.task != "track":
        names = ", ".join(one.name for one in BACKENDS if one.task == "track")
        raise UnknownBackend(f"{name} follows nothing through a shot: choose one of {names}")
    return backend


def problems(said: str) -> list[CheckMessage]:
    """Why nothing can follow by what was `said`, NAME or NAME=WEIGHTS."""
    name, _, weights = said.partition("=")
    try:
        lacks = _named(name).missing(weights or None)
    except UnknownBackend as error:
        lacks = str(error)
    return [Error(f"KOUTU_TRACKER cannot be used: {lacks}.", id="koutu.E007")] if lacks else []
