"""Subjects of a sequence: their order in depth, and their numbers 1 … N in the order in which they are first seen."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import numpy as np

from annotation.models import Revision, Subject, Whole
from annotation.wholes import wholes_of
from koutu.accounts.errors import Refused
from koutu.releases.selection import Pick, blob_of, heads_of
from koutu.releases.store import Store
from koutu.storage.models import Blob

WINDOW = 256
MOST = 254  # 0 is the ground, 255 is void


class State(NamedTuple):
    """The head of a (frame, subject): frame index, what a manifest says of it; addresses of planes, or None.

    `mask_level` is the alpha (of 255) from which the mask took pixels of a matte, None where a person drew them all.
    """

    at: int
    subject: int
    subject_uuid: UUID
    revision: UUID
    presence: str
    source: str
    mask: str | None
    matte: str | None
    mask_level: int | None

    @property
    def drawn(self) -> bool:
        return self.presence == Revision.Presence.PRESENT and self.mask is not None


def ids_of(pick: Pick, subjects: list[Subject], store: Store) -> dict[int, int]:
    """Return the number by subject key; a subject of whom no pixel is ever seen has none.

    `subjects` stand front to back. DAVIS 2017's reader counts the objects of a sequence by the first mask, so
    those seen in the first frame come first; within a frame the subject's own number decides. Masks are decoded
    only on frames that hold somebody not seen yet. Raises Refused("too_many_subjects") above 254.
    """
    present = heads_of([pick.shot]).filter(revision__presence=Revision.Presence.PRESENT)
    masked = present.filter(revision__planes__layer="mask").order_by()
    unseen = set(masked.values_list("subject", flat=True).distinct())
    numbers = {subject.pk: subject.number for subject in subjects}
    depth = {subject.pk: place for place, subject in enumerate(subjects)}
    ids: dict[int, int] = {}
    for states in _drawn_by_frame(pick):
        if not unseen.intersection(state.subject for state in states):
            continue
        seen = _seen(sorted(states, key=lambda state: depth[state.subject]), store) & unseen
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


def states_by_frame(pick: Pick, span: tuple[int, int]) -> dict[int, list[State]]:
    """The heads of people by frame index within the span (both ends included), with the planes of whole people: what
    they wear and hold is in them."""
    heads = heads_of([pick.shot]).filter(frame__index__range=span)
    heads = heads.annotate(
        mask_=blob_of("mask", "blob__address"), matte_=blob_of("matte", "blob__address"),
        level_=blob_of("mask", "level"),
    )  # fmt: skip
    rows = heads.order_by("frame__index", "subject__number").values_list(
        "frame__index", "subject", "subject__uuid", "revision__uuid", "revision__presence", "revision__source",
        "mask_", "matte_", "level_",
    )  # fmt: skip
    wholes = wholes_of(pick.shot, span)
    found: dict[int, list[State]] = {}
    for state in map(State._make, rows):
        found.setdefault(state.at, []).append(_whole(state, wholes.get((state.at, state.subject))))
    return found


def _whole(state: State, whole: Whole | None) -> State:
    if whole is None:
        return state
    return state._replace(mask=whole.mask.address, matte=whole.matte and whole.matte.address)


def front_to_back(pick: Pick) -> list[Subject]:
    """The order of depth where masks overlap: leads before the crowd, then by number. Recorded in the manifest."""
    order = {Subject.Standing.LEAD: 0, Subject.Standing.CROWD: 1}
    live = Subject.objects.live().people().filter(shot=pick.shot)
    return sorted(live, key=lambda subject: (order[subject.role], subject.number))


def _drawn_by_frame(pick: Pick) -> Iterator[list[State]]:
    for span in windows(pick):
        for states in states_by_frame(pick, span).values():
            if drawn := [state for state in states if state.drawn]:
                yield drawn


def _seen(states: list[State], store: Store) -> set[int]:
    """Subjects with a pixel that nobody in front covers; `states` of one frame, front to back."""
    planes = store.find(Blob.Kind.MASK, {state.mask for state in states if state.mask})
    covered = np.zeros((1, 1), bool)
    seen = set()
    for state in states:
        mask = store.plane(planes[str(state.mask)]) > 0
        if (mask & ~covered).any():
            seen.add(state.subject)
        covered = mask | covered
    return seen
