"""Watched places: begin, stop, look, and fetch what appeared."""

from datetime import timedelta
from pathlib import PurePosixPath

import structlog
from django.db import IntegrityError, transaction
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

# A file that nobody has written to for so long is whole.
QUIET = timedelta(seconds=10)
State = WatchedFile.State
SETTLED = (State.TAKEN, State.KNOWN)

log = structlog.get_logger(__name__)


def begin(actor: User, show: Show, place: str) -> Watch:
    """Watch a place for a show. Refuses one outside of what the administrator opened, or watched already."""
    require(actor, show.project, Role.LEAD)
    place = places.check(place)
    try:
        with transaction.atomic():
            watch = Watch.objects.create(show=show, place=place, created_by=actor)
            audit(actor, show.project, "watch_begin", watch, place=place)
    except IntegrityError as error:
        raise Refused("watched_already", f"{place} is watched for {show.name} already.") from error
    watch.refresh_from_db()
    return watch


@transaction.atomic
def stop(actor: User, watch: Watch) -> None:
    """Look at the place no more; its clips stay."""
    require(actor, watch.project, Role.LEAD)
    if Watch.objects.filter(pk=watch.pk, stopped_at=None).update(stopped_at=Now()):
        audit(actor, watch.project, "watch_stop", watch, place=watch.place)


def look_everywhere() -> None:
    for watch in Watch.objects.live().select_related("show__project", "created_by"):
        look(watch)


def look(watch: Watch) -> None:
    """See what is new in a place, and queue what is whole. A place that is gone is told on it, and tried again."""
    fault = ""
    try:
        for seen in places.seen(watch.place):
            _note(watch, seen)
    except (OSError, Refused) as error:
        fault = str(error)[:1000]
        log.warning("watch_failed", place=watch.place, error=fault)
    Watch.objects.filter(pk=watch.pk).update(looked_at=Now(), fault=fault)


def _note(watch: Watch, seen: places.Seen) -> None:
    file, new = WatchedFile.objects.get_or_create(
        watch=watch, name=seen.name, defaults={"mark": seen.mark, "size": seen.size}
    )
    if not new and file.mark != seen.mark:
        # Written to, or replaced: what comes of it is another clip.
        fresh = {"state": State.GROWING, "clip": None, "fault_code": "", "fault": "", "seen_at": Now()}
        WatchedFile.objects.filter(pk=file.pk).update(mark=seen.mark, size=seen.size, **fresh)
        return
    if seen.whole or not new:
        _queue(file, seen)


@transaction.atomic
def _queue(file: WatchedFile, seen: places.Seen) -> None:
    whole = WatchedFile.objects.filter(pk=file.pk, state=State.GROWING)
    if not seen.whole:
        whole = whole.filter(seen_at__lt=Now() - QUIET)
    if whole.update(state=State.QUEUED):
        watch = file.watch
        enqueue("fetch", watch.project, file, by=watch.created_by, label=PurePosixPath(file.name).name)


def fetch(run: JobRun) -> None:
    """The fetch job: copy the file and make it a clip. A refusal is kept with the file; it is tried again by hand."""
    file = WatchedFile.objects.select_related("watch__show__project__organisation", "watch__created_by", "clip").get(
        uuid=run.job.target_id
    )
    if file.state in SETTLED:
        return
    watch, name = file.watch, PurePosixPath(file.name).name
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
        # Nothing went wrong: a folder that is watched anew holds what was taken from it before.
        with run.commit():
            _settle(file, State.KNOWN, Clip.objects.get(uuid=refusal.detail["clip"]))


def _settle(file: WatchedFile, state: str, clip: Clip) -> None:
    WatchedFile.objects.filter(pk=file.pk).update(state=state, clip=clip, fault_code="", fault="")


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
