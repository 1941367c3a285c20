"""The own job: after a part changed hands its new owners contain it, and its former ones do so no more."""

from annotation.actions import painting, tasks, wholes
from annotation.models import Head, Revision, Subject
from koutu.jobs.run import JobRun
from koutu.storage.blobs import PackWriter


def work(run: JobRun) -> None:
    """Frame by frame, each a commit; what is done already is passed over."""
    part = Subject.objects.select_related("shot__clip__show__project__organisation").get(uuid=run.job.target_id)
    span = (run.job.params["first"], run.job.params["last"])
    seen = Head.objects.filter(subject=part, frame__index__range=span, revision__presence=Revision.Presence.PRESENT)
    rows = list(seen.select_related("frame__clip", "revision__subject").order_by("frame__index"))
    for done, head in enumerate(rows, 1):
        _settle(run, part, head)
        run.progress("own", done, len(rows), "frames")


def _settle(run: JobRun, part: Subject, head: Head) -> None:
    layers = head.revision.layers()
    planes = {layer: painting.raster_of(head.frame.clip, plane) for layer, plane in layers.items()}
    extended = wholes.extensions(part, head.frame, painting.Painted(planes))
    with PackWriter(part.project.organisation) as pack:
        keys = wholes.write(pack, extended)
    with run.commit():
        if tasks.still_open(run.job.created_by, part.shot, head.frame.index):
            wholes.extend(head.revision, extended, keys, pack.record())
            wholes.withdraw(run.job.created_by, part, head.frame)
