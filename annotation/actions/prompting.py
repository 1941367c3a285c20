"""Saying something about a frame: clicks, strokes or an outline, on the state that the author sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotation.actions import heads, painting, revisions, tasks
from annotation.models import Prompt, Revision, RevisionPlane, Subject
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Frame
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob
from models.backends.prompt import BadInput
from models.interaction.words import Line, Point, Words

Layer = RevisionPlane.Layer
# A hand is never that far ahead of its answers; a program that is would take the workers from everybody else.
MOST_OPEN = 8
# What was answered lives on in the revision that was made of it.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """`parent` is the head that the author sees, `matte` what was painted on it since, `said` as the API checks it."""

    frame: Frame
    subject: Subject
    parent: UUID | None
    said: dict
    matte: painting.SentPlane | None = None


def ask(actor: User, asked: Asked) -> Prompt:
    """Queue the answer; takes the lease as a save does.

    Raises MovedHead where the parent is the head no more, Locked, and Invalid for what cannot be asked.
    """
    require(actor, asked.subject.project, Role.ANNOTATOR)
    revisions.require_inside(asked.subject, asked.frame)
    _check(asked)
    _require_patience(actor)
    head = revisions.head_of(asked.frame, asked.subject)
    if (head and head.uuid) != asked.parent:
        raise heads.MovedHead(head)
    with PackWriter(asked.subject.project.organisation) as pack:
        keys = painting.write(pack, _painted(asked, head))
    with transaction.atomic():
        tasks.hold_span(actor, asked.subject.shot, asked.frame.index, asked.frame.index)
        stored = pack.record()
        Prompt.objects.filter(author=actor, created_at__lt=Now() - KEPT).delete()
        before = stored[keys[Layer.MATTE]] if keys else _plane(head)
        prompt = Prompt.objects.create(
            author=actor, frame=asked.frame, subject=asked.subject, said=asked.said, before=before
        )
        audit(actor, asked.subject.project, "prompt", asked.subject, frame=asked.frame.index)
        label = f"{asked.frame.clip.name} · {asked.subject}"
        enqueue("prompt", asked.subject.project, prompt, by=actor, label=label)
    return prompt


def words_of(said: dict) -> Words:
    """What was said, as the models take it."""
    points = {name: [Point(**point) for point in said.get(name, ())] for name in ("points", "earlier")}
    strokes, outline = ([_line(each) for each in said.get("strokes", ())], said.get("outline"))
    return Words(**points, strokes=strokes, outline=_line(outline) if outline else None)


def _line(said: dict) -> Line:
    return Line([(x, y) for x, y in said["places"]], said["inside"])


def _check(asked: Asked) -> None:
    clip = asked.frame.clip
    try:
        words_of(asked.said).check(clip.height, clip.width)
    except BadInput as error:
        raise Invalid("bad_prompt", f"This cannot be asked: {error}.") from error


def _require_patience(actor: User) -> None:
    if Job.objects.open().filter(created_by=actor, kind="prompt").count() >= MOST_OPEN:
        raise Refused("prompts_wait", f"{MOST_OPEN} of your prompts wait for their answers. Wait for the next one.")


def _painted(asked: Asked, head: Revision | None) -> painting.Painted:
    """The matte alone, where something was painted since the parent."""
    if asked.matte is None:
        return painting.Painted()
    painted = painting.paint(asked.frame.clip, head, {Layer.MATTE: asked.matte})
    return painting.Painted({Layer.MATTE: painted.new[Layer.MATTE]})


def _plane(head: Revision | None) -> Blob | None:
    """What stands for the subject's matte: where it has none, its mask."""
    layers = head.layers() if head else {}
    plane = layers.get(Layer.MATTE) or layers.get(Layer.MASK)
    return plane.blob if plane else None


def job_of(prompt: Prompt) -> Job:
    """The work on it."""
    return Job.objects.get(kind="prompt", target_id=prompt.uuid)


def credited(clip: Clip, actor: User, tools: Iterable[dict]) -> list[dict]:
    """The tool log of a save, each tool that asked prompts with the model versions that answered them."""
    credited = []
    for tool in tools:
        answered = Prompt.objects.filter(uuid__in=tool.get("prompts", ()), author=actor, frame__clip=clip)
        versions = {str(row.model_version) for row in answered.select_related("model_version") if row.model_version}
        credited.append(tool | ({"models": sorted(versions)} if versions else {}))
    return credited
