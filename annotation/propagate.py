"""The propagation job: a subject followed from anchor to anchor, committed frame by frame."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

import numpy as np

from annotation import prompts, trackers
from annotation.actions import heads, painting, propagating, tasks
from annotation.models import Head, Revision, RevisionPlane, Subject
from annotation.resuming import Bookmark
from koutu.clips.media.pictures.files import read_picture
from koutu.clips.models import Frame, Shot
from koutu.jobs.run import JobRun
from koutu.registry.models import ModelVersion, version_of
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from models import planes
from models.backends.protocol import VideoTracker
from models.matting.edges import edge_band, edge_matte
from models.matting.trimap import MASK_LEVEL, mask_of
from models.video.fusion import Solved, steadied
from models.video.propagation import MOST, Followed, Frames, Propagation, passes
from models.video.spans import Span, nearest

Layer = RevisionPlane.Layer
Presence = Revision.Presence


def work(run: JobRun) -> None:
    """Follow the subject over the spans that were asked for. What an earlier attempt committed stays, and what it put
    down is gone on with.

    Raises Refused in the end where anchors are others by now: their spans are left, for what an earlier attempt made
    does not go with them.
    """
    subject = Subject.objects.select_related("shot__clip__show__project__organisation").get(uuid=run.job.target_id)
    tracker, frames = trackers.tracker(), reader(subject.shot)
    version = version_of(ModelVersion.Role.SEGMENT, tracker.name, tracker.version, tracker.licence)
    sheets = _Sheets(frames, partial(_hard, subject), partial(_plane, subject))
    spans, mark = _spans(run), Bookmark(run)
    total, left = _steps(spans), False
    with trackers.refusing():
        for place, span in enumerate(spans[mark.finished :], mark.finished):
            if not propagating.is_as_asked(run.job, subject, span):
                left = True
                mark.finish()
                continue
            each, hidden = _run(run, subject, span, frames, tracker, mark), _is_hidden(subject, span)
            done = _steps(spans[:place]) + each.taken + (each.taken > each.early)
            for followed, matte in _with_mattes(each, sheets):
                _commit(run, subject, followed, matte, version, hidden)
                done += followed.final or not _is_one_way(each)
                run.progress("propagate", done, total, "frames")
                mark.passed(each)
                prompts.answer_waiting()
            mark.finish()
    if left:
        raise propagating.plan_changed()


def _spans(run: JobRun) -> list[Span]:
    """What was asked for, the nearest to where it was asked first."""
    found = [Span(**span | {"things": tuple(span["things"])}) for span in run.job.params["spans"]]
    frame = run.job.params["frame"]
    return sorted(found, key=lambda span: max(span.first - frame, frame - span.last))


def _steps(spans: list[Span]) -> int:
    return sum(len(span) * len(passes(span)) for span in spans)


def _is_hidden(subject: Subject, span: Span) -> bool:
    """Whether a person says at one of its ends that somebody is behind another."""
    ends = Head.objects.filter(subject=subject, revision__anchor=True, frame__index__in=(span.left, span.right))
    return ends.filter(revision__presence=Presence.OCCLUDED).exists()


def _run(
    run: JobRun, subject: Subject, span: Span, frames: Frames, tracker: VideoTracker, mark: Bookmark
) -> Propagation:
    """From the frame that was asked for first, with the anchors round about at hand, or from the bookmark on."""
    ends = {end for end in (span.left, span.right) if end is not None}
    others = [index for index in propagating.anchors_of(subject) if not span.first <= index <= span.last]
    known = ends.union(nearest(others, span, MOST))
    said = {index: dict.fromkeys(span.things, _plane(subject, Layer.MASK, index) > 0) for index in sorted(known)}
    return mark.opened(span, frames, said, tracker, back_first=span.right == run.job.params["frame"])


def _plane(subject: Subject, layer: str, index: int) -> np.ndarray:
    """(height, width) uint8: nothing where the subject is said to be absent or hidden."""
    planes_ = RevisionPlane.objects.filter(revision__head_of__subject=subject, layer=layer)
    row = planes_.filter(revision__frame__index=index).select_related("blob__pack").first()
    return painting.raster_of(subject.shot.clip, row)


def reader(shot: Shot) -> Frames:
    """What reads a frame of the shot by its index, RGB uint8 (height, width, 3); the last two are held."""
    rows = Frame.objects.filter(clip=shot.clip_id).select_related("blob__pack")
    return lru_cache(maxsize=2)(lambda index: read_picture(blobs.read(rows.get(index=index).blob)))


@dataclass(frozen=True)
class _Sheets:
    """What mattes are made of: pictures by index, `hard` masks of what was followed, the anchors' planes by layer and
    index; all of one height and width, uint8."""

    frames: Frames
    hard: Callable[[Followed], np.ndarray]
    known: Callable[[str, int], np.ndarray]

    def matte(self, followed: Followed) -> np.ndarray:
        """Of a frame by itself."""
        return edge_matte(self.frames(followed.index), self.hard(followed))

    def solved(self, followed: Followed) -> Solved:
        image, mask = self.frames(followed.index), self.hard(followed)
        return image, edge_matte(image, mask) / np.float32(255), edge_band(mask)

    def anchor(self, index: int) -> Solved:
        """Of which nothing is drawn: it is as a person made it."""
        image, mask, matte = self.frames(index), *(self.known(layer, index) for layer in (Layer.MASK, Layer.MATTE))
        if mask.any() and not matte.any():
            matte = edge_matte(image, mask)
        return image, matte / np.float32(255), np.zeros(matte.shape, bool)


def _with_mattes(propagation: Propagation, sheets: _Sheets) -> Iterator[tuple[Followed, np.ndarray]]:
    """Every step with its matte (height, width) uint8: of a first way at once, of the last word held steady. Where
    there is one way only its first frame comes at once too, and not as final."""
    for _ in range(propagation.early - propagation.taken):
        followed = propagation.step()
        yield followed, sheets.matte(followed)
    again, early = propagation.taken > propagation.early, list[Followed]()
    if _is_one_way(propagation) and not again:
        early.append(propagation.step())
        yield replace(early[0], final=False), sheets.matte(early[0])
    waiting: deque[Followed | None] = deque()

    def shot() -> Iterator[Solved]:
        for followed, solved in _last_way(propagation, chain(early, propagation), again, sheets):
            waiting.append(followed)
            yield solved

    for alpha in steadied(shot()):
        done = waiting.popleft()
        if done is not None:
            yield done, planes.snap(alpha)


def _last_way(
    propagation: Propagation, way: Iterable[Followed], again: bool, sheets: _Sheets
) -> Iterator[tuple[Followed | None, Solved]]:
    """The frames from anchor to anchor; None are those that are here as neighbours alone: the anchors and, gone on with
    from within, the first frame, which had its last word."""
    begin, end = _ends(propagation)
    if not again:
        yield None, sheets.anchor(begin)
    for followed in way:
        yield None if again else followed, sheets.solved(followed)
        again = False
    if end is not None:
        yield None, sheets.anchor(end)


def _ends(propagation: Propagation) -> tuple[int, int | None]:
    """The anchors that the last way begins from and comes to."""
    span = propagation.span
    begin = passes(span, propagation.back_first)[-1].start
    return begin, span.right if begin == span.left else span.left


def _is_one_way(propagation: Propagation) -> bool:
    return propagation.early == 0


def _hard(subject: Subject, followed: Followed) -> np.ndarray:
    """The mask (height, width) uint8 0/255; nothing where a person has said that somebody else is: networks know
    people, and not whom."""
    (belief,) = followed.things.values()
    found = (belief.probability >= 0.5) & ~_others(subject, followed.index)
    return found.view(np.uint8) * np.uint8(255)


def _others(subject: Subject, index: int) -> np.ndarray:
    """(height, width) bool: the masks that people gave to other people on a frame. Parts are of people, and alone."""
    by_people = RevisionPlane.objects.filter(layer=Layer.MASK, revision__author__isnull=False)
    people = Subject.objects.people().live().filter(shot=subject.shot).exclude(pk=subject.pk)
    masks = by_people.filter(revision__head_of__subject__in=people, revision__frame__index=index)
    found = np.zeros((subject.shot.clip.height, subject.shot.clip.width), bool)
    for row in () if subject.is_part else masks.select_related("blob__pack"):
        found |= painting.raster_of(subject.shot.clip, row) > 0
    return found


def _commit(
    run: JobRun, subject: Subject, followed: Followed, matte: np.ndarray, version: ModelVersion, hidden: bool
) -> None:
    """One revision, where the frame is still the asker's and nobody has worked on it since they asked."""
    digest = hashlib.sha256(f"{run.job.uuid}:{followed.index}:{followed.final}".encode()).hexdigest()
    frame = Frame.objects.get(clip=subject.shot.clip_id, index=followed.index)
    if Revision.objects.filter(frame=frame, subject=subject, digest=digest).exists():
        return  # an earlier attempt of this job has done it
    (belief,) = followed.things.values()
    painted = _painted(matte)
    with PackWriter(subject.project.organisation) as pack:
        keys = painting.write(pack, painted)
    with run.commit():
        if not tasks.still_open(run.job.created_by, subject.shot, followed.index):
            return
        head = Head.objects.filter(frame=frame, subject=subject).select_related("revision").first()
        if head and _since(run, head.revision):
            return
        revision = Revision.objects.create(
            frame=frame, subject=subject, parent=head and head.revision, digest=digest, model_version=version,
            presence=_presence(run, painted, head, hidden),
            source=Revision.Source.PROPAGATION,
            tools=[{"tool": "propagate", "job": str(run.job.uuid), "sure": round(belief.sure, 3)}],
        )  # fmt: skip
        stored = pack.record()
        painting.attach(revision, painted, {layer: stored[key] for layer, key in keys.items()})
        heads.move_many([revision])


def _presence(run: JobRun, painted: painting.Painted, head: Head | None, hidden: bool) -> str:
    """Of who is not seen it stays known that they are there, behind somebody: by what stood before, or by an anchor."""
    if painted.new:
        return Presence.PRESENT
    stood = head and propagating.before(head.revision, run.job)
    known = hidden or (stood and stood.presence == Presence.OCCLUDED)
    return Presence.OCCLUDED if known else Presence.ABSENT


def _since(run: JobRun, revision: Revision) -> bool:
    """Whether a person made this after the propagation was asked for, by the clock of the database."""
    return revision.author_id is not None and revision.created_at >= run.job.created_at


def _painted(matte: np.ndarray) -> painting.Painted:
    """Mask and matte, both at the frame's size; nothing where nobody is seen."""
    mask = mask_of(matte)
    new = {Layer.MASK: mask, Layer.MATTE: matte} if mask.any() else {}
    return painting.Painted(new, level=MASK_LEVEL)
