"""What a person should look at of the parts of a shot: frames where one is missing, and where it changes hands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotation.actions import owning
from annotation.actions.owning import Owned
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.clips.models import Shot
from koutu.storage import blobs
from models import planes
from models.video import holding

Presence = Revision.Presence
Heads = Mapping[int, Revision]  # by frame


@dataclass(frozen=True)
class Change:
    """From `frame` on `owner` is seen to hold a part, where `before` is written down; None: nobody."""

    frame: int
    owner: Subject | None
    before: Subject | None


@dataclass
class Finding:
    part: Subject
    missing: list[dict[str, int]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def findings(shot: Shot) -> list[Finding]:
    """One for each live part of the shot, in order of numbers."""
    parts = list(Subject.objects.live().parts().filter(shot=shot).order_by("number"))
    if not parts:
        return []
    owned = owning.owners_of(shot)
    people = {person.pk: person for person in Subject.objects.live().people().filter(shot=shot)}
    heads = _heads(shot)
    return [_finding(part, owned.get(part.lineage, []), people, heads) for part in parts]


def _heads(shot: Shot) -> dict[int, dict[int, Revision]]:
    """By subject and frame."""
    rows = Head.objects.filter(subject__shot=shot, subject__deleted_at=None)
    found: dict[int, dict[int, Revision]] = {}
    for row in rows.select_related("frame", "revision"):
        found.setdefault(row.subject_id, {})[row.frame.index] = row.revision
    return found


def _finding(part: Subject, owned: list[Owned], people: Mapping[int, Subject], heads: Mapping[int, Heads]) -> Finding:
    own = heads.get(part.pk, {})
    lost = [frame for frame in _frames(owned) if _missing(own, frame) and _seen(heads, owned, frame)]
    return Finding(part, list(_spans(lost)), _Hands(own, owned, people, heads).changes())


def _frames(owned: Iterable[Owned]) -> list[int]:
    return sorted({frame for span in owned for frame in range(span.first, span.last + 1)})


def _missing(own: Heads, frame: int) -> bool:
    """A model did not find it, or it is known before and after and nobody has said anything here."""
    revision = own.get(frame)
    if revision is not None and revision.presence != Presence.UNKNOWN:
        return revision.presence != Presence.PRESENT and revision.author_id is None
    known = [at for at, state in own.items() if state.presence == Presence.PRESENT]
    return bool(known) and min(known) < frame < max(known)


def _seen(heads: Mapping[int, Heads], owned: Iterable[Owned], frame: int) -> bool:
    """Whether anybody who owns it on this frame is there."""
    owners = [span.owner.pk for span in owned if span.first <= frame <= span.last]
    return any(_present(heads.get(owner, {}).get(frame)) for owner in owners)


def _present(revision: Revision | None) -> bool:
    return revision is not None and revision.presence == Presence.PRESENT


def _spans(frames: Sequence[int]) -> Iterator[dict[str, int]]:
    """Frames that follow one another as spans."""
    starts = [frame for frame in frames if frame - 1 not in set(frames)]
    ends = [frame for frame in frames if frame + 1 not in set(frames)]
    return ({"first": first, "last": last} for first, last in zip(starts, ends, strict=True))


@dataclass
class _Hands:
    """A part beside everybody of its shot: who has it by what the masks touch, and who should."""

    own: Heads
    owned: Sequence[Owned]
    people: Mapping[int, Subject]
    heads: Mapping[int, Heads]
    _seen: dict[int, tuple[int | None, int | None] | None] = field(default_factory=dict)

    def changes(self) -> list[Change]:
        """From which frame on another has it than is written down."""
        found = holding.turns([frame for frame in sorted(self.own) if self._judged(frame)], self._turned)
        return [
            Change(turn.first, self.people.get(turn.who[0]), self.people.get(turn.who[1]))
            for turn in found
            if turn.who is not None
        ]

    def _owners(self, frame: int) -> list[int]:
        return [span.owner.pk for span in self.owned if span.first <= frame <= span.last]

    def _judged(self, frame: int) -> bool:
        """Where an owner is out of sight, nobody can tell."""
        owners = (self.heads.get(owner, {}).get(frame) for owner in self._owners(frame))
        return _present(self.own[frame]) and all(_present(revision) for revision in owners)

    def _turned(self, frame: int) -> tuple[int | None, int | None] | None:
        """Who has it and who should; None while all is as it is written down."""
        if frame not in self._seen:
            known = self._owners(frame)
            now = self._holder(frame, known)
            told = now in known or (now is None and not known)
            self._seen[frame] = None if told else (now, next(iter(known), None))
        return self._seen[frame]

    def _holder(self, frame: int, known: Sequence[int]) -> int | None:
        part = _mask(self.own[frame])
        if part is None or not part.any():
            return next(iter(known), None)
        states = {pk: self.heads.get(pk, {}).get(frame) for pk in self.people}
        masks = {pk: _mask(state) for pk, state in states.items() if _present(state)}
        shares = holding.touching(part, {pk: mask for pk, mask in masks.items() if mask is not None})
        return holding.holder(shares, known)


def _mask(revision: Revision) -> np.ndarray | None:
    """(rows, columns) bool, small; None where there is no mask."""
    plane = revision.planes.filter(layer=RevisionPlane.Layer.MASK).select_related("blob__pack").first()
    return holding.small(planes.decode(blobs.read(plane.blob))) if plane else None
