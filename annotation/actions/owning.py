"""Whose a part is, over which frames."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from annotation.models import Ownership, Subject
from koutu.accounts.errors import Invalid
from koutu.clips.models import Clip, Shot


class Owned(NamedTuple):
    """By whom a part is worn or held on the frames from `first` to `last`, both with it."""

    owner: Subject
    first: int
    last: int

    def told(self) -> dict[str, object]:
        """For the audit log."""
        return {"owner": str(self.owner.uuid), "first": self.first, "last": self.last}


def owners_of(shot: Shot) -> dict[UUID, list[Owned]]:
    """By lineage of each part of the shot its owners, in order of frames, cut to the shot. Who was put away owns
    nothing."""
    people = {person.lineage: person for person in Subject.objects.live().people().filter(shot=shot)}
    found: dict[UUID, list[Owned]] = defaultdict(list)
    for row in _rows(shot.clip, shot.first, shot.last).filter(owner__in=list(people)):
        found[row.part].append(Owned(people[row.owner], max(row.first, shot.first), min(row.last, shot.last)))
    return {part: _united(owned) for part, owned in found.items()}


def owners_at(part: Subject, index: int) -> list[Subject]:
    """Who holds the part on a frame; two in a hand-over."""
    rows = _rows(part.shot.clip, index, index).filter(part=part.lineage).values("owner")
    return list(Subject.objects.live().people().filter(shot=part.shot, lineage__in=rows).order_by("number"))


def _rows(clip: Clip, first: int, last: int) -> QuerySet[Ownership]:
    return Ownership.objects.filter(clip=clip, first__lte=last, last__gte=first)


def _united(owned: Iterable[Owned]) -> list[Owned]:
    """One owner's neighbouring and overlapping spans as one; in order of frames."""
    whole: list[Owned] = []
    for one in sorted(owned, key=lambda each: (each.owner.pk, each.first)):
        before = whole[-1] if whole else None
        if before and before.owner == one.owner and one.first <= before.last + 1:
            whole[-1] = before._replace(last=max(before.last, one.last))
        else:
            whole.append(one)
    return sorted(whole, key=lambda each: (each.first, each.last, each.owner.number))


def own(part: Subject, owned: Sequence[Owned]) -> None:
    """Write whose the part is in its shot, in place of what was written. Raises Invalid."""
    shot = part.shot
    if not part.is_part:
        raise Invalid("no_part", "Only parts are owned, such as a weapon or a veil: a person is nobody's.")
    for one in owned:
        if one.owner.is_part or one.owner.shot_id != shot.pk or one.owner.deleted_at:
            raise Invalid("no_owner", "A part is owned by a person of the same shot.")
        if not shot.first <= one.first <= one.last <= shot.last:
            raise Invalid("outside_shot", f"Give spans of frames from {shot.first} to {shot.last}, first before last.")
    cut_at(shot.clip, shot.first, shot.last + 1)
    _rows(shot.clip, shot.first, shot.last).filter(part=part.lineage).delete()
    Ownership.objects.bulk_create(
        Ownership(clip=shot.clip, part=part.lineage, owner=one.owner.lineage, first=one.first, last=one.last)
        for one in _united(owned)
    )


def cut_at(clip: Clip, *frames: int) -> None:
    """Make spans that go over one of the frames two, so that none begins before it and ends after."""
    for frame in frames:
        over = Ownership.objects.filter(clip=clip, first__lt=frame, last__gte=frame)
        same = ("part", "owner", "last", "before", "act")
        Ownership.objects.bulk_create(
            Ownership(clip=clip, first=frame, **{name: getattr(row, name) for name in same}) for row in list(over)
        )
        over.update(last=frame - 1)


def give(source: Subject, target: Subject, first: int, act: UUID) -> None:
    """All that `source` owns from frame `first` of its shot on is the other's, by `act` of merging or splitting."""
    shot = source.shot
    cut_at(shot.clip, first, shot.last + 1)
    rows = Ownership.objects.filter(clip=shot.clip, first__gte=first, last__lte=shot.last, owner=source.lineage)
    rows.update(owner=target.lineage, before=source.lineage, act=act)


def give_back(act: UUID) -> None:
    """What changed hands by `act` is its former owner's, but for what has been said anew since."""
    Ownership.objects.filter(act=act).update(owner=F("before"), before=None, act=None)
