"""What a home tells of a pack it has."""

from typing import NamedTuple
from uuid import UUID


class Found(NamedTuple):
    """`written_at` is in seconds since the epoch."""

    pack: UUID
    size: int
    written_at: float
