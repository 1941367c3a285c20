"""Saving: new revisions by a person. Nothing is overwritten, no stroke is lost."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction

from annotation.actions import heads, painting, tasks
from annotation.models import Draft, Head, Revision, RevisionPlane, Subject, Task
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Locked, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Frame
from koutu.storage.blobs import PackWriter

Presence = Revision.Presence


@dataclass(frozen=True)
class Save:
    """What the browser sends. The id is made there: sent twice it is one revision."""

    uuid: UUID
    frame: Frame
    subject: Subject
    parent: UUID | None
    presence: str
    anchor: bool
    planes: Mapping[str, painting.SentPlane] = field(default_factory=dict)
    tools: Sequence[dict] = ()

    def digest(self) -> str:
        """SHA-256 over all that the save says; planes by their addresses."""
        layers = {str(layer): sent.address for layer, sent in self.planes.items()}
        said = [
            str(self.frame.clip.uuid), self.frame.index, str(self.subject.uuid), str(self.parent), self.presence,
            self.anchor, layers,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Saved:
    """`again`: the same save was here before. `side`: kept, but another person holds the task."""

    revision: Revision
    again: bool = False
    side: bool = False


def save(actor: User, sent: Save) -> Saved:
    """Keep a person's revision and make it the head.

    Raises MovedHead when the parent is the head no more, Locked once the task is accepted, Invalid for what does not
    fit. Without the lease the revision is kept beside the heads (`side`).
    """
    require(actor, sent.subject.project, Role.ANNOTATOR)
    if known := _known(sent):
        return Saved(known, again=True)
    task = _open_task(sent.subject, sent.frame)
    parent = _parent(sent)
    painted = _painted(sent, parent)
    with PackWriter(sent.subject.project.organisation) as pack:
        keys = painting.write(pack, painted)
    try:
        with transaction.atomic():
            stored = pack.record()
            revision = create(actor, sent, parent)
            painting.attach(revision, painted, {layer: stored[key] for layer, key in keys.items()})
            side = not tasks.hold(actor, task)
            if not side:
                heads.move(revision)
            Draft.objects.filter(author=actor, frame=sent.frame, subject=sent.subject).delete()
            audit(actor, sent.subject.project, "revision_save", revision, side=side)
    except IntegrityError as error:
        if known := _known(sent):
            return Saved(known, again=True)
        raise Refused("conflict", "Two saves met. Send it again.") from error
    return Saved(revision, side=side)


def _known(sent: Save) -> Revision | None:
    known = Revision.objects.filter(uuid=sent.uuid).first()
    if known and (known.subject_id != sent.subject.pk or known.digest != sent.digest()):
        raise Refused("id_taken", "Another revision has this id. Make a new one.")
    return known


def _open_task(subject: Subject, frame: Frame) -> Task:
    """The task that the frame lies in; raises Invalid outside of the shot, Locked once it is accepted."""
    require_inside(subject, frame)
    task = Task.objects.get(shot=subject.shot, deleted_at=None, first__lte=frame.index, last__gte=frame.index)
    if task.stage == Task.Stage.ACCEPTED:
        raise Locked("accepted", "The task is accepted and frozen. A reviewer can open it again.")
    return task


def require_inside(subject: Subject, frame: Frame) -> None:
    """Raise Refused for a subject put away, Invalid for a frame that is not of its shot."""
    shot = subject.shot
    if subject.deleted_at or shot.deleted_at:
        raise Refused("subject_deleted", "The subject was put away. Restore it to paint on it.")
    if frame.clip_id != shot.clip_id or not shot.first <= frame.index <= shot.last:
        raise Invalid("outside_shot", f"Frame {frame.index} lies outside the subject's shot.")


def _parent(sent: Save) -> Revision | None:
    if sent.parent is None:
        return None
    parent = Revision.objects.filter(uuid=sent.parent, frame=sent.frame, subject=sent.subject).first()
    if parent is None:
        raise Invalid("unknown_parent", "The parent is no revision of this frame and subject.")
    return parent


def _painted(sent: Save, parent: Revision | None) -> painting.Painted:
    if sent.presence != Presence.PRESENT:
        if sent.planes:
            raise Invalid("planes_of_absent", "A subject that is not in the frame has no planes.")
        return painting.Painted()
    painted = painting.paint(sent.frame.clip, parent, sent.planes)
    if not painted.new and not painted.carried:
        raise Invalid("no_plane", "A subject that is in the frame needs a mask or a matte.")
    return painted


def create(actor: User, sent: Save, parent: Revision | None) -> Revision:
    return Revision.objects.create(
        uuid=sent.uuid,
        frame=sent.frame,
        subject=sent.subject,
        parent=parent,
        presence=sent.presence,
        source=Revision.Source.PERSON,
        author=actor,
        anchor=sent.anchor,
        digest=sent.digest(),
        tools=list(sent.tools),
    )


def head_of(frame: Frame, subject: Subject) -> Revision | None:
    head = Head.objects.filter(frame=frame, subject=subject).select_related("revision").first()
    return head.revision if head else None


@transaction.atomic
def restore(actor: User, older: Revision, new_id: UUID) -> Revision:
    """Make a new head with the planes of an older revision. The same id again gives the same revision.

    What was done before a cut moved the frame to another shot comes back there.
    """
    require(actor, older.project, Role.ANNOTATOR)
    subject = _now_followed_by(older)
    # The older revision stands in for the parent: a second try would meet another head.
    sent = Save(new_id, older.frame, subject, older.uuid, older.presence, anchor=True)
    if known := _known(sent):
        return known
    task = _open_task(subject, older.frame)
    if not tasks.hold(actor, task):
        raise tasks.held_by_another(task)
    revision = create(actor, sent, head_of(older.frame, subject))
    carry_planes(older, revision)
    heads.move(revision)
    audit(actor, older.project, "revision_restore", revision, older=older.uuid)
    return revision


def _now_followed_by(older: Revision) -> Subject:
    """The subject of the same lineage in the shot that holds the frame by now, or the revision's own."""
    at = older.frame.index
    same = Subject.objects.live().filter(lineage=older.subject.lineage, shot__deleted_at=None)
    return same.filter(shot__first__lte=at, shot__last__gte=at).first() or older.subject


def carry_planes(source: Revision, target: Revision) -> None:
    """Give `target` the planes of `source` by reference."""
    RevisionPlane.objects.bulk_create(plane.carried_to(target) for plane in source.planes.all())


def stand_again(actor: User, made: Revision, older: Revision | None, told: dict) -> Revision:
    """A revision after `made` that says what `older` says, in the same name; without one, that nobody has said yet.

    The tool log begins with `told`, why it was made.
    """
    at = {"frame": made.frame, "subject_id": made.subject_id, "parent": made, "digest": "undone"}
    if older is None:
        source = Revision.Source.PERSON
        return Revision.objects.create(**at, presence=Presence.UNKNOWN, source=source, author=actor, tools=[told])
    same = ("presence", "source", "author", "anchor", "model_version")
    revision = Revision.objects.create(
        **at, **{name: getattr(older, name) for name in same}, tools=[told, *older.tools]
    )
    carry_planes(older, revision)
    return revision


@transaction.atomic
def unpin(actor: User, revision: Revision) -> Revision:
    """Make this an ordinary state of a person again: propagation may pass it. Its author may unpin, or a lead."""
    require(actor, revision.project, Role.ANNOTATOR if revision.author_id == actor.pk else Role.LEAD)
    Revision.objects.filter(pk=revision.pk).update(anchor=False)
    audit(actor, revision.project, "revision_unpin", revision)
    revision.refresh_from_db()
    return revision


@transaction.atomic
def mark_absent(actor: User, task: Task, subject: Subject, indices: Sequence[int]) -> list[Revision]:
    """Say that the subject is not in these frames of the task, where nothing else is known of it.

    Frames outside of the task are left alone; returns the new revisions.
    """
    require(actor, task.project, Role.ANNOTATOR)
    if not tasks.hold(actor, task):
        raise tasks.held_by_another(task)
    inside = [index for index in indices if task.first <= index <= task.last]
    known = Head.objects.filter(subject=subject).exclude(revision__presence=Presence.UNKNOWN)
    frames = Frame.objects.filter(clip=task.shot.clip_id, index__in=inside).exclude(pk__in=known.values("frame"))
    parents = {
        head.frame_id: head.revision_id for head in Head.objects.filter(subject=subject, frame__in=frames)
    }
    revisions = Revision.objects.bulk_create(
        Revision(
            frame=frame, subject=subject, parent_id=parents.get(frame.pk), presence=Presence.ABSENT, digest="absent",
            source=Revision.Source.PERSON, author=actor,
        )  # fmt: skip
        for frame in frames
    )
    heads.move_many(revisions)
    audit(actor, task.project, "mark_absent", subject, frames=len(revisions))
    return revisions
