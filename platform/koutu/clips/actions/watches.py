"""Watched places: begin, stop, look, and fetch what appeared."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import PurePosixPath

import structlog
from django.db import transaction
from django.db.models.functions import Now

from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips import places
from koutu.clips.actions import clips
from koutu.clips.models import Clip, Show, Watch, WatchedFile
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.jobs.run import JobRun
from koutu.storage.errors import SourceDown

# A file that nobody has written to for so long is whole.
QUIET = timedelta(seconds=10)
State = WatchedFile.State
SETTLED = (State.TAKEN, State.KNOWN, State.BEFORE)

log = structlog.get_logger(__name__)


def begin(actor: User, show: Show, place: str) -> Watch:
    """Watch a place for a show. Refuses one outside of what the administrator opened, or watched already."""
    require(actor, show.project, Role.LEAD)
    place = places.check(place)
    with transaction.atomic():
        # Two who begin at once see each other's place.
        Show.objects.select_for_update().get(pk=show.pk)
        _refuse_watched(show, place)
        watch = Watch.objects.create(show=show, place=place, created_by=actor)
        audit(actor, show.project, "watch_begin", watch, place=place)
    watch.refresh_from_db()
    return watch


def _refuse_watched(show: Show, place: str) -> None:
    for other in Watch.objects.live().filter(show=show).values_list("place", flat=True):
        if other == place:
            raise Refused("watched_already", f"{place} is watched for {show.name} already.")
        if places.within(place, other) or places.within(other, place):
            message = f"{other} is watched for {show.name} already, and one lies within the other."
            raise Refused("watched_within", message, place=other)


@transaction.atomic
def stop(actor: User, watch: Watch) -> None:
    """Look at the place no more; its clips stay."""
    require(actor, watch.project, Role.LEAD)
    if Watch.objects.filter(pk=watch.pk, stopped_at=None).update(stopped_at=Now()):
        audit(actor, watch.project, "watch_stop", watch, place=watch.place)


def look_everywhere() -> None:
    """Look at each place; buckets come last, and once their server is silent it is not asked again for the next."""
    live = Watch.objects.live().select_related("show__project", "created_by")
    silent: SourceDown | None = None
    for watch in sorted(live, key=lambda watch: places.in_bucket(watch.place)):
        if silent and places.in_bucket(watch.place):
            _keep_fault(watch, silent)
            continue
        down = look(watch)
        silent = down if down and down.code == "source_down" and places.in_bucket(watch.place) else None


def look(watch: Watch) -> SourceDown | None:
    """See what is new in a place, and queue what is whole. What hindered is kept on it; it is tried again."""
    look_at, found = _Look(watch), 0
    try:
        for seen in places.seen(watch.place):
            look_at.note(seen)
            found += 1
    except SourceDown as down:
        _keep_fault(watch, down)
        return down
    Watch.objects.filter(pk=watch.pk).update(looked_at=Now(), reached_at=Now(), found=found, fault_code="", fault="")
    return None


def _keep_fault(watch: Watch, down: SourceDown) -> None:
    if watch.fault_code != down.code:
        # Once, not at every look.
        log.warning("watch_failed", place=watch.place, code=down.code, error=down.message)
    fault = {"fault_code": down.code, "fault": down.message[:1000]}
    Watch.objects.filter(pk=watch.pk).update(looked_at=Now(), **fault)


class _Look:
    """One look at a place. What is known of it is read once; only what is new or has changed is written."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._known = {file.name: file for file in watch.files.only("watch", "name", "mark", "state")}

    def note(self, seen: places.Seen) -> None:
        file = self._known.get(seen.name)
        if file is None or file.mark != seen.mark:
            self._note_fresh(seen)
        elif file.state == State.GROWING:
            _queue(self._watch, file.pk, seen)

    def _note_fresh(self, seen: places.Seen) -> None:
        """A file that is new, or that was written to or replaced: what comes of it then is another clip."""
        mark, clip = self._earlier.get(f"{self._watch.place}/{seen.name}", ("", None))
        known = mark == seen.mark
        became = {"state": State.BEFORE if known else State.GROWING, "clip_id": clip if known else None}
        fresh = {"mark": seen.mark, "size": seen.size, "fault_code": "", "fault": "", "seen_at": Now(), **became}
        file, _ = WatchedFile.objects.update_or_create(watch=self._watch, name=seen.name, defaults=fresh)
        if file.state == State.GROWING and seen.whole:
            _queue(self._watch, file.pk, seen)

    @cached_property
    def _earlier(self) -> dict[str, tuple[str, int]]:
        return dict(_taken_earlier(self._watch))


def _taken_earlier(watch: Watch) -> Iterator[tuple[str, tuple[str, int]]]:
    """Address, and mark and clip, of what watches of the show that were stopped have taken and is still there."""
    taken = WatchedFile.objects.filter(watch__show=watch.show_id, watch__stopped_at__isnull=False, state=State.TAKEN)
    taken = taken.filter(clip__deleted_at=None).exclude(clip__state=Clip.State.FAILED).order_by("pk")
    for place, name, mark, clip in taken.values_list("watch__place", "name", "mark", "clip"):
        yield f"{place}/{name}", (mark, clip)


@transaction.atomic
def _queue(watch: Watch, file: int, seen: places.Seen) -> None:
    # A place may have been slow to answer, and stopped meanwhile.
    whole = WatchedFile.objects.filter(pk=file, state=State.GROWING, watch__stopped_at=None)
    if not seen.whole:
        whole = whole.filter(seen_at__lt=Now() - QUIET)
    if whole.update(state=State.QUEUED):
        row = WatchedFile.objects.get(pk=file)
        # By its mark as well: a job that fetches what was there before does not stand for this one.
        key = f"fetch:{row.uuid}:{sha256(row.mark.encode()).hexdigest()[:16]}"
        enqueue("fetch", watch.project, row, by=watch.created_by, label=PurePosixPath(row.name).name, key=key)


def fetch(run: JobRun) -> None:
    """The fetch job: copy the file and make it a clip. A refusal is kept with the file; it is tried again by hand."""
    file = WatchedFile.objects.select_related("watch__show__project__organisation", "watch__created_by", "clip").get(
        uuid=run.job.target_id
    )
    if file.state in SETTLED:
        return
    watch, name = file.watch, PurePosixPath(file.name).name
    _refuse_silent(watch)
    run.progress("fetch", 0, file.size, "bytes")
    try:
        with places.fetched(watch.place, file.name) as path:
            run.progress("fetch", file.size, file.size, "bytes")
            stored = clips.store(watch.show, path, name)
        with run.commit():
            _settle(file, State.TAKEN, clips.create(watch.created_by, watch.show, stored, name))
    except FileNotFoundError as error:
        raise Refused("gone", f"{file.name} is there no more.") from error
    except Refused as refusal:
        if refusal.code != "duplicate":
            raise
        twin = Clip.objects.get(uuid=refusal.detail["clip"])
        with run.commit():
            _settle(file, State.BEFORE if _was_taken(file, twin) else State.KNOWN, twin)


def _refuse_silent(watch: Watch) -> None:
    """Put the job off at once while the place is known not to answer: waiting would hold up all others' files."""
    if Watch.objects.live().filter(pk=watch.pk, fault_code="source_down").exists():
        raise SourceDown("source_down", watch.fault)


def _was_taken(file: WatchedFile, clip: Clip) -> bool:
    """Whether an earlier watch made this clip of this file: it was touched since, and is the same."""
    _, earlier = dict(_taken_earlier(file.watch)).get(f"{file.watch.place}/{file.name}", ("", None))
    return earlier == clip.pk


def _settle(file: WatchedFile, state: str, clip: Clip) -> None:
    """Unless it was replaced meanwhile: then it waits for the job of its new mark."""
    same = WatchedFile.objects.filter(pk=file.pk, mark=file.mark)
    same.update(state=state, clip=clip, fault_code="", fault="")


@transaction.atomic
def keep_anyway(actor: User, file: WatchedFile) -> WatchedFile:
    """Make a linked clip of a file whose bytes are a clip already."""
    require(actor, file.watch.project, Role.LEAD)
    file = WatchedFile.objects.select_for_update(of=("self",)).select_related("watch__show", "clip").get(pk=file.pk)
    if file.state != State.KNOWN:
        raise Refused("no_duplicate", "Only a file that is a clip already can be kept in spite of it.")
    if file.clip is None or not Clip.objects.visible_to(actor).live().filter(pk=file.clip_id).exists():
        raise Refused("twin_gone", "The other clip is gone or not yours to see. Put the file there again.")
    name = PurePosixPath(file.name).name
    _settle(file, State.TAKEN, clips.add_linked(actor, file.watch.show, file.clip, name))
    file.refresh_from_db()
    return file


def fetch_gave_up(job: Job) -> None:
    file = WatchedFile.objects.filter(uuid=job.target_id).exclude(state__in=SETTLED)
    file.update(state=State.REFUSED, fault_code=job.error_code or "cancelled", fault=job.error)
