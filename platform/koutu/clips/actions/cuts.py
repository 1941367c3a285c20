"""Changes of cuts: add, remove, move, undo. Frames keep their identity; subjects and tasks follow by event."""

from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.events import FramesMoved, frames_moved
from koutu.clips.models import Clip, CutChange, Shot

Op = CutChange.Op


@transaction.atomic
def change(actor: User, clip: Clip, op: str, at: int, to: int | None = None) -> CutChange:
    """Add a cut before frame `at`, remove the one there, or move it to before frame `to`; one undoable step."""
    require(actor, clip.project, Role.ANNOTATOR)
    Clip.objects.select_for_update().get(pk=clip.pk)
    before = _shots(clip).filter(first=at).values_list("cut", flat=True).first() or Shot.Cut.PERSON
    removed = _apply(actor, clip, op, at, to)
    audit(actor, clip.project, f"cut_{op}", clip, at=at, to=to)
    return CutChange.objects.create(
        clip=clip, op=op, at=at, to=to, by=actor, removed_shot=removed, cut_before=before
    )


@transaction.atomic
def undo(actor: User, change_: CutChange) -> None:
    """Take the clip's latest change back; what people did since stays theirs."""
    clip = change_.clip
    require(actor, clip.project, Role.ANNOTATOR)
    Clip.objects.select_for_update().get(pk=clip.pk)
    latest = CutChange.objects.filter(clip=clip, undone_at=None).first()
    if latest != change_:
        raise Refused("not_latest", "Only the latest change of the cuts can be undone.")
    _apply_inverse(actor, change_)
    CutChange.objects.filter(pk=change_.pk).update(undone_at=Now())
    audit(actor, clip.project, "cut_undo", clip, op=change_.op, at=change_.at)


def _apply(actor: User, clip: Clip, op: str, at: int, to: int | None) -> Shot | None:
    if op == Op.ADD:
        _split(actor, clip, at)
        return None
    if op == Op.REMOVE:
        return _join(actor, clip, at)
    if to is None:
        raise Invalid("cut_needs_to", "Say where the cut moves to.")
    _move(actor, clip, at, to, Shot.Cut.PERSON)
    return None


def _apply_inverse(actor: User, change_: CutChange) -> None:
    clip = change_.clip
    if change_.op == Op.ADD:
        _join(actor, clip, change_.at)
    elif change_.op == Op.REMOVE:
        _split(actor, clip, change_.at, change_.removed_shot)
    else:
        _move(actor, clip, change_.to or 0, change_.at, change_.cut_before)


def _split(actor: User, clip: Clip, at: int, returning: Shot | None = None) -> None:
    """Give the frames from `at` on to a new shot, or to the one that a join had put away."""
    left = _shots(clip).filter(first__lt=at, last__gte=at).first()
    if left is None:
        raise Invalid("no_cut_here", f"Frame {at} is not inside a shot; a cut cannot be set there.", at=at)
    last, left.last = left.last, at - 1
    left.save(update_fields=["last"])
    if returning is None:
        right = Shot.objects.create(clip=clip, first=at, last=last, cut=Shot.Cut.PERSON)
    else:
        right = returning
        right.first, right.last, right.deleted_at = at, last, None
        right.save(update_fields=["first", "last", "deleted_at"])
    frames_moved.send(FramesMoved(left, right, at, last, source_gone=False, by=actor))


def _join(actor: User, clip: Clip, at: int) -> Shot:
    """Give the frames of the shot that begins at `at` to the shot before it; return the shot put away."""
    left, right = _neighbours(clip, at)
    Shot.objects.filter(pk=right.pk).update(deleted_at=Now())
    left.last = right.last
    left.save(update_fields=["last"])
    frames_moved.send(FramesMoved(right, left, right.first, right.last, source_gone=True, by=actor))
    return right


def _move(actor: User, clip: Clip, at: int, to: int, cut: str) -> None:
    left, right = _neighbours(clip, at)
    if not left.first < to <= right.last or to == at:
        raise Invalid("cut_out_of_range", f"The cut can move to frames {left.first + 1} – {right.last}.")
    left.last, right.first, right.cut = to - 1, to, cut
    left.save(update_fields=["last"])
    right.save(update_fields=["first", "cut"])
    source, target, first, last = (left, right, to, at - 1) if to < at else (right, left, at, to - 1)
    frames_moved.send(FramesMoved(source, target, first, last, source_gone=False, by=actor))


def _neighbours(clip: Clip, at: int) -> tuple[Shot, Shot]:
    right = _shots(clip).filter(first=at).first()
    left = _shots(clip).filter(last=at - 1).first()
    if left is None or right is None:
        raise Invalid("no_cut", f"There is no cut before frame {at}.", at=at)
    return left, right


def _shots(clip: Clip):
    return Shot.objects.filter(clip=clip, deleted_at=None)
