"""The one place that moves heads.

A person's revision moves a head only from its own parent: whoever painted on an older state is told of the newer one.
A machine's revision (one without an author) never moves a head that a person made: a person's work outranks a model's.
"""

from collections.abc import Sequence

from annotation.models import Head, Revision
from koutu.accounts.errors import Refused


class MovedHead(Refused):
    """The head is not the parent any more; `head` is the revision that is."""

    def __init__(self, head: Revision | None) -> None:
        super().__init__("moved_head", "Somebody saved a newer state of this frame.")
        self.head = head


def move(revision: Revision) -> None:
    """Make `revision` the head of its frame and subject; raises MovedHead. Call inside a transaction."""
    if not move_many([revision]):
        head = Head.objects.filter(frame=revision.frame_id, subject=revision.subject_id)
        raise MovedHead(next((row.revision for row in head.select_related("revision")), None))


def move_many(revisions: Sequence[Revision]) -> list[Revision]:
    """Make each revision a head where it may be one; return those that became heads. Call inside a transaction."""
    held = _heads_of(revisions)
    moving, new = [], []
    for revision in revisions:
        head = held.get((revision.frame_id, revision.subject_id))
        if head is None and (revision.parent_id is None or revision.author_id is None):
            new.append(Head(frame_id=revision.frame_id, subject_id=revision.subject_id, revision=revision))
        elif head is not None and may_follow(revision, head.revision):
            head.revision = revision
            moving.append(head)
    Head.objects.bulk_update(moving, ["revision"], batch_size=200)
    Head.objects.bulk_create(new, ignore_conflicts=True, batch_size=200)
    mine = set(Head.objects.filter(revision__in=revisions).values_list("revision", flat=True))
    return [revision for revision in revisions if revision.pk in mine]


def may_follow(revision: Revision, head: Revision) -> bool:
    """Whether `revision` may take the place of `head`."""
    if revision.author_id is None:
        return head.author_id is None and not head.anchor
    return revision.parent_id == head.pk


def _heads_of(revisions: Sequence[Revision]) -> dict[tuple[int, int], Head]:
    frames = {revision.frame_id for revision in revisions}
    subjects = {revision.subject_id for revision in revisions}
    heads = Head.objects.select_for_update().filter(frame__in=frames, subject__in=subjects)
    return {(head.frame_id, head.subject_id): head for head in heads.select_related("revision")}
