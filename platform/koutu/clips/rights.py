"""Whether a show may be used, and what was made of it."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from koutu.clips.models import Cast, Clip, Right, Show

SOON = timedelta(days=30)
_touched: dict[str, Callable[[Show], list[dict[str, Any]]]] = {}


def register_touched(name: str, what: Callable[[Show], list[dict[str, Any]]]) -> None:
    """Upper apps join in AppConfig.ready: `what(show)` lists what they made of a show, each with id and name."""
    _touched[name] = what


def touched(show: Show) -> dict[str, list[dict[str, Any]]]:
    """What stands on a show's rights: its live clips, and what upper apps made of them."""
    clips = Clip.objects.live().filter(show=show).order_by("name")
    mine = [{"id": str(clip.uuid), "name": clip.name, "frames": clip.frame_count} for clip in clips]
    return {"clips": mine, **{name: what(show) for name, what in _touched.items()}}


def standing(show: Show, today: date) -> dict[str, Any]:
    """The show's rights in one word: ok, soon (to expire), later (to begin), expired, withdrawn or missing.

    Withdrawn are they where the show could be used today but for that. `until` is the day they end; of `later` the
    day they begin.
    """
    lines = list(show.rights.all())
    live = [line for line in lines if line.withdrawn_at is None]
    begun = [line for line in live if line.starts is None or line.starts <= today]
    now = [line for line in live if _covers(line, today)]
    if not now:
        begins = min((line.starts for line in live if line not in begun), default=None)
        if begins:
            return {"state": "later", "until": begins}
        if any(line.withdrawn_at and _covers(line, today) for line in lines):
            return {"state": "withdrawn", "until": None}
        ended = max((line.expires for line in begun if line.expires), default=None)
        word = "expired" if ended else ("withdrawn" if lines and not live else "missing")
        return {"state": word, "until": ended}
    until = None if any(line.expires is None for line in now) else max(line.expires for line in now)
    return {"state": "soon" if until and until - today <= SOON else "ok", "until": until}


def _covers(line: Right, today: date) -> bool:
    return (line.starts is None or line.starts <= today) and (line.expires is None or line.expires >= today)


def without_right(shows: Iterable[Show]) -> list[Show]:
    """Of these shows, those no right is in force for."""
    shows = list(shows)
    held = set(Right.objects.in_force().filter(show__in=shows).values_list("show", flat=True))
    return [show for show in shows if show.pk not in held]


def not_asked(clips: Iterable[Clip]) -> list[Cast]:
    """The grown-up people of these clips whose consent nobody has noted, by name: told, and no reason to stop."""
    return _people_of(clips, Cast.objects.live().filter(consent=Cast.Consent.UNKNOWN, minor=False))


def standing_against(clips: Iterable[Clip]) -> list[Cast]:
    """The people who keep any of these clips out of a release, by name."""
    return _people_of(clips, Cast.objects.standing_against())


def _people_of(clips: Iterable[Clip], people: "Cast.CastQuerySet") -> list[Cast]:
    clips = list(clips)
    anywhere = Q(clips=None, show__in={clip.show_id for clip in clips})
    named = people.filter(anywhere | Q(clips__in=clips))
    return list(named.select_related("show").distinct().order_by("show__name", "name"))
