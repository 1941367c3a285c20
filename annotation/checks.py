"""What fsck checks of annotation: references that constraints cannot express."""

from collections.abc import Iterator

from django.db.models import F, Q

from annotation.models import Head, Revision, RevisionPlane, Task
from koutu.clips.models import Clip, Shot
from koutu.storage import blobs
from models import planes


def problems() -> Iterator[str]:
    """Yield a sentence for each head, revision, shot or task that does not fit the rest."""
    yield from _strange_heads()
    yield from _strange_parents()
    yield from _wrong_sizes()
    yield from _gaps()


def _strange_heads() -> Iterator[str]:
    wrong = Head.objects.exclude(revision__frame=F("frame"), revision__subject=F("subject"))
    for head in wrong:
        yield f"head of frame {head.frame_id}, subject {head.subject_id} names a revision of another"
    away = Head.objects.filter(subject__deleted_at=None, subject__shot__deleted_at=None).exclude(
        frame__clip=F("subject__shot__clip"),
        frame__index__gte=F("subject__shot__first"),
        frame__index__lte=F("subject__shot__last"),
    )
    for head in away:
        yield f"head of frame {head.frame_id} lies outside the shot of subject {head.subject_id}"
    empty = Head.objects.filter(revision__presence=Revision.Presence.PRESENT, revision__planes=None)
    for head in empty:
        yield f"revision {head.revision.uuid} is present and has no plane"


def _strange_parents() -> Iterator[str]:
    other_frame = Q(parent__isnull=False) & ~Q(parent__frame=F("frame"))
    for revision in Revision.objects.filter(other_frame):
        yield f"revision {revision.uuid} has a parent of another frame"


def _wrong_sizes() -> Iterator[str]:
    """Planes of heads that are not of their clip's size. Damaged ones are named where blobs are checked."""
    rows = RevisionPlane.objects.filter(revision__head_of__isnull=False).order_by("blob", "pk")
    for row in rows.select_related("blob__pack", "revision__frame__clip").iterator():
        clip = row.revision.frame.clip
        try:
            _, height, width = planes.header(blobs.read(row.blob))
        except (OSError, EOFError, planes.PlaneError) as error:
            yield f"{row.layer} of revision {row.revision.uuid} cannot be read: {error}"
            continue
        if (height, width) != (clip.height, clip.width):
            sizes = f"{width}×{height}, its clip {clip.width}×{clip.height}"
            yield f"{row.layer} of revision {row.revision.uuid} is {sizes}"


def _gaps() -> Iterator[str]:
    for clip in Clip.objects.filter(state=Clip.State.READY).iterator():
        shots = Shot.objects.filter(clip=clip, deleted_at=None).order_by("first")
        yield from _cover(f"clip {clip.uuid}: shots", shots, 0, clip.frame_count - 1)
        for shot in shots:
            tasks = Task.objects.filter(shot=shot, deleted_at=None).order_by("first")
            yield from _cover(f"shot {shot.uuid}: tasks", tasks, shot.first, shot.last)


def _cover(name: str, spans, first: int, last: int) -> Iterator[str]:
    expected = first
    for span in spans:
        if span.first != expected:
            yield f"{name} should go on at frame {expected}, the next begins at {span.first}"
        expected = span.last + 1
    if expected != last + 1:
        yield f"{name} end at frame {expected - 1}, not {last}"
