"""One studio with everything an address can name, its people, and two who must see nothing of it."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.actions import prompting
from annotation.models import Cutout, Draft, Head, Revision, Task
from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips import parts
from koutu.clips.actions import clips as clip_actions
from koutu.clips.actions import cuts, uploads
from koutu.clips.models import Cast, Clip, Duplicate, Frame, Shot, Show, Suggestion, VoidArea, Watch, WatchedFile
from koutu.jobs import run as jobs
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob
from tests import factories
from tests.releases import labelling

ANONYMOUS, STRANGER, COLLEAGUE = "nobody logged in", "lead of another organisation", "lead of another project"
OUTSIDERS = (STRANGER, COLLEAGUE)


@dataclass
class World:
    """`things` are public ids by the names that the table of calls uses; `people` are by role or by the names above."""

    project: Project
    people: dict[str, User | None]
    things: dict[str, str] = field(default_factory=dict)

    def name(self, **rows) -> None:
        self.things |= {name: str(row.uuid) for name, row in rows.items()}


def build() -> World:
    project = factories.project()
    world = World(project, _people(project))
    world.name(project=project)
    _clips(world)
    _work(world)
    _jobs(world)
    _cutouts(world)
    world.name(release=labelling.build(world.people[Role.LEAD], project))
    return world


def _people(project: Project) -> dict[str, User | None]:
    inside: dict[str, User | None] = {role: factories.person(role, project) for role in Role if role != Role.ADMIN}
    inside[Role.ADMIN] = factories.person(Role.ADMIN, project, whole_organisation=True)
    elsewhere = factories.project()
    beside = factories.project(project.organisation, "Documentaries")
    outside = {STRANGER: factories.person(Role.LEAD, elsewhere), COLLEAGUE: factories.person(Role.LEAD, beside)}
    return {ANONYMOUS: None, **inside, **outside}


def _clips(world: World) -> None:
    lead = world.people[Role.LEAD]
    show = factories.show(world.project)
    clip = factories.clip(show, frames=12, cuts=(6,))
    gone = factories.clip(show, frames=2)
    clip_actions.delete(lead, gone)
    recut = factories.clip(show, frames=8)
    Task.objects.create(shot=recut.shots.get(), first=0, last=7, stage="base")
    change = cuts.change(lead, recut, "add", 4)
    done = labelling.accepted_clip(world.project)
    world.name(show=show, clip=clip, deleted_clip=gone, recut_clip=recut, cut=change, accepted_clip=done)
    _uploads(world, show, clip)
    world.name(pair=Duplicate.objects.create(clip=clip, twin=recut, kind="looks"))
    job = enqueue("proxy", world.project, clip, by=None)
    jobs.run(job.uuid)
    area = VoidArea.objects.create(
        clip=clip, kind="logo", last=3, right=9, bottom=9, created_by=lead, first=0, left=0, top=0
    )
    world.name(area=area, suggestion=Suggestion.objects.create(clip=clip, kind="flash", first=1, last=2))
    watch = Watch.objects.create(show=show, place="/nowhere", created_by=lead)
    world.name(watch=watch, file=WatchedFile.objects.create(watch=watch, name="a.mp4", mark="1", size=1))
    world.name(right=show.rights.get(), cast=Cast.objects.create(show=show, name="The guard"))
    world.name(accepted_task=Task.objects.get(shot__clip=done))


def _uploads(world: World, show: Show, twin: Clip) -> None:
    owner = world.people[Role.ANNOTATOR]
    coming, whole, refused = (uploads.begin(owner, show, f"{n}.mp4", 5 + n) for n in range(3))
    parts.path_of(whole.uuid).write_bytes(b"a film")
    refused.fault_code, refused.fault_detail = "duplicate", {"clip": str(twin.uuid)}
    refused.save()
    world.name(upload=coming, whole_upload=whole, refused_upload=refused)


def _work(world: World) -> None:
    clip = Clip.objects.get(uuid=world.things["clip"])
    shot, later = clip.shots.order_by("first")
    subject, other = labelling.subject(shot, 1), labelling.subject(later, 1)
    labelling.label(subject, {index: labelling.box(4, 10, 20, 40) for index in range(6)})
    task = Task.objects.create(shot=shot, first=shot.first, last=shot.last, stage="base")
    review = Task.objects.create(shot=later, first=later.first, last=later.last, stage="review")
    head = Head.objects.get(subject=subject, frame__index=0).revision
    said = Revision.objects.filter(head_of__subject=subject, frame__index=3)
    said.update(author=world.people[Role.ANNOTATOR], anchor=True)
    frame = Frame.objects.get(clip=clip, index=6)
    for person in filter(None, world.people.values()):
        Draft.objects.create(author=person, frame=frame, subject=other, presence="present")
    world.name(shot=shot, later_shot=later, subject=subject, other_subject=other, revision=head)
    world.name(task=task, review_task=review)
    asked = prompting.Asked(frame, other, None, {"points": [{"x": 5, "y": 5, "inside": True}]})
    Task.objects.filter(pk=review.pk).update(stage="base")
    world.name(prompt=prompting.ask(world.people[Role.ANNOTATOR], asked))
    Task.objects.filter(pk=review.pk).update(stage="review", holder=None, lease_until=None)


def _jobs(world: World) -> None:
    common = {"kind": "solve", "queue": "interactive", "project": world.project, "label": "a job"}
    queued = Job.objects.create(key="one", target_id=uuid.uuid4(), **common)
    failed = Job.objects.create(key="two", target_id=uuid.uuid4(), state="failed", **common)
    done = Job.objects.create(
        key="three", target_id=world.things["subject"], state="done", **common | {"kind": "propagate"}
    )
    made = Revision.objects.filter(head_of__subject__uuid=done.target_id, frame__index=4)
    made.update(source=Revision.Source.PROPAGATION, tools=[{"tool": "propagate", "job": str(done.uuid)}])
    world.name(job=queued, failed_job=failed, propagation=done)


def _cutouts(world: World) -> None:
    shot = Shot.objects.get(uuid=world.things["shot"])
    data = b"a film"
    with PackWriter(world.project.organisation) as pack:
        pack.add(*(key := (Blob.Kind.CUTOUT.value, hashlib.sha256(data).hexdigest())), data)
    world.name(cutout=Cutout.objects.create(uuid=uuid.uuid4(), shot=shot, format="png", blob=pack.record()[key]))


def save(**said) -> dict:
    """The multipart body of a save or a draft."""
    return {"meta": json.dumps({"layers": {}, "encoding": "raw", **said}), "tiles": SimpleUploadedFile("tiles", b"")}
