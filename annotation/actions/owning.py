"""Whose a part is, over which frames."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from annotation.models import Ownership, Subject
from koutu.accounts.errors import Invalid, Refused
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


def _rows(clip: Clip, first: int, last: int) -> QuerySet[Ownership]:
    return Ownership.objects.filter(clip=clip, gone_by=None, first__lte=last, last__gte=first)


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
    if part.deleted_at:
        raise Refused("subject_deleted", "The part was put away. Restore it first.")
    if not part.is_part:
        raise Invalid("no_part", "Only parts are owned, such as a weapon or a veil: a person is nobody's.")
    for one in owned:
        if one.owner.is_part or one.owner.shot_id != shot.pk or one.owner.deleted_at:
            raise Invalid("no_owner", "A part is owned by a person of the same shot.")
        if not shot.first <= one.first <= one.last <= shot.last:
            raise Invalid("outside_shot", f"Give spans of frames from {shot.first} to {shot.last}, first before last.")
    cut_at(shot.clip, shot.first, shot.last + 1)
    # What an act of merging or splitting ended in the shot is not to stand again beside what is said now.
    _within(shot.clip, shot.first, shot.last).filter(part=part.lineage).delete()
    Ownership.objects.bulk_create(
        Ownership(clip=shot.clip, part=part.lineage, owner=one.owner.lineage, first=one.first, last=one.last)
        for one in _united(owned)
    )


def cut_at(clip: Clip, *frames: int) -> None:
    """Make spans that go over one of the frames two, so that none begins before it and ends after."""
    for frame in frames:
        over = Ownership.objects.filter(clip=clip, first__lt=frame, last__gte=frame)
        same = ("part", "owner", "last", "made_by", "gone_by")
        Ownership.objects.bulk_create(
            Ownership(clip=clip, first=frame, **{name: getattr(row, name) for name in same}) for row in list(over)
        )
        over.update(last=frame - 1)


def _within(clip: Clip, first: int, last: int) -> QuerySet[Ownership]:
    return Ownership.objects.filter(clip=clip, first__gte=first, last__lte=last)


def give(source: Subject, target: Subject, first: int, act: UUID) -> None:
    """All that `source` owns from frame `first` of its shot on is the other's, by `act` of merging or splitting."""
    shot = source.shot
    cut_at(shot.clip, first, shot.last + 1)
    given = _within(shot.clip, first, shot.last).filter(owner=source.lineage, gone_by=None)
    same = ("clip_id", "part", "first", "last")
    made = [
        Ownership(owner=target.lineage, made_by=act, **{name: getattr(row, name) for name in same}) for row in given
    ]
    given.update(gone_by=act)
    Ownership.objects.bulk_create(made)


def give_back(act: UUID) -> None:
    """What changed hands by `act` is its former owner's, but for what has been said anew since."""
    Ownership.objects.filter(made_by=act).delete()
    Ownership.objects.filter(gone_by=act).update(gone_by=None)
