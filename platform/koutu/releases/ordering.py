"""Subjects of a sequence: their order in depth, and their numbers 1 … N in the order in which they are first seen."""

from collections.abc import Iterator

import numpy as np
from django.db.models import QuerySet

from annotation.models import Head, Revision, Subject
from koutu.accounts.errors import Refused
from koutu.releases.selection import Pick, blob_of, heads_of
from koutu.releases.store import Store
from koutu.storage.models import Blob

WINDOW = 256
MOST = 254  # 0 is the ground, 255 is void


def ids_of(pick: Pick, subjects: list[Subject], store: Store) -> dict[int, int]:
    """Return the number by subject key; a subject of whom no pixel is ever seen has none.

    `subjects` stand front to back. DAVIS 2017's reader counts the objects of a sequence by the first mask, so
    those seen in the first frame come first; within a frame the subject's own number decides. Masks are decoded
    only on frames that hold somebody not seen yet. Raises Refused("too_many_subjects") above 254.
    """
    unseen = set(_masked(pick).order_by().values_list("subject", flat=True).distinct())
    numbers = {subject.pk: subject.number for subject in subjects}
    depth = {subject.pk: place for place, subject in enumerate(subjects)}
    ids: dict[int, int] = {}
    for heads in _masked_by_frame(pick):
        if not unseen.intersection(head.subject_id for head in heads):
            continue
        seen = _seen(sorted(heads, key=lambda head: depth[head.subject_id]), store) & unseen
        for key in sorted(seen, key=numbers.__getitem__):
            ids[key] = len(ids) + 1
        unseen -= seen
        if not unseen:
            break
    if len(ids) > MOST:
        raise Refused("too_many_subjects", f"{pick.sequence}: {len(ids)} subjects; a palette holds {MOST}.")
    return ids


def windows(pick: Pick) -> Iterator[tuple[int, int]]:
    """First and last index of a few hundred frames at a time.

    No cursor stays open between two windows: on SQLite a write after another connection's would fail under one.
    """
    for first in range(pick.shot.first, pick.shot.last + 1, WINDOW):
        yield first, min(first + WINDOW - 1, pick.shot.last)


def heads_by_frame(pick: Pick, span: tuple[int, int]) -> dict[int, list[Head]]:
    """Heads by frame index within the span, each with the addresses `mask` and `matte` of its planes."""
    heads = heads_of([pick.shot]).filter(frame__index__range=span).select_related("revision", "subject", "frame")
    heads = heads.annotate(mask=blob_of("mask", "blob__address"), matte=blob_of("matte", "blob__address"))
    found: dict[int, list[Head]] = {}
    for head in heads.order_by("frame__index", "subject__number"):
        found.setdefault(head.frame.index, []).append(head)
    return found


def front_to_back(pick: Pick) -> list[Subject]:
    """The order of depth where masks overlap: leads before the crowd, then by number. Recorded in the manifest."""
    order = {Subject.Standing.LEAD: 0, Subject.Standing.CROWD: 1}
    live = Subject.objects.live().filter(shot=pick.shot)
    return sorted(live, key=lambda subject: (order[subject.role], subject.number))


def _masked(pick: Pick) -> QuerySet[Head]:
    present = heads_of([pick.shot]).filter(revision__presence=Revision.Presence.PRESENT)
    return present.filter(revision__planes__layer="mask")


def _masked_by_frame(pick: Pick) -> Iterator[list[Head]]:
    for span in windows(pick):
        for heads in heads_by_frame(pick, span).values():
            if masked := [head for head in heads if head.revision.presence == "present" and head.mask]:
                yield masked


def _seen(heads: list[Head], store: Store) -> set[int]:
    """Subjects with a pixel that nobody in front covers; `heads` of one frame, front to back."""
    planes = store.find(Blob.Kind.MASK, {head.mask for head in heads})
    covered, seen = None, set()
    for head in heads:
        mask = store.plane(planes[head.mask]) > 0
        covered = np.zeros_like(mask) if covered is None else covered
        if (mask & ~covered).any():
            seen.add(head.subject_id)
        covered |= mask
    return seen
