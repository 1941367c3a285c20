"""What clips add to the registries of lower apps."""

from koutu.clips.models import Clip, Frame
from koutu.jobs import chores, counts, kinds
from koutu.storage import holders


def join() -> None:
    kinds.register(
        kinds.JobKind(
            "ingest", queue="ingest", work="koutu.clips.ingest.work", gave_up="koutu.clips.actions.clips.ingest_gave_up"
        )
    )
    counts.register("clips", lambda user: Clip.objects.visible_to(user).live().count())
    holders.register_holder("clip sources", lambda: Clip.objects.values("source"))
    holders.register_holder("frames", lambda: Frame.objects.values("blob"))
    holders.register_holder("thumbs", lambda: Frame.objects.values("thumb"))
    chores.register("expired uploads", 3600, "koutu.clips.actions.uploads.expire")
