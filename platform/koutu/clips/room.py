"""How much room there is: the disk's, and what an organisation may use."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from koutu.accounts.errors import Refused
from koutu.accounts.models import Organisation, Project
from koutu.clips.models import Upload
from koutu.storage import packs
from koutu.storage.homes import home
from koutu.storage.models import Pack

# Of a frame file with its thumbnail. Measured on five of the sample clips, 85 frames in all: 0.21 to 0.59, 0.25 to 0.69
# and 0.81 to 2.01. Taken from the upper part, so that an estimate is seldom too small.
BYTES_PER_PIXEL = {"jpeg": 0.4, "jpeg444": 0.55, "png": 1.9}


@dataclass(frozen=True)
class Room:
    """In bytes: `free` where packs live above what is kept free, `used` by the organisation, its `quota`.

    None where there is no bound: a bucket has none of its own.
    """

    free: int | None
    used: int
    quota: int | None

    @property
    def left(self) -> int | None:
        bounds = [self.free] if self.free is not None else []
        bounds += [self.quota - self.used] if self.quota is not None else []
        return max(0, min(bounds)) if bounds else None


def of(organisation: Organisation) -> Room:
    there = home().free()
    free = None if there is None else max(0, there - settings.KEEP_FREE_BYTES)
    coming = Upload.objects.open().filter(show__project__organisation=organisation)
    used = _sum(Pack.objects.filter(organisation=organisation), "size") + _sum(coming, "length")
    return Room(free, used, organisation.quota_bytes)


def estimate(width: int, height: int, frames: int, kind: str) -> int:
    """Bytes that so many frame files of this kind will take, about."""
    return round(width * height * frames * BYTES_PER_PIXEL[kind])


def require(organisation: Organisation, needed: int) -> None:
    """Refuse what the disk (`disk_full`) or the organisation's quota (`quota`) has no room for."""
    room = of(organisation)
    packs.require_space(needed if room.free is not None else 0)
    if room.quota is not None and room.used + needed > room.quota:
        raise Refused(
            "quota",
            f"{organisation.name} uses {_told(room.used)} of {_told(room.quota)}; "
            f"this needs {_told(needed)} more. Remove clips or ask the administrator for more room.",
            used=room.used,
            quota=room.quota,
            needed=needed,
        )


def describe(project: Project) -> dict:
    """For a page that asks before it sends."""
    here = of(project.organisation)
    return {
        "free": here.free,
        "used": here.used,
        "quota": here.quota,
        "left": here.left,
        "piece": settings.UPLOAD_PIECE_BYTES,
        "bytes_per_pixel": BYTES_PER_PIXEL,
    }


def _told(size: int) -> str:
    """A size with three digits: "0.0 GB more" would be no reason."""
    for unit, bytes_ in (("GB", 1e9), ("MB", 1e6)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size / 1e3:.3g} kB"


def _sum(rows, column: str) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0
