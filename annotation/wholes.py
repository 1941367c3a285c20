"""The whole contains its parts: a person's planes joined with those of what they wear and hold.

People and parts keep planes of their own, so that either can be painted, followed and put right without the other; they
are joined where somebody asks for whole people, which a release does. Joined once, a whole is kept.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import numpy as np

from annotation.actions import owning, painting
from annotation.models import Head, Revision, RevisionPlane, Subject, Whole
from koutu.clips.models import Shot
from koutu.storage.blobs import PackWriter

Layer = RevisionPlane.Layer
Span = tuple[int, int]
WINDOW = 32  # frames that are joined in one commit


def compose(shot: Shot, commit: Callable[[], AbstractContextManager]) -> None:
    """Make the wholes of the shot that there are not yet. Every window of frames is written inside a `commit()`."""
    for first in range(shot.first, shot.last + 1, WINDOW):
        wanted = _wanted(shot, (first, min(first + WINDOW - 1, shot.last)))
        if not wanted:
            continue
        with PackWriter(shot.project.organisation) as pack:
            keys = [painting.write(pack, _joined(shot, person, parts)) for person, parts in wanted]
        with commit():
            stored = pack.record()
            Whole.objects.bulk_create(
                [
                    Whole(
                        revision=person, parts=_key(parts), mask=stored[layers[Layer.MASK]],
                        matte=stored[layers[Layer.MATTE]] if Layer.MATTE in layers else None,
                    )
                    for (person, parts), layers in zip(wanted, keys, strict=True)
                ],
                ignore_conflicts=True,
            )  # fmt: skip


def wholes_of(shot: Shot, span: Span) -> dict[tuple[int, int], Whole]:
    """By frame and subject the whole of everybody who owns a drawn part there, as far as `compose` has made them."""
    keys = {(person.pk, _key(parts)) for person, parts in _owners(shot, span)}
    rows = Whole.objects.filter(revision__in=[pk for pk, _ in keys])
    rows = rows.select_related("revision__frame", "mask", "matte")
    return {
        (row.revision.frame.index, row.revision.subject_id): row for row in rows if (row.revision_id, row.parts) in keys
    }


def _wanted(shot: Shot, span: Span) -> list[tuple[Revision, list[Revision]]]:
    there = wholes_of(shot, span).values()
    done = {(row.revision_id, row.parts) for row in there}
    return [pair for pair in _owners(shot, span) if (pair[0].pk, _key(pair[1])) not in done]


def _owners(shot: Shot, span: Span) -> list[tuple[Revision, list[Revision]]]:
    """The state of each person who is seen on a frame of the span and owns drawn parts there, and the parts' states."""
    held: dict[tuple[int, int], list[Revision]] = defaultdict(list)
    owned = owning.owners_of(shot)
    for head in _drawn(shot, span).exclude(subject__kind=Subject.Kind.PERSON):
        for one in owned.get(head.subject.lineage, []):
            if one.first <= head.frame.index <= one.last:
                held[head.frame.index, one.owner.pk].append(head.revision)
    people = _drawn(shot, span).filter(subject__kind=Subject.Kind.PERSON) if held else Head.objects.none()
    return [
        (head.revision, held[head.frame.index, head.subject_id])
        for head in people
        if (head.frame.index, head.subject_id) in held
    ]


def _drawn(shot: Shot, span: Span):
    heads = Head.objects.filter(subject__shot=shot, subject__deleted_at=None, frame__index__range=span)
    heads = heads.filter(revision__presence=Revision.Presence.PRESENT, revision__planes__layer=Layer.MASK)
    related = heads.select_related("frame", "subject", "revision").prefetch_related("revision__planes__blob__pack")
    return related.order_by("frame__index", "subject__number")


def _key(parts: Sequence[Revision]) -> str:
    return hashlib.sha256(" ".join(sorted(str(part.uuid) for part in parts)).encode()).hexdigest()


def _joined(shot: Shot, person: Revision, parts: Sequence[Revision]) -> painting.Painted:
    """The larger value of all in each layer that the person has; of a part without a matte its mask counts."""
    own = person.layers()
    whole = {layer: painting.raster_of(shot.clip, plane) for layer, plane in own.items()}
    for part in parts:
        layers = part.layers()
        for layer in whole:
            added = painting.raster_of(shot.clip, layers.get(layer) or layers[Layer.MASK])
            whole[layer] = np.maximum(whole[layer], added)
    return painting.Painted(whole)
