"""The solver job: the unknown band of a subject's mattes again, from its masks."""

import hashlib

from annotation import prompts
from annotation.actions import heads, tasks
from annotation.actions.painting import raster_of
from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.clips.media.pictures.files import read_picture
from koutu.jobs.run import JobRun
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from models import planes
from models.matting.edges import edge_matte

Layer = RevisionPlane.Layer


def work(run: JobRun) -> None:
    """Solve frame by frame; each frame is a commit. A head that moved meanwhile keeps its newer state."""
    subject = Subject.objects.select_related("shot__clip__show__project__organisation").get(uuid=run.job.target_id)
    span = (run.job.params["first"], run.job.params["last"])
    masks = Head.objects.filter(subject=subject, frame__index__range=span, revision__planes__layer=Layer.MASK)
    rows = list(masks.select_related("frame__blob__pack", "revision").order_by("frame__index"))
    for done, head in enumerate(rows, 1):
        _solve(run, subject, head)
        run.progress("solve", done, len(rows), "frames")
        prompts.answer_waiting()


def _solve(run: JobRun, subject: Subject, head: Head) -> None:
    digest = hashlib.sha256(f"{run.job.uuid}:{head.frame_id}".encode()).hexdigest()
    if Revision.objects.filter(frame=head.frame, subject=subject, digest=digest).exists():
        return  # an earlier attempt of this job has done it
    mask_row = head.revision.planes.select_related("blob__pack").get(layer=Layer.MASK)
    image = read_picture(blobs.read(head.frame.blob))
    matte = edge_matte(image, raster_of(subject.shot.clip, mask_row))
    key = (Layer.MATTE.value, planes.address(matte))
    with PackWriter(subject.project.organisation) as pack:
        pack.add(*key, planes.encode("matte", matte))
    with run.commit():
        if not tasks.still_open(run.job.created_by, subject.shot, head.frame.index):
            return
        revision = Revision.objects.create(
            frame=head.frame, subject=subject, parent=head.revision, presence=head.revision.presence,
            source=Revision.Source.SOLVER, author=run.job.created_by, anchor=head.revision.anchor, digest=digest,
        )  # fmt: skip
        mask_row.carried_to(revision).save()
        blob = pack.record()[key]
        RevisionPlane.objects.create(revision=revision, layer=Layer.MATTE, blob=blob, solved_on=mask_row.blob)
        heads.move_many([revision])
