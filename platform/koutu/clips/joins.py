"""What clips add to the registries of lower apps."""

from koutu.clips.events import ClipReady, clip_ready
from koutu.clips.models import Clip, Frame, Likeness, Proxy
from koutu.jobs import chores, counts, kinds
from koutu.jobs.actions import enqueue
from koutu.storage import holders


def join() -> None:
    kinds.register(
        kinds.JobKind(
            "ingest", queue="ingest", work="koutu.clips.ingest.work", gave_up="koutu.clips.actions.clips.ingest_gave_up"
        )
    )
    kinds.register(kinds.JobKind("proxy", queue="io", work="koutu.clips.proxying.work"))
    kinds.register(
        kinds.JobKind(
            "fetch",
            queue="io",
            work="koutu.clips.actions.watches.fetch",
            gave_up="koutu.clips.actions.watches.fetch_gave_up",
        )
    )
    kinds.register(kinds.JobKind("likeness", queue="io", work="koutu.clips.likeness.work"))
    kinds.register(kinds.JobKind("survey", queue="io", work="koutu.clips.surveying.work"))
    clip_ready.listen(_later)
    counts.register("clips", lambda user: Clip.objects.visible_to(user).live().count())
    holders.register_holder("clip sources", lambda: Clip.objects.values("source"))
    holders.register_holder("frames", lambda: Frame.objects.values("blob"))
    holders.register_holder("proxies", lambda: Proxy.objects.values("blob"))
    holders.register_holder("likenesses", lambda: Likeness.objects.values("blob"))
    holders.register_holder("thumbs", lambda: Frame.objects.values("thumb"))
    chores.register("watched places", 10, "koutu.clips.actions.watches.look_everywhere", aside=True)
    chores.register("expired uploads", 3600, "koutu.clips.actions.uploads.expire")


def _later(event: ClipReady) -> None:
    """What nobody waits for begins once the frames are there."""
    for kind in ("survey", "likeness", "proxy"):
        enqueue(kind, event.clip.project, event.clip, by=event.by, label=event.clip.name)
