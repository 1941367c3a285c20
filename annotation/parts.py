"""What a person should look at of the parts of a shot: frames where one is missing, and where it changes hands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from annotation.actions import owning
from annotation.actions.owning import Owned
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.clips.models import Shot
from koutu.storage import blobs
from models import planes
from models.video import holding

Presence = Revision.Presence


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
    owned, scene = owning.owners_of(shot), _Scene(shot)
    return [_finding(part, owned.get(part.lineage, []), scene) for part in parts]


class _Scene:
    """Everybody and everything that stands in a shot: presence, and masks, which are decoded where they are asked for
    and held small."""

    def __init__(self, shot: Shot) -> None:
        self.people = {person.pk: person for person in Subject.objects.live().people().filter(shot=shot)}
        rows = Head.objects.filter(subject__shot=shot, subject__deleted_at=None).select_related("frame", "revision")
        self._states = {(row.subject_id, row.frame.index): row.revision for row in rows}
        drawn = RevisionPlane.objects.filter(revision__in=rows.values("revision"), layer=RevisionPlane.Layer.MASK)
        self._planes = {plane.revision_id: plane.blob for plane in drawn.select_related("blob__pack")}
        self._masks: dict[int, np.ndarray] = {}

    def state(self, subject: int, frame: int) -> Revision | None:
        return self._states.get((subject, frame))

    def frames(self, subject: int) -> list[int]:
        """Where anything stands of the subject, in order."""
        return sorted(frame for pk, frame in self._states if pk == subject)

    def seen(self, subject: int, frame: int) -> bool:
        """Whether it is there, with a mask."""
        state = self.state(subject, frame)
        return state is not None and state.presence == Presence.PRESENT and state.pk in self._planes

    def mask(self, subject: int, frame: int) -> np.ndarray:
        """(rows, columns) bool, small, of somebody who is `seen`."""
        key = self._states[subject, frame].pk
        if key not in self._masks:
            self._masks[key] = holding.small(planes.decode(blobs.read(self._planes[key])))
        return self._masks[key]


def _finding(part: Subject, owned: list[Owned], scene: _Scene) -> Finding:
    known = [frame for frame in scene.frames(part.pk) if scene.seen(part.pk, frame)]
    owners = {
        frame: [span.owner.pk for span in owned if span.first <= frame <= span.last]
        for frame in sorted({frame for span in owned for frame in range(span.first, span.last + 1)})
    }
    lost = [
        frame
        for frame, who in owners.items()
        if _missing(scene.state(part.pk, frame), frame, known) and any(scene.seen(owner, frame) for owner in who)
    ]
    return Finding(part, list(_spans(lost)), _changes(part, known, owners, scene))


def _missing(state: Revision | None, frame: int, known: Sequence[int]) -> bool:
    """A model did not find it, or it is known before and after and nobody has said anything here."""
    if state is not None and state.presence != Presence.UNKNOWN:
        return state.presence != Presence.PRESENT and state.author_id is None
    return bool(known) and known[0] < frame < known[-1]


def _spans(frames: Sequence[int]) -> Iterator[dict[str, int]]:
    """Frames that follow one another as spans."""
    there = set(frames)
    starts = [frame for frame in frames if frame - 1 not in there]
    ends = [frame for frame in frames if frame + 1 not in there]
    return ({"first": first, "last": last} for first, last in zip(starts, ends, strict=True))


def _changes(part: Subject, known: Sequence[int], owners: Mapping[int, Sequence[int]], scene: _Scene) -> list[Change]:
    """From which frame on another has the part than is written down, by what the masks touch. Where an owner is out of
    sight nobody can tell."""
    judged = [frame for frame in known if all(scene.seen(owner, frame) for owner in owners.get(frame, ()))]

    @cache
    def turned(frame: int) -> tuple[int | None, int | None] | None:
        """Who has it and who should; None while all is as it is written down."""
        told = owners.get(frame, ())
        now = _holder(part, frame, told, scene)
        return None if now in told or (now is None and not told) else (now, next(iter(told), None))

    return [
        Change(turn.first, scene.people.get(turn.who[0]), scene.people.get(turn.who[1]))
        for turn in holding.turns(judged, turned)
        if turn.who is not None
    ]


def _holder(part: Subject, frame: int, told: Sequence[int], scene: _Scene) -> int | None:
    """Others are looked at only where none of the owners touches it."""
    mask = scene.mask(part.pk, frame)
    for some in (told, [pk for pk in scene.people if pk not in told and scene.seen(pk, frame)]):
        found = holding.holder(holding.touching(mask, {pk: scene.mask(pk, frame) for pk in some}), told)
        if found is not None:
            return found
    return None
