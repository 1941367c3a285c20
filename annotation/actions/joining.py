"""Two subjects that are one person become one; one subject that is two people becomes two. Both can be taken back.

Nothing is overwritten: what changes hands is a new revision that names the same planes and, as parent, what stood
there. Every such revision holds the act in its tool log, so that the act can be undone where nobody has worked since.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from annotation.actions import acceptance, heads, owning, painting, propagating, revisions, subjects, tasks
from annotation.models import Draft, Head, Revision, RevisionPlane, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Shot
from koutu.storage.blobs import Key, PackWriter
from koutu.storage.models import Blob

Presence = Revision.Presence
Layer = RevisionPlane.Layer
States = dict[int, Revision]


@dataclass
class Plan:
    """Frames by what an act does to them, as it is told before; `state` says on which heads it was planned."""

    state: str
    moved: list[int] = field(default_factory=list)
    united: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """What an act made: its id, by which it is undone, the subject that goes on, and the frames that changed."""

    act: UUID
    subject: Subject
    frames: list[int]


def merge_plan(kept: Subject, other: Subject) -> Plan:
    """What `merge` would do: frames that come from `other` (moved), where both are joined (united), and where the
    kept one's state stands against another (kept). Raises Refused or Invalid where they cannot be merged."""
    _require_mergeable(kept, other)
    mine, theirs = _states(kept), _states(other)
    plan = Plan(_fingerprint(mine, theirs))
    for index in sorted(theirs):
        verdict = _verdict(mine.get(index), theirs[index])
        if verdict is not None:
            getattr(plan, verdict).append(index)
    return plan


@transaction.atomic
def merge(actor: User, kept: Subject, other: Subject, state: str) -> Done:
    """Make both subjects one: `other` is put away, and what it had is the kept one's.

    On frames that both have, a person's state stands before a model's, and the union where neither outranks the other.
    Raises Refused `plan_changed` where heads are no longer those of the plan, Locked where work is accepted or in
    another's hands.
    """
    _begin(actor, kept)
    propagating.require_still(other)
    plan = merge_plan(kept, other)
    _require_as_told(plan, state)
    act, mine, theirs = uuid4(), _states(kept), _states(other)
    made = [_taken_over(theirs[at], mine.get(at), kept, "merge", act) for at in plan.moved]
    made += _united(actor, kept, [(mine[at], theirs[at]) for at in plan.united], act)
    _move(made)
    owning.give(other, kept, kept.shot.first, act)
    Subject.objects.filter(pk=other.pk).update(deleted_at=Now(), deleted_by=actor)
    frames = sorted(plan.moved + plan.united)
    audit(actor, kept.project, "subject_merge", kept, other=other.uuid, joining=act, frames=len(frames))
    return Done(act, kept, frames)


def split_plan(subject: Subject, frame: int) -> Plan:
    """What `split` would do: `moved` are the frames from `frame` on that the new subject gets. Raises Refused."""
    if subject.deleted_at:
        raise Refused("subject_deleted", "The subject was put away. Restore it first.")
    if subject.is_part:
        raise Invalid("only_people", "Only people are merged and split. A part changes hands by its ownership.")
    _require_no_drafts(Q(subject=subject, frame__index__gte=frame))
    held = _states(subject)
    known = [index for index, revision in sorted(held.items()) if revision.presence != Presence.UNKNOWN]
    moved = [index for index in known if index >= frame]
    if not moved or len(moved) == len(known):
        raise Refused("nothing_to_split", "There is nothing of the subject on one side of this frame.")
    return Plan(_fingerprint(held), moved)


@transaction.atomic
def split(actor: User, subject: Subject, frame: int, state: str) -> Done:
    """Give all that the subject has from `frame` on to a new subject. Where the first one is then, nobody has said.

    Raises as `merge` does.
    """
    _begin(actor, subject)
    plan = split_plan(subject, frame)
    _require_as_told(plan, state)
    act, held = uuid4(), _states(subject)
    new = subjects.make(subject.shot, created_by=actor, role=subject.role)
    made = [_taken_over(held[at], None, new, "split", act) for at in plan.moved]
    left = [
        Revision.objects.create(
            frame=held[at].frame, subject=subject, parent=held[at], presence=Presence.UNKNOWN, digest="split",
            source=Revision.Source.PERSON, author=actor, tools=[_said("split", act, other=str(new.uuid))],
        )
        for at in plan.moved
    ]  # fmt: skip
    _move(made + left)
    owning.give(subject, new, frame, act)
    audit(actor, subject.project, "subject_split", subject, new=new.uuid, joining=act, frames=len(plan.moved))
    return Done(act, new, plan.moved)


@transaction.atomic
def undo(actor: User, subject: Subject, act: UUID) -> list[int]:
    """Make every frame that stands as the act left it what it was before; returns these frames.

    A subject put away by a merge comes back; one made by a split is put away, unless somebody has worked on it since.
    Raises Refused.
    """
    _begin(actor, subject)
    standing = _made_by(subject.shot, act)
    if not standing:
        raise Refused("nothing_to_undo", "Nothing stands as this act left it: there is nothing to undo.")
    tool = standing[0].tools[0]["tool"]
    new = _split_off(standing) if tool == "split" else None
    back = [revision for revision in standing if new is None or revision.subject_id != new.pk]
    if new is not None:
        propagating.require_still(new)
        _require_untouched(new, act)
        Subject.objects.filter(pk=new.pk).update(deleted_at=Now(), deleted_by=actor)
    else:
        gone = Subject.objects.filter(shot=subject.shot, uuid=standing[0].tools[0]["other"])
        gone.update(deleted_at=None, deleted_by=None)
    owning.give_back(act)
    told = {"tool": "undo", "undone": str(act)}
    _move([revisions.stand_again(actor, made, made.parent, told) for made in back])
    audit(actor, subject.project, f"subject_un{tool}", subject, joining=act, frames=len(back))
    return sorted(revision.frame.index for revision in back)


def _begin(actor: User, subject: Subject) -> None:
    """The actor may, nothing of the shot is accepted, nobody else is at work on it, and no propagation on this one."""
    require(actor, subject.project, Role.ANNOTATOR)
    shot = Shot.objects.select_for_update().get(pk=subject.shot_id)
    acceptance.require_nothing_accepted(shot)
    tasks.hold_span(actor, shot, shot.first, shot.last)
    propagating.require_still(subject)


def _require_mergeable(kept: Subject, other: Subject) -> None:
    if kept.pk == other.pk or kept.shot_id != other.shot_id:
        raise Invalid("not_together", "Choose two subjects of one shot.")
    if kept.is_part or other.is_part:
        raise Invalid("only_people", "Only people are merged and split. A part changes hands by its ownership.")
    if kept.deleted_at or other.deleted_at:
        raise Refused("subject_deleted", "The subject was put away. Restore it first.")
    _require_no_drafts(Q(subject=other))


def _require_no_drafts(which: Q) -> None:
    draft = Draft.objects.filter(which).select_related("author", "frame").order_by("frame__index").first()
    if draft:
        name, frame = draft.author.shown_name, draft.frame.index
        raise Refused("draft_open", f"{name} has unsent work on frame {frame}. It is saved first.", holder=name)


def _require_as_told(plan: Plan, state: str) -> None:
    if plan.state != state:
        raise Refused("plan_changed", "Somebody changed these frames meanwhile. Look again at what will happen.")


def _states(subject: Subject) -> States:
    """Heads by index."""
    rows = Head.objects.filter(subject=subject).select_related("frame", "revision__frame", "revision__subject")
    return {row.frame.index: row.revision for row in rows.prefetch_related("revision__planes__blob__pack")}


def _fingerprint(*states: States) -> str:
    held = [sorted((index, str(revision.uuid)) for index, revision in some.items()) for some in states]
    return hashlib.sha256(repr(held).encode()).hexdigest()


def _verdict(mine: Revision | None, theirs: Revision) -> str | None:
    """What becomes of a frame where the other subject has a state; None where there is nothing to tell."""
    if theirs.presence == Presence.UNKNOWN:
        return None
    if mine is None or mine.presence == Presence.UNKNOWN:
        return "moved"
    present = [revision.presence == Presence.PRESENT for revision in (mine, theirs)]
    people = [revision.author_id is not None for revision in (mine, theirs)]
    if not present[1]:
        return None
    if mine.anchor and not people[1]:
        return "kept"
    if people[0] != people[1]:
        return "kept" if people[0] else "moved"
    return "united" if present[0] else "moved"


def _said(tool: str, act: UUID, **more: str) -> dict:
    return {"tool": tool, "act": str(act), **more}


def _taken_over(source: Revision, parent: Revision | None, subject: Subject, tool: str, act: UUID) -> Revision:
    """A revision of `subject` that says what `source` says, in the same name."""
    same = ("presence", "source", "author", "anchor", "model_version")
    values = {name: getattr(source, name) for name in same}
    told = [_said(tool, act, other=str(source.subject.uuid)), *source.tools]
    revision = Revision.objects.create(
        frame=source.frame, subject=subject, parent=parent, digest=tool, tools=told, **values
    )
    revisions.carry_planes(source, revision)
    return revision


def _united(actor: User, kept: Subject, pairs: Sequence[tuple[Revision, Revision]], act: UUID) -> list[Revision]:
    """Revisions of whatever either of each pair has; rasters are held for one frame at a time."""
    with PackWriter(kept.project.organisation) as pack:
        keys = [_written(pack, kept.shot.clip, *pair) for pair in pairs]
    stored = pack.record() if pairs else {}
    made = []
    for (mine, theirs), written in zip(pairs, keys, strict=True):
        by_people = mine.author_id is not None
        revision = Revision.objects.create(
            frame=mine.frame, subject=kept, parent=mine, presence=Presence.PRESENT, digest="merge",
            source=Revision.Source.PERSON if by_people else mine.source, author=actor if by_people else None,
            anchor=by_people and (mine.anchor or theirs.anchor), model_version=mine.model_version,
            tools=[_said("merge", act, other=str(theirs.subject.uuid)), *([] if by_people else mine.tools)],
        )  # fmt: skip
        _attach(revision, mine, theirs, {layer: stored[key] for layer, key in written.items()})
        made.append(revision)
    return made


def _written(pack: PackWriter, clip: Clip, mine: Revision, theirs: Revision) -> dict[str, Key]:
    """The larger value of both in each layer, put into the pack."""
    one, other = mine.layers(), theirs.layers()
    new = {
        layer: np.maximum(painting.raster_of(clip, one.get(layer)), painting.raster_of(clip, other.get(layer)))
        for layer in sorted(one | other)
    }
    return painting.write(pack, painting.Painted(new))


def _attach(revision: Revision, mine: Revision, theirs: Revision, stored: dict[str, Blob]) -> None:
    """The planes of a union. A matte of which either part was stale is stale."""
    stale = next((one.layers()[Layer.MATTE].solved_on for one in (mine, theirs) if one.stale), None)
    mask = mine.layers().get(Layer.MASK)
    own: dict[str, dict] = {
        Layer.MATTE: {"solved_on": stale or stored.get(Layer.MASK)},
        Layer.MASK: {"level": mask.level if mask else None},
    }
    RevisionPlane.objects.bulk_create(
        RevisionPlane(revision=revision, layer=layer, blob=blob, **own.get(layer, {})) for layer, blob in stored.items()
    )


def _move(made: list[Revision]) -> None:
    """Every one has to become a head, for all was looked at under the locks."""
    if len(heads.move_many(made)) != len(made):
        raise Refused("plan_changed", "Somebody changed these frames meanwhile. Look again at what will happen.")


def _made_by(shot: Shot, act: UUID) -> list[Revision]:
    rows = Head.objects.filter(subject__shot=shot, revision__tools__0__act=str(act))
    rows = rows.select_related("revision__frame", "revision__subject", "revision__parent")
    return [row.revision for row in rows.order_by("frame__index")]


def _split_off(standing: list[Revision]) -> Subject:
    """The subject that a split made: its own states say so, and those that it left behind name it."""
    one = standing[0]
    left = one.presence == Presence.UNKNOWN
    return Subject.objects.get(uuid=one.tools[0]["other"]) if left else one.subject


def _require_untouched(new: Subject, act: UUID) -> None:
    by_act = Head.objects.filter(subject=new, revision__tools__0__act=str(act)).count()
    if by_act != Head.objects.filter(subject=new).count() or Draft.objects.filter(subject=new).exists():
        raise Refused("worked_on", "Somebody has worked on the new subject since. Merge the two instead.")
