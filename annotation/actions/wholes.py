"""The whole contains its parts: whoever paints a part extends the mask and the matte of whoever owns it there.

A part keeps planes of its own, for it is followed by itself; what its owner lacks of them is added to the owner in the
same save. Taken away from a part it stays with the owner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from annotation.actions import heads, owning, painting, standing
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.accounts.models import User
from koutu.clips.models import Clip, Frame
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage.blobs import Key, PackWriter
from koutu.storage.models import Blob

Layer = RevisionPlane.Layer
_MARK = "part:"  # begins the digest of what was made of a part


@dataclass(frozen=True)
class Extension:
    """The state of an owner with a part added: what stood, and the planes to be."""

    head: Revision
    painted: painting.Painted


def extensions(part: Subject, frame: Frame, painted: painting.Painted) -> list[Extension]:
    """What the part's new planes add to everybody who owns it on this frame and is seen there."""
    if not part.is_part or not painted.new:
        return []
    found = Head.objects.filter(frame=frame, subject__in=owning.owners_at(part, frame.index))
    seen = found.filter(revision__presence=Revision.Presence.PRESENT).select_related("revision")
    grown = [(head.revision, _grown(frame.clip, head.revision, painted.new)) for head in seen.order_by("subject")]
    return [Extension(revision, planes) for revision, planes in grown if planes is not None]


def _grown(clip: Clip, whole: Revision, part: Mapping[str, np.ndarray]) -> painting.Painted | None:
    """None where nothing of the part is missing. A stale matte is left alone: it is solved again anyway."""
    held = whole.layers()
    layers = [layer for layer in held if not (layer == Layer.MATTE and whole.stale)]
    before = {layer: painting.raster_of(clip, held[layer]) for layer in layers}
    after = {layer: np.maximum(raster, part.get(layer, part[Layer.MASK])) for layer, raster in before.items()}
    if all(np.array_equal(before[layer], after[layer]) for layer in layers):
        return None
    carried = {layer: plane.blob for layer, plane in held.items() if layer not in after}
    solved_on = held[Layer.MATTE].solved_on if Layer.MATTE in carried else None
    return painting.Painted(after, carried, solved_on, held[Layer.MASK].level if Layer.MASK in held else None)


def write(pack: PackWriter, extended: Sequence[Extension]) -> list[dict[str, Key]]:
    """Put the new planes of each into the pack; returns their keys by layer."""
    return [painting.write(pack, one.painted) for one in extended]


def extend(
    by: Revision, extended: Sequence[Extension], keys: Sequence[Mapping[str, Key]], stored: Mapping[Key, Blob]
) -> list[Revision]:
    """Make the owners' states heads where they may be, in the name of `by`, the state of the part; returns those.

    An anchor of an owner stays one under a person's hand, and no model run extends it. Call inside a transaction.
    """
    made = [_revision(by, one.head) for one in extended]
    for revision, one, layers in zip(made, extended, keys, strict=True):
        painting.attach(revision, one.painted, {layer: stored[key] for layer, key in layers.items()})
    return heads.move_many(made)


def _revision(by: Revision, head: Revision) -> Revision:
    same = ("source", "author", "model_version")
    told = {"tool": "part", "part": str(by.subject.uuid)}
    return Revision.objects.create(
        frame=head.frame, subject=head.subject, parent=head, presence=head.presence, digest=_digest(by),
        anchor=head.anchor and by.author_id is not None, tools=[*by.tools, told],
        **{name: getattr(by, name) for name in same},
    )  # fmt: skip


def withdraw(actor: User, part: Subject, frame: Frame) -> list[Revision]:
    """Whoever contains the part on this frame and does not own it there stands as before; where more has been done
    since nothing is touched. Call inside a transaction."""
    others = Head.objects.filter(frame=frame, subject__shot=part.shot_id, subject__deleted_at=None)
    others = others.exclude(subject__in=owning.owners_at(part, frame.index)).filter(revision__digest__startswith=_MARK)
    made = [head.revision for head in others.select_related("revision__parent")]
    told = {"tool": "part_gone", "part": str(part.uuid)}
    again = [standing.stand_again(actor, one, _before(one, part), told) for one in made if _is_of(one, part)]
    return heads.move_many(again)


def _before(made: Revision, part: Subject) -> Revision | None:
    """What stood before the part was first added."""
    older = made.parent
    while older is not None and _is_of(older, part):
        older = older.parent
    return older


def _is_of(revision: Revision, part: Subject) -> bool:
    return revision.digest.startswith(_MARK) and revision.tools[-1].get("part") == str(part.uuid)


def settle(actor: User, part: Subject, first: int, last: int) -> Job | None:
    """Queue that the people round a part contain it where they own it, and nowhere else; None where it is not drawn."""
    if not Head.objects.filter(subject=part, frame__index__range=(first, last)).exists():
        return None
    label = f"{part.shot.clip.name} · {part}"
    params = {"first": first, "last": last}
    # Never joined with one that is under way, which may have passed a frame already.
    return enqueue("own", part.project, part, by=actor, label=label, key=f"own:{uuid4()}", params=params)


def extended_by(revision: Revision) -> list[Revision]:
    """The states of owners that a save of a part made."""
    made = Revision.objects.filter(frame=revision.frame_id, digest=_digest(revision))
    return list(made.select_related("subject", "frame"))


def _digest(by: Revision) -> str:
    return f"{_MARK}{by.uuid}"
