"""The survey job: stored frames → what a person should be told about the clip."""

from collections.abc import Iterator

import cv2
import numpy as np

from koutu.clips.media.survey import Box, Overlay, Survey, Surveyor, Transition
from koutu.clips.models import Clip, ClipSurvey, Frame, Suggestion
from koutu.jobs.run import JobRun
from koutu.storage import blobs

# Of the height.
AIR = 0.01
# Frames are looked at this small: subtitles are still to be seen.
LEAST_HEIGHT = 180
# JPEG is decoded to a fraction at a fraction of the cost.
REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}


def work(run: JobRun) -> None:
    """Survey the clip named by the job, once."""
    clip = Clip.objects.get(uuid=run.job.target_id)
    if clip.state != Clip.State.READY or ClipSurvey.objects.filter(clip=clip).exists():
        return
    surveyor = Surveyor()
    for picture in run.count(_pictures(clip), "survey", clip.frame_count, "frames"):
        surveyor.push(picture)
    found = surveyor.finish()
    with run.commit():
        _, new = ClipSurvey.objects.get_or_create(
            clip=clip,
            defaults={
                "repeats": list(found.repeats), "cadence": found.cadence, "cadence_share": found.cadence_share,
            },
        )  # fmt: skip
        if new:
            Suggestion.objects.bulk_create(_suggestions(clip, found))


def _pictures(clip: Clip) -> Iterator[np.ndarray]:
    """Every frame, RGB uint8, reduced."""
    how = next((REDUCED[by] for by in REDUCED if clip.height // by >= LEAST_HEIGHT), cv2.IMREAD_COLOR)
    for frame in Frame.objects.filter(clip=clip).select_related("blob__pack").paged():
        data = np.frombuffer(blobs.read(frame.blob), np.uint8)
        yield cv2.cvtColor(cv2.imdecode(data, how), cv2.COLOR_BGR2RGB)


def _suggestions(clip: Clip, found: Survey) -> Iterator[Suggestion]:
    for transition in found.transitions:
        yield from _of_transition(clip, transition)
    if found.letterbox:
        bars = _bars(clip, found.letterbox)
        yield Suggestion(clip=clip, kind="letterbox", first=0, last=clip.frame_count - 1, areas=bars)
    for overlay in found.overlays:
        yield Suggestion(
            clip=clip, kind=overlay.kind, first=overlay.first, last=overlay.last, areas=[_pixels(clip, overlay)]
        )


def _of_transition(clip: Clip, transition: Transition) -> Iterator[Suggestion]:
    """A cut where one is proposed and none is yet; a flash is void as a whole."""
    span = {"clip": clip, "kind": transition.kind, "first": transition.first, "last": transition.last}
    if transition.kind == "flash":
        yield Suggestion(**span, areas=[[0, 0, clip.width, clip.height]])
    elif transition.cut and not clip.shots.filter(first=transition.cut, deleted_at=None).exists():
        yield Suggestion(**span, cut=transition.cut)


def _bars(clip: Clip, picture: Box) -> list[list[int]]:
    """The areas round the picture, each within the frame and not empty."""
    left, top, right, bottom = _inside(clip, picture)
    bars = [
        [0, 0, clip.width, top],
        [0, bottom, clip.width, clip.height],
        [0, top, left, bottom],
        [right, top, clip.width, bottom],
    ]
    return [bar for bar in bars if bar[2] > bar[0] and bar[3] > bar[1]]


def _inside(clip: Clip, box: Box) -> tuple[int, int, int, int]:
    """The pixels that lie in the box in whole or in part."""
    left, right = int(box.left * clip.width), -int(-box.right * clip.width // 1)
    top, bottom = int(box.top * clip.height), -int(-box.bottom * clip.height // 1)
    return left, top, min(right, clip.width), min(bottom, clip.height)


def _pixels(clip: Clip, overlay: Overlay) -> list[int]:
    """The writing with a little round it: its outline and glow are no picture either."""
    box, air = overlay.box, AIR
    wide = air * clip.height / clip.width
    grown = Box(max(0.0, box.left - wide), max(0.0, box.top - air), box.right + wide, box.bottom + air)
    return list(_inside(clip, grown))
