"""What people make of suggestions, and the areas in which nobody is judged."""

from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.actions import cuts
from koutu.clips.models import Clip, CutChange, Suggestion, VoidArea

State = Suggestion.State


@transaction.atomic
def decide(actor: User, suggestion: Suggestion, state: str) -> Suggestion:
    """Accept (a cut is set, or void areas), dismiss, or open again, which takes back what accepting did."""
    require(actor, suggestion.clip.project, Role.ANNOTATOR)
    suggestion = Suggestion.objects.select_for_update().select_related("clip__show__project").get(pk=suggestion.pk)
    if suggestion.state == state:
        return suggestion
    _take_back(actor, suggestion)
    if state == State.ACCEPTED:
        _accept(actor, suggestion)
    suggestion.state = state
    suggestion.decided_by, suggestion.decided_at = (None, None) if state == State.OPEN else (actor, Now())
    suggestion.save()
    audit(actor, suggestion.clip.project, "suggestion_decide", suggestion, state=state, kind=suggestion.kind)
    suggestion.refresh_from_db()
    return suggestion


def _accept(actor: User, suggestion: Suggestion) -> None:
    clip = suggestion.clip
    if suggestion.cut is not None and not clip.shots.filter(first=suggestion.cut, deleted_at=None).exists():
        suggestion.change = cuts.change(actor, clip, CutChange.Op.ADD, suggestion.cut)
    for left, top, right, bottom in suggestion.areas:
        span = {"first": suggestion.first, "last": suggestion.last}
        area = add_void(actor, clip, suggestion.kind, **span, left=left, top=top, right=right, bottom=bottom)
        suggestion.voids.add(area)


def _take_back(actor: User, suggestion: Suggestion) -> None:
    if suggestion.change and suggestion.change.undone_at is None:
        cut = suggestion.change.at
        if suggestion.clip.shots.filter(first=cut, deleted_at=None).exists():
            cuts.change(actor, suggestion.clip, CutChange.Op.REMOVE, cut)
    suggestion.change = None
    for area in suggestion.voids.live():
        remove_void(actor, area)
    suggestion.voids.clear()


@transaction.atomic
def add_void(actor: User, clip: Clip, kind: str, **place: int) -> VoidArea:
    """Say that nobody is judged in a rectangle (left, top, right, bottom) of frames first to last, both with it."""
    require(actor, clip.project, Role.ANNOTATOR)
    inside = 0 <= place["first"] <= place["last"] < clip.frame_count
    wide = 0 <= place["left"] < place["right"] <= clip.width
    high = 0 <= place["top"] < place["bottom"] <= clip.height
    if not (inside and wide and high):
        raise Invalid("outside_clip", "The area does not lie inside the clip's frames.")
    area = VoidArea.objects.create(clip=clip, kind=kind, created_by=actor, **place)
    audit(actor, clip.project, "void_add", area, kind=kind, **place)
    return area


@transaction.atomic
def remove_void(actor: User, area: VoidArea) -> None:
    require(actor, area.clip.project, Role.ANNOTATOR)
    if VoidArea.objects.live().filter(pk=area.pk).update(removed_at=Now()):
        audit(actor, area.clip.project, "void_remove", area)


@transaction.atomic
def decide_all(actor: User, clip: Clip, kind: str, state: str) -> int:
    """Accept or dismiss every open suggestion of one kind; returns how many."""
    require(actor, clip.project, Role.ANNOTATOR)
    if state == State.OPEN:
        raise Refused("not_decided", "Open suggestions are accepted or dismissed.")
    waiting = list(Suggestion.objects.filter(clip=clip, kind=kind, state=State.OPEN))
    for suggestion in waiting:
        decide(actor, suggestion, state)
    return len(waiting)
